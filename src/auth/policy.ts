// May this caller have this key, and how long may the key last? Pure: the time and the
// configuration are handed in.

import type { Config } from "../config/settings.ts";
import { ServiceError } from "../contract/service-error.ts";
import { newestVersionFor, PLATFORMS, type Sdk } from "../keys/sdk-versions.ts";
import type { User } from "../keys/user.ts";
import {
  isAccessTokenVersion,
  KEY_VERSIONS,
  type KeyVersion,
  type Permission,
  type Service,
  VERSION_TRAITS,
} from "../keys/versions.ts";
import { ACCESS_TOKEN_MAX_SECONDS } from "../platform/limits.ts";
import type { Caller, Grant } from "./caller.ts";
import {
  type ChannelRights,
  canPublish,
  requireChannel,
  requireService,
  requireUser,
} from "./grant-rules.ts";
import { isBound, requireInScope } from "./service-key-rules.ts";

/** Every field of a request that changes what its key can do. */
export interface KeyUse extends ChannelRights {
  readonly channel: string;
  readonly version: KeyVersion;
  /** The client's SDK, where the version follows from it. */
  readonly sdk: Sdk | undefined;
  readonly service: Service;
  readonly permission: Permission | undefined;
  /** Undefined: not given, or several. */
  readonly user: User | undefined;
  /** Which of `issuedAt`, `randomInt` and `expiresAt` were given. */
  readonly exactFields: readonly string[];
}

/** What an operator decides. */
export type PolicySettings = Pick<
  Config,
  "defaultExpiresInSeconds" | "maxExpiresInSeconds" | "hasExactTimes" | "grantKeyVersions"
>;

export interface Limits {
  /** How long a key lasts where the request does not say; 0 = for ever. */
  readonly defaultExpiresInSeconds: number;
  /** When the key must end at the latest, Unix seconds; 0 = it may never end. */
  readonly latestExpiry: number;
}

export interface Terms extends Limits {
  /** The request's user, or else the grant's. */
  readonly user: User | undefined;
}

/**
 * A service key may have any key within its scope; a grant, what it names. Every limit is measured
 * from now: a key that is dated ahead must not outlive it. Throws `forbidden` or a finer code.
 */
export function authorize(
  caller: Caller,
  use: KeyUse,
  settings: PolicySettings,
  nowSeconds: number,
): Terms {
  authorizeExactFields(caller, use, settings);
  const limits = limitsOf(caller, use.version, settings, nowSeconds);
  requireVersion(caller, settings, use.version, use.sdk);
  if (caller.kind === "serviceKey") {
    requireInScope(caller.scope, use.service, use.channel);
    return { user: use.user, ...limits };
  }
  const { grant } = caller;
  authorizeGrant(grant, use);
  return { user: requireUser(grant, use.user), ...limits };
}

/** How long a caller's key may last. An access token never lasts longer than the vendor allows. */
export function limitsOf(
  caller: Caller,
  version: KeyVersion,
  settings: PolicySettings,
  nowSeconds: number,
): Limits {
  const { defaultExpiresInSeconds: standard, maxExpiresInSeconds } = settings;
  const longest = isAccessTokenVersion(version) ? ACCESS_TOKEN_MAX_SECONDS : 0;
  const isServiceKey = caller.kind === "serviceKey";
  const byScope = isServiceKey ? (caller.scope.maxExpiresIn ?? 0) : 0;
  const ends = endsAfter(nowSeconds, maxExpiresInSeconds, longest, byScope);
  if (isServiceKey) {
    if (caller.scope.notAfter !== undefined) ends.push(caller.scope.notAfter);
    return {
      defaultExpiresInSeconds: shorter(standard, longest),
      latestExpiry: earliest(ends),
    };
  }
  const { maxKeyExpiresInSeconds: own = standard, hasDefaultToo, expiresAt } = caller.grant;
  // The operator, not the client, decides how long a revoked user may stay in a call.
  const most = shorter(hasDefaultToo ? shorter(own, standard) : own, longest);
  ends.push(...endsAfter(nowSeconds, most), expiresAt);
  return { defaultExpiresInSeconds: most, latestExpiry: earliest(ends) };
}

/**
 * The versions that a caller may have. A grant, and a service key that is bound to channels or to
 * an end, may have those that the operator allows to grants: of others one can make a key for
 * another channel, or without an end. One without a user and without an end (version 1) is for
 * none of them, whatever the operator allows: anyone could use it, for ever.
 */
export function allowedVersions(
  caller: Caller,
  { grantKeyVersions }: Pick<Config, "grantKeyVersions">,
): readonly KeyVersion[] {
  if (caller.kind === "serviceKey" && !isBound(caller.scope)) return KEY_VERSIONS;
  return KEY_VERSIONS.filter((version) => {
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

function authorizeGrant(grant: Grant, use: KeyUse): void {
  const { channel, version, service } = use;
  requireChannel(grant.channels, channel);
  requireService(grant.services, service);
  if (grant.role === "subscriber" && !isReceiveOnly(use)) {
    const detail = isAccessTokenVersion(version)
      ? "A subscriber's grant yields no token that lets its user publish."
      : "A subscriber's grant yields access tokens, and channel keys of version 5 with inChannelPermission and noUpload alone: other channel keys can't enforce a role.";
    throw new ServiceError("forbidden_role", detail);
  }
}

export function requireVersion(
  caller: Caller,
  settings: PolicySettings,
  version: KeyVersion,
  sdk?: Sdk,
): void {
  const versions = allowedVersions(caller, settings);
  if (versions.includes(version)) return;
  const whose = caller.kind === "grant" ? "a grant" : "this service key";
  throw new ServiceError("forbidden", versionObjection(whose, versions, version, sdk));
}

function versionObjection(
  whose: string,
  versions: readonly KeyVersion[],
  version: KeyVersion,
  sdk: Sdk | undefined,
): string {
  if (versions.length === 0) return `Here ${whose} yields no keys: see GRANT_KEY_VERSIONS.`;
  const allowed = `Here ${whose} yields keys of version ${versions.join(", ")} alone`;
  if (sdk !== undefined) {
    const { sdkVersion } = sdk;
    const isOpen =
      sdk.platform === undefined &&
      PLATFORMS.some((platform) => newestVersionFor({ sdkVersion, platform }, versions));
    const also = isOpen ? " on every platform: name the platform" : "";
    return `${allowed}: SDK ${sdkVersion} takes none of these${also}.`;
  }
  if (VERSION_TRAITS[version].carriesUid) return `${allowed}, and not of version ${version}.`;
  return `${allowed}: one of version ${version} has no uid and never expires.`;
}

/**
 * An access token without leave to publish, or the one channel key that says in itself that its
 * user may not send.
 */
function isReceiveOnly(use: KeyUse): boolean {
  const { version, service, permission } = use;
  if (isAccessTokenVersion(version)) return !canPublish(use);
  return version === 5 && service === "inChannelPermission" && permission === "noUpload";
}

/** The shorter of two durations, of which 0 stands for no end. */
function shorter(seconds: number, otherSeconds: number): number {
  if (seconds === 0 || otherSeconds === 0) return Math.max(seconds, otherSeconds);
  return Math.min(seconds, otherSeconds);
}

/** Where limits of so many seconds end; 0 = no limit. */
function endsAfter(nowSeconds: number, ...limits: readonly number[]): number[] {
  return limits.filter((seconds) => seconds > 0).map((seconds) => nowSeconds + seconds);
}

function earliest(ends: readonly number[]): number {
  return ends.length === 0 ? 0 : Math.min(...ends);
}
