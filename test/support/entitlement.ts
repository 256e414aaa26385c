// Who may have which key, as the contract says it and not as the code does: a list of rules, each
// of which names what it refuses. Nothing here is taken from src/, and the order of the rules does
// not matter: where several refuse a request, the response may be that of any of them.

import { NOW, type Settings } from "./settings.ts";

/** What a request says beside its operation; `uids` of a batch stand as `uid`. */
export interface Ask {
  readonly channel: string;
  readonly uid?: number;
  readonly version?: number;
  readonly sdkVersion?: string;
  readonly service?: string;
  readonly permission?: string;
  readonly expiresIn?: number;
  readonly issuedAt?: number;
  readonly randomInt?: number;
  readonly expiresAt?: number;
}

/** What a grant says; undefined: a service key asks. */
export interface GrantSays {
  readonly channels: readonly string[];
  readonly uid: number;
  readonly services?: readonly string[];
  readonly role?: string;
  readonly maxKeyExpiresIn?: number;
  readonly exp: number;
}

export interface Case {
  readonly grant: GrantSays | undefined;
  readonly operation: "keys" | "batch";
  readonly ask: Ask;
  readonly settings: Settings;
}

/** What the key must be where nothing refuses it. */
export interface Entitled {
  readonly version: number;
  readonly uid: number | null;
  readonly issuedAt: number;
  /** null = never. */
  readonly expiresAt: number | null;
}

/** Which channel keys an SDK takes: the vendor's table, for the SDKs that the tests name. */
export const SDKS: Readonly<Record<string, { versions: number[]; hasPermissions: boolean }>> = {
  "1.2.2": { versions: [1], hasPermissions: false },
  "1.2.5": { versions: [1, 2, 3], hasPermissions: false },
  "1.3.0": { versions: [1, 2, 3, 4, 5], hasPermissions: false },
  "2.0.8": { versions: [1, 2, 3, 4, 5], hasPermissions: true },
  "2.1.0": { versions: [], hasPermissions: false },
};

const SERVICES_OF_4 = ["mediaChannel", "recording", "publicSharing"];

export function entitlement(given: Case): Entitled | ReadonlySet<string> {
  const { grant, operation, ask, settings } = given;
  if (grant && operation === "batch") return new Set(["forbidden"]);
  const refusals = new Set<string>();
  const refuse = (code: string, when: boolean) => {
    if (when) refusals.add(code);
  };
  const { service = "mediaChannel", permission, sdkVersion } = ask;
  const sdk = sdkVersion === undefined ? undefined : SDKS[sdkVersion];
  const byDefault = Number(settings.DEFAULT_KEY_VERSION ?? 5);
  const version = ask.version ?? newest(sdk?.versions, grant, settings) ?? byDefault;
  const mayHave = !grant || versionsByGrant(settings).includes(version);
  // No version that the request could have meant: what else it says is about none.
  const hasVersion = ask.version !== undefined || mayHave;

  // What contradicts itself.
  refuse("invalid_request", sdk?.versions.length === 0);
  refuse("invalid_request", ask.version !== undefined && sdk?.versions.includes(version) === false);
  const isInChannel = service === "inChannelPermission";
  refuse("invalid_request", isInChannel && sdk?.hasPermissions === false);
  if (hasVersion) {
    refuse("invalid_request", !servicesOf(version).includes(service));
    refuse("invalid_request", isInChannel !== (permission !== undefined));
    const isNamed = ask.uid !== undefined || (grant !== undefined && grant.uid !== 0);
    refuse("invalid_request", version !== 1 && !isNamed);
    refuse("invalid_request", version === 1 && ask.uid !== undefined);
    refuse("invalid_request", version === 1 && (ask.expiresIn ?? ask.expiresAt) !== undefined);
    refuse("invalid_request", ask.expiresIn !== undefined && ask.expiresAt !== undefined);
  }

  // Exact times are for tests, and for service keys.
  const isExact = [ask.issuedAt, ask.randomInt, ask.expiresAt].some((time) => time !== undefined);
  refuse("forbidden", isExact && (grant !== undefined || settings.EXACT_TIMES !== "on"));
  refuse("forbidden", !mayHave);

  if (grant) {
    const { channels, services = ["mediaChannel"], role = "publisher" } = grant;
    const isWithin = (pattern: string) =>
      pattern.endsWith("*")
        ? ask.channel.startsWith(pattern.slice(0, -1))
        : ask.channel === pattern;
    refuse("forbidden_channel", !channels.some(isWithin));
    refuse("forbidden_service", !services.includes(service));
    const canEnforce = version === 5 && isInChannel && permission === "noUpload";
    refuse("forbidden_role", role === "subscriber" && !canEnforce);
    const isOther = ask.uid !== undefined && grant.uid !== 0 && ask.uid !== grant.uid;
    refuse("forbidden_uid", isOther || (grant.uid === 0 && ask.uid === 0));
  }

  // The end is the earliest of what is asked and of each limit, and limits count from now.
  const { issuedAt = NOW } = ask;
  const standard = Number(settings.DEFAULT_EXPIRES_IN ?? 3600);
  const byGrant = grant ? (grant.maxKeyExpiresIn ?? standard) : 0;
  const most = Number(settings.MAX_EXPIRES_IN ?? 0);
  const limits = [byGrant, most].filter((seconds) => seconds > 0).map((seconds) => NOW + seconds);
  const latest = Math.min(...limits, grant?.exp ?? Number.POSITIVE_INFINITY);
  const lasts = ask.expiresIn ?? (grant ? byGrant : standard);
  const asked = ask.expiresAt ?? (lasts === 0 ? 0 : issuedAt + lasts);
  const end = Math.min(asked === 0 ? Number.POSITIVE_INFINITY : asked, latest);
  const isEndless = version === 1 || end === Number.POSITIVE_INFINITY;
  refuse("invalid_request", hasVersion && version === 1 && latest !== Number.POSITIVE_INFINITY);
  const isChanged = ask.expiresAt !== undefined && (isEndless ? 0 : end) !== ask.expiresAt;
  refuse("invalid_request", isChanged);
  refuse("invalid_request", ask.issuedAt !== undefined && ask.issuedAt > latest);

  if (refusals.size > 0) return refusals;
  const uid = version === 1 ? null : (ask.uid ?? grant?.uid ?? null);
  return { version, uid, issuedAt, expiresAt: isEndless ? null : end };
}

/** Version 1 has no user and no end: for service keys alone. */
function versionsByGrant({ GRANT_KEY_VERSIONS = "4,5,7" }: Settings): number[] {
  return GRANT_KEY_VERSIONS.split(",")
    .map(Number)
    .filter((version) => version !== 1);
}

/** The newest version that the SDK takes and the caller may have. */
function newest(
  taken: readonly number[] | undefined,
  grant: GrantSays | undefined,
  settings: Settings,
): number | undefined {
  if (taken === undefined) return undefined;
  const mine = grant ? taken.filter((v) => versionsByGrant(settings).includes(v)) : taken;
  // Where none is left the request is refused, whichever of the SDK's versions is meant.
  return mine.at(-1) ?? taken.at(-1);
}

function servicesOf(version: number): readonly string[] {
  if (version < 4) return ["mediaChannel"];
  return version === 4 ? SERVICES_OF_4 : [...SERVICES_OF_4, "inChannelPermission"];
}
