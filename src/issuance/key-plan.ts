// From a valid request to what will be signed: format, then uid and latest expiry, then times.

import { allowedVersions, authorize } from "../auth/policy.ts";
import type { Context } from "../config/deployment.ts";
import type { SharedKeyRequest } from "../contract/requests.ts";
import type { SharedKeyResponse } from "../contract/responses.ts";
import { valid } from "../contract/service-error.ts";
import { type KeyFormat, resolveFormat, type VersionChoice } from "./format.ts";
import { resolveTimes, type SignedTimes } from "./times.ts";

export interface KeyPlan {
  readonly format: KeyFormat;
  /** The request's, or else the grant's; undefined for many, and where the version carries none. */
  readonly uid: number | undefined;
  readonly times: SignedTimes;
}

/** Which version a request gets that names none. */
export function versionChoice({ caller, deployment: { config } }: Context): VersionChoice {
  const { defaultKeyVersion: defaultVersion } = config;
  return { defaultVersion, allowed: allowedVersions(caller, config) };
}

/** Throws `forbidden` or a finer code, or `invalid_request` for times that can't be. */
export function planKey(
  context: Context,
  request: SharedKeyRequest,
  requestedUid: number | undefined,
): KeyPlan {
  const { caller, now, deployment } = context;
  const { channel, version, sdkVersion, issuedAt = now } = request;
  const format = resolveFormat(request, versionChoice(context));
  const use = {
    ...format,
    channel,
    sdkVersion: version === undefined ? sdkVersion : undefined,
    uid: requestedUid,
    exactFields: exactFields(request),
  };
  const { uid, ...limits } = authorize(caller, use, deployment.config, now);
  const lifetime = { issuedAt, ...limits };
  return { format, uid, times: valid(resolveTimes(request, format.version, lifetime)) };
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
