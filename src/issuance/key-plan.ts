// From a valid request to what will be signed: format, then user and latest expiry, then times.

import { allowedVersions, authorize } from "../auth/policy.ts";
import type { Context } from "../config/deployment.ts";
import type { SharedKeyRequest } from "../contract/requests.ts";
import type { SharedKeyResponse } from "../contract/responses.ts";
import { valid } from "../contract/service-error.ts";
import type { User } from "../keys/user.ts";
import { type FormatDefaults, type KeyFormat, resolveFormat, type UserFields } from "./format.ts";
import { resolveTimes, type SignedTimes } from "./times.ts";

export interface KeyPlan {
  readonly format: KeyFormat;
  /** The request's, or else the grant's; undefined for many, and where the version carries none. */
  readonly user: User | undefined;
  readonly times: SignedTimes;
}

/** What stands for what a request leaves out. */
export function formatDefaults({ caller, deployment: { config } }: Context): FormatDefaults {
  const shared = { version: config.defaultKeyVersion, allowed: allowedVersions(caller, config) };
  if (caller.kind === "serviceKey") return { ...shared, user: undefined, role: "publisher" };
  const { user, role } = caller.grant;
  const named = user.account === undefined ? "uid" : "account";
  return { ...shared, user: user.uid === 0 ? undefined : named, role };
}

/** Throws `forbidden` or a finer code, or `invalid_request` for times that can't be. */
export function planKey(
  context: Context,
  request: SharedKeyRequest,
  users: UserFields,
  requestedUser: User | undefined,
): KeyPlan {
  const { caller, now, deployment } = context;
  const { channel, version, sdkVersion, platform, issuedAt = now } = request;
  const format = resolveFormat(request, users, formatDefaults(context));
  const hasSdk = version === undefined && sdkVersion !== undefined;
  const use = {
    ...format,
    channel,
    sdk: hasSdk ? { sdkVersion, platform } : undefined,
    user: requestedUser,
    exactFields: exactFields(request),
  };
  const { user, ...limits } = authorize(caller, use, deployment.config, now);
  const lifetime = { issuedAt, ...limits };
  return { format, user, times: valid(resolveTimes(request, format.version, lifetime)) };
}

/** What the responses for one key and for many have in common. */
export function describe(
  { now, deployment: { config } }: Context,
  { format, times }: KeyPlan,
  channel: string,
): SharedKeyResponse {
  return {
    version: format.version,
    service: format.service,
    appId: config.appId,
    channel,
    issuedAt: times.issuedAt,
    joinBefore: times.joinBefore,
    expiresAt: times.expiresAt,
    renewAt: times.renewAt,
    serverTime: now,
  };
}

/** Fields that make a key reproducible. */
function exactFields(request: SharedKeyRequest): string[] {
  const names = ["issuedAt", "randomInt", "expiresAt"] as const;
  return names.filter((name) => request[name] !== undefined);
}
