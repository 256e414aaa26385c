// Who may have which key, as the contract says it and not as the code does: a list of rules, each
// of which names what it refuses. Nothing here is taken from src/, and the order of the rules does
// not matter: where several refuse a request, the response may be that of any of them.

import type { ScopeSays } from "./service-keys.ts";
import { NOW, type Settings } from "./settings.ts";

/** What a request says beside its operation; `uids` of a batch stand as `uid`. */
export interface Ask {
  readonly channel: string;
  readonly uid?: number;
  readonly account?: string;
  readonly version?: number;
  readonly sdkVersion?: string;
  readonly platform?: string;
  readonly role?: string;
  readonly privileges?: Readonly<Record<string, number>>;
  readonly service?: string;
  readonly permission?: string;
  readonly expiresIn?: number;
  readonly issuedAt?: number;
  readonly randomInt?: number;
  readonly expiresAt?: number;
}

/** What a grant says. */
export interface GrantSays {
  readonly channels: readonly string[];
  /** One of the two. */
  readonly uid?: number | undefined;
  readonly account?: string | undefined;
  readonly services?: readonly string[];
  readonly role?: string;
  readonly maxKeyExpiresIn?: number;
  readonly exp: number;
}

export interface Case {
  /** Undefined: a service key asks. */
  readonly grant: GrantSays | undefined;
  /** What SERVICE_KEYS says of that key; left out: SERVICE_KEY asks, which may have everything. */
  readonly scope?: ScopeSays | undefined;
  readonly operation: "keys" | "batch";
  readonly ask: Ask;
  readonly settings: Settings;
}

/** What the key must be where nothing refuses it. */
export interface Entitled {
  readonly version: number;
  readonly user: number | string | null;
  readonly issuedAt: number;
  /** null = never. */
  readonly expiresAt: number | null;
}

/**
 * Which versions an SDK takes by platform: the vendor's tables, for the SDKs that the tests name.
 * "" is for no platform: what both native and web take.
 */
export const SDKS: Readonly<
  Record<string, { versions: Readonly<Record<string, number[]>>; hasPermissions: boolean }>
> = {
  "1.2.2": {
    versions: { native: [1], web: [1], flutter: [6], "": [1] },
    hasPermissions: false,
  },
  "1.2.5": {
    versions: { native: [1, 2, 3], web: [1, 2, 3], flutter: [6], "": [1, 2, 3] },
    hasPermissions: false,
  },
  "1.3.0": {
    versions: {
      native: [1, 2, 3, 4, 5],
      web: [1, 2, 3, 4, 5],
      flutter: [6],
      "": [1, 2, 3, 4, 5],
    },
    hasPermissions: false,
  },
  "2.0.8": {
    versions: {
      native: [1, 2, 3, 4, 5],
      web: [1, 2, 3, 4, 5],
      flutter: [6],
      "": [1, 2, 3, 4, 5],
    },
    hasPermissions: true,
  },
  "2.1.0": {
    versions: { native: [6], web: [1, 2, 3, 4, 5], flutter: [6], "": [] },
    hasPermissions: true,
  },
  "4.5.0": {
    versions: { native: [6, 7], web: [6], flutter: [6], "": [6] },
    hasPermissions: true,
  },
  "4.24.8": {
    versions: { native: [6, 7], web: [6, 7], flutter: [6], "": [6, 7] },
    hasPermissions: true,
  },
  "6.0.0": {
    versions: { native: [6, 7], web: [6, 7], flutter: [6, 7], "": [6, 7] },
    hasPermissions: true,
  },
};

/** An access token lasts a day at most. */
const DAY = 86_400;

const SERVICES_OF_4 = ["mediaChannel", "recording", "publicSharing"];

export function entitlement(given: Case): Entitled | ReadonlySet<string> {
  const { grant, scope = {}, operation, ask, settings } = given;
  if (grant && operation === "batch") return new Set(["forbidden"]);
  if (scope.allow?.includes(operation) === false) return new Set(["forbidden"]);
  const refusals = new Set<string>();
  const refuse = (code: string, when: boolean) => {
    if (when) refusals.add(code);
  };
  const { service = "mediaChannel", permission, sdkVersion, platform = "" } = ask;
  const sdk = sdkVersion === undefined ? undefined : SDKS[sdkVersion];
  const taken = sdk?.versions[platform];
  const isSubscriber = grant?.role === "subscriber";
  const byDefault = Number(settings.DEFAULT_KEY_VERSION ?? 5);
  const isPlain = service === "mediaChannel" && permission === undefined;
  const isAccount =
    ask.account !== undefined || (ask.uid === undefined && grant?.account !== undefined);
  // Channel keys carry no account, and enforce no role but by an in-channel permission.
  const needsToken =
    isAccount || (isSubscriber && isPlain) || (ask.role ?? ask.privileges) !== undefined;
  const unsaid = needsToken && byDefault < 6 ? 7 : byDefault;
  // Of some versions one can make a key for another channel, or one without an end.
  const isBound = grant ?? scope.channels ?? scope.maxExpiresIn ?? scope.notAfter;
  const allowed = isBound === undefined ? undefined : versionsByGrant(settings);
  const version = ask.version ?? newest(taken, allowed) ?? unsaid;
  const isToken = version >= 6;
  const mayHave = allowed?.includes(version) ?? true;
  // No version that the request could have meant: what else it says is about none.
  const hasVersion = ask.version !== undefined || mayHave;

  // What contradicts itself.
  refuse("invalid_request", taken?.length === 0);
  refuse("invalid_request", ask.platform !== undefined && sdkVersion === undefined);
  refuse("invalid_request", ask.version !== undefined && taken?.includes(version) === false);
  refuse("invalid_request", ask.uid !== undefined && ask.account !== undefined);
  refuse("invalid_request", ask.role !== undefined && ask.privileges !== undefined);
  const isInChannel = service === "inChannelPermission";
  refuse("invalid_request", isInChannel && sdk?.hasPermissions === false);
  if (hasVersion) {
    refuse("invalid_request", !servicesOf(version).includes(service));
    refuse("invalid_request", isInChannel !== (permission !== undefined));
    const isNamed = (ask.uid ?? ask.account) !== undefined;
    const isGrants = grant !== undefined && grant.uid !== 0;
    refuse("invalid_request", version !== 1 && !isNamed && !isGrants);
    const isGrantsAccount = isGrants && !isNamed && grant.account !== undefined;
    refuse("invalid_request", version !== 1 && !isToken && isGrantsAccount);
    refuse("invalid_request", version === 1 && ask.uid !== undefined);
    refuse("invalid_request", version === 1 && (ask.expiresIn ?? ask.expiresAt) !== undefined);
    refuse("invalid_request", ask.expiresIn !== undefined && ask.expiresAt !== undefined);
    const ofTokens = ask.account ?? ask.role ?? ask.privileges;
    refuse("invalid_request", !isToken && ofTokens !== undefined);
    const isOfDay = ask.expiresIn === undefined || (ask.expiresIn >= 1 && ask.expiresIn <= DAY);
    refuse("invalid_request", isToken && !isOfDay);
  }

  // Exact times are for tests, and for service keys.
  const isExact = [ask.issuedAt, ask.randomInt, ask.expiresAt].some((time) => time !== undefined);
  refuse("forbidden", isExact && (grant !== undefined || settings.EXACT_TIMES !== "on"));
  refuse("forbidden", !mayHave);

  const { channels = ["*"] } = grant ?? scope;
  const isWithin = (pattern: string) =>
    pattern.endsWith("*") ? ask.channel.startsWith(pattern.slice(0, -1)) : ask.channel === pattern;
  refuse("forbidden_channel", !channels.some(isWithin));
  const services = grant ? (grant.services ?? ["mediaChannel"]) : scope.services;
  refuse("forbidden_service", services?.includes(service) === false);

  if (grant) {
    const { role = "publisher" } = grant;
    const said = ask.privileges ?? {};
    const { joinChannel, ...publish } = said;
    const canSend =
      ask.privileges === undefined ? (ask.role ?? role) === "publisher" : hasAny(publish);
    const canEnforce = isToken
      ? !canSend
      : version === 5 && isInChannel && permission === "noUpload";
    refuse("forbidden_role", role === "subscriber" && !canEnforce);
    // A user is one text, however it is given; a grant for uid 0 is for any uid, never an account.
    const asked = ask.account ?? (ask.uid === undefined ? undefined : String(ask.uid));
    const mine = grant.account ?? String(grant.uid);
    const isOther = asked !== undefined && grant.uid !== 0 && asked !== mine;
    const isNobody = grant.uid === 0 && (ask.uid === 0 || ask.account !== undefined);
    refuse("forbidden_uid", isOther || isNobody);
  }

  // The end is the earliest of what is asked and of each limit, and limits count from now.
  const { issuedAt = NOW } = ask;
  // For an access token no lifetime, or a longer one than a day, is a day.
  const ofToken = (seconds: number) =>
    isToken && (seconds === 0 || seconds > DAY) ? DAY : seconds;
  const standard = ofToken(Number(settings.DEFAULT_EXPIRES_IN ?? 3600));
  const byGrant = grant ? ofToken(grant.maxKeyExpiresIn ?? standard) : 0;
  const most = ofToken(Number(settings.MAX_EXPIRES_IN ?? 0));
  const byScope = scope.maxExpiresIn ?? 0;
  const limits = [byGrant, byScope, most].filter((seconds) => seconds > 0);
  const credentialEnds = (grant ? grant.exp : scope.notAfter) ?? Number.POSITIVE_INFINITY;
  const latest = Math.min(...limits.map((seconds) => NOW + seconds), credentialEnds);
  const lasts = ask.expiresIn ?? (grant ? byGrant : standard);
  const asked = ask.expiresAt ?? (lasts === 0 ? 0 : issuedAt + lasts);
  const end = Math.min(asked === 0 ? Number.POSITIVE_INFINITY : asked, latest);
  const isEndless = version === 1 || end === Number.POSITIVE_INFINITY;
  refuse("invalid_request", hasVersion && version === 1 && latest !== Number.POSITIVE_INFINITY);
  const isChanged = ask.expiresAt !== undefined && (isEndless ? 0 : end) !== ask.expiresAt;
  refuse("invalid_request", isChanged);
  refuse("invalid_request", ask.issuedAt !== undefined && ask.issuedAt > latest);
  // No 0 leaves: a token lasts a second at least, and a day at most, also by exact times.
  refuse("invalid_request", isToken && hasVersion && (end <= issuedAt || end - issuedAt > DAY));

  if (refusals.size > 0) return refusals;
  const user = ask.account ?? ask.uid ?? grant?.account ?? grant?.uid ?? null;
  return {
    version,
    user: version === 1 ? null : user,
    issuedAt,
    expiresAt: isEndless ? null : end,
  };
}

function hasAny(fields: object): boolean {
  return Object.keys(fields).length > 0;
}

/** Version 1 has no user and no end: for service keys without bounds alone. */
function versionsByGrant({ GRANT_KEY_VERSIONS = "4,5,7" }: Settings): number[] {
  return GRANT_KEY_VERSIONS.split(",")
    .map(Number)
    .filter((version) => version !== 1);
}

/** The newest version that the SDK takes and the caller may have; `allowed` undefined: any. */
function newest(
  taken: readonly number[] | undefined,
  allowed: readonly number[] | undefined,
): number | undefined {
  if (taken === undefined) return undefined;
  const mine = allowed ? taken.filter((v) => allowed.includes(v)) : taken;
  // Where none is left the request is refused, whichever of the SDK's versions is meant.
  return mine.at(-1) ?? taken.at(-1);
}

function servicesOf(version: number): readonly string[] {
  if (version < 4) return ["mediaChannel"];
  if (version > 5) return ["mediaChannel"];
  return version === 4 ? SERVICES_OF_4 : [...SERVICES_OF_4, "inChannelPermission"];
}
