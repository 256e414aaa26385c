// May this caller have this key, and how long may the key last? Pure: the time and the
// configuration are handed in.

import type { Config } from "../config/settings.ts";
import { ServiceError } from "../contract/service-error.ts";
import {
  type Permission,
  type Service,
  VERSION_TRAITS,
  VERSIONS,
  type Version,
} from "../keys/versions.ts";
import type { Caller, Grant } from "./caller.ts";

/** Every field of a request that changes what its key can do. */
export interface KeyUse {
  readonly channel: string;
  readonly version: Version;
  /** The client's SDK, where the version follows from it. */
  readonly sdkVersion: string | undefined;
  readonly service: Service;
  readonly permission: Permission | undefined;
  /** Undefined: not given, or several. */
  readonly uid: number | undefined;
  /** Which of `issuedAt`, `randomInt` and `expiresAt` were given. */
  readonly exactFields: readonly string[];
}

/** What an operator decides. */
export type PolicySettings = Pick<
  Config,
  "defaultExpiresInSeconds" | "maxExpiresInSeconds" | "hasExactTimes" | "grantKeyVersions"
>;

export interface Terms {
  /** The request's uid, or else the grant's. */
  readonly uid: number | undefined;
  /** How long a key lasts where the request does not say; 0 = for ever. */
  readonly defaultExpiresInSeconds: number;
  /** When the key must end at the latest, Unix seconds; 0 = it may never end. */
  readonly latestExpiry: number;
}

/**
 * A service key may have any key; a grant, what it names. Every limit is measured from now: a key
 * that is dated ahead must not outlive it. Throws `forbidden` or a finer code.
 */
export function authorize(
  caller: Caller,
  use: KeyUse,
  settings: PolicySettings,
  nowSeconds: number,
): Terms {
  authorizeExactFields(caller, use, settings);
  const { defaultExpiresInSeconds, maxExpiresInSeconds } = settings;
  const ends = endsAfter(nowSeconds, maxExpiresInSeconds);
  if (caller.kind === "serviceKey") {
    return { uid: use.uid, defaultExpiresInSeconds, latestExpiry: earliest(ends) };
  }
  const { grant } = caller;
  authorizeGrant(grant, use, allowedVersions(caller, settings));
  const uid = authorizeUid(grant, use.uid);
  // The operator, not the client, decides how long a revoked user may stay in a call.
  const longest = grant.maxKeyExpiresInSeconds ?? defaultExpiresInSeconds;
  ends.push(...endsAfter(nowSeconds, longest), grant.expiresAt);
  return { uid, defaultExpiresInSeconds: longest, latestExpiry: earliest(ends) };
}

/**
 * The versions that a caller may have. One without a user and without an end (version 1) is for
 * service keys alone, whatever the operator allows: anyone could use it, for ever.
 */
export function allowedVersions(
  caller: Caller,
  { grantKeyVersions }: Pick<Config, "grantKeyVersions">,
): readonly Version[] {
  if (caller.kind === "serviceKey") return VERSIONS;
  return VERSIONS.filter((version) => {
    const { carriesUid, carriesExpiry } = VERSION_TRAITS[version];
    return carriesUid && carriesExpiry && grantKeyVersions.has(version);
  });
}

/** With exact times a key can be dated ahead, and so be made today for a day in ten years. */
function authorizeExactFields(
  caller: Caller,
  { exactFields }: KeyUse,
  { hasExactTimes }: PolicySettings,
): void {
  if (exactFields.length === 0) return;
  const names = exactFields.join(", ");
  if (caller.kind === "grant") {
    throw new ServiceError("forbidden", `Only a service key may give ${names}.`);
  }
  if (hasExactTimes) return;
  const detail = `This deployment does not take ${names}: EXACT_TIMES is off.`;
  throw new ServiceError("forbidden", detail);
}

function authorizeGrant(grant: Grant, use: KeyUse, versions: readonly Version[]): void {
  const { channel, version, service } = use;
  if (!versions.includes(version)) {
    throw new ServiceError("forbidden", versionObjection(use, versions));
  }
  if (!grant.channels.some((pattern) => matchesChannel(pattern, channel))) {
    const detail = "The grant's channels do not include this one.";
    throw new ServiceError("forbidden_channel", detail);
  }
  if (!grant.services.includes(service)) {
    const detail = `The grant's services do not include ${service}.`;
    throw new ServiceError("forbidden_service", detail);
  }
  if (grant.role === "subscriber" && !isReceiveOnly(use)) {
    const detail =
      "A subscriber's grant yields keys of version 5 with inChannelPermission and noUpload alone: other channel keys can't enforce a role.";
    throw new ServiceError("forbidden_role", detail);
  }
}

function versionObjection({ version, sdkVersion }: KeyUse, versions: readonly Version[]): string {
  if (versions.length === 0) return "Here a grant yields no channel keys: see GRANT_KEY_VERSIONS.";
  const allowed = `Here a grant yields keys of version ${versions.join(", ")} alone`;
  if (sdkVersion !== undefined) return `${allowed}: SDK ${sdkVersion} takes none of these.`;
  if (VERSION_TRAITS[version].carriesUid) return `${allowed}, and not of version ${version}.`;
  return `${allowed}: one of version ${version} has no uid and never expires.`;
}

/** The one channel key that says in itself that its user may not send. */
function isReceiveOnly({ version, service, permission }: KeyUse): boolean {
  return version === 5 && service === "inChannelPermission" && permission === "noUpload";
}

/** A grant for uid 0 is for any uid, and the request names one. */
function authorizeUid(grant: Grant, uid: number | undefined): number {
  if (grant.uid === 0) {
    if (uid) return uid;
    const detail =
      "The grant is for any uid, and the request must name one of 1 or more: a key for anyone is for service keys alone.";
    throw new ServiceError("forbidden_uid", detail);
  }
  if (uid === undefined || uid === grant.uid) return grant.uid;
  throw new ServiceError("forbidden_uid", "The grant is for another uid.");
}

function matchesChannel(pattern: string, channel: string): boolean {
  return pattern.endsWith("*") ? channel.startsWith(pattern.slice(0, -1)) : channel === pattern;
}

/** Where a limit of so many seconds ends; 0 = no limit. */
function endsAfter(nowSeconds: number, limitSeconds: number): number[] {
  return limitSeconds > 0 ? [nowSeconds + limitSeconds] : [];
}

function earliest(ends: readonly number[]): number {
  return ends.length === 0 ? 0 : Math.min(...ends);
}
