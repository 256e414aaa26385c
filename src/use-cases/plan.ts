// From a wish for a key, or for many, to what will be signed: version, uid, times. Pure but for the policy's and the rules'
// refusals, which it throws.

import type { Caller } from "../access/caller.ts";
import { capExpiry, decide, latestExpiry } from "../access/policy.ts";
import type { Config } from "../config.ts";
import { invalidRequest, Refusal } from "../errors.ts";
import { compatibilityErrors, type FieldError } from "../keys/fields.ts";
import { highestVersionFor, sdkObjection } from "../keys/sdk-versions.ts";
import { type Permission, type Service, VERSION_TRAITS, type Version } from "../keys/versions.ts";
import { JOIN_WINDOW_SECONDS, MAX_U32, RENEW_LEAD_MAX_SECONDS } from "../platform/limits.ts";

/** What one key and many have in common. Times are Unix seconds. */
export interface SharedKeyRequest {
  readonly channel: string;
  readonly version?: Version | undefined;
  readonly sdkVersion?: string | undefined;
  readonly service: Service;
  readonly permission?: Permission | undefined;
  /** 0 = never. */
  readonly expiresIn?: number | undefined;
  /** Exact values, for service keys: reproducible keys. */
  readonly issuedAt?: number | undefined;
  readonly randomInt?: number | undefined;
  readonly expiresAt?: number | undefined;
}

/** The times of a key as an answer gives them. */
export interface KeyTimes {
  readonly issuedAt: number;
  readonly joinBefore: number;
  /** null = never. */
  readonly expiresAt: number | null;
  readonly renewAt: number | null;
}

export interface Plan {
  readonly version: Version;
  readonly uid: number | undefined;
  /** 0 = never; undefined where the version carries none. */
  readonly expiredTs: number | undefined;
  readonly times: KeyTimes;
}

/** How the caller names users: `uid` for one, `uids` for many. `value` is the one that the policy looks at. */
export interface AskedUid {
  readonly path: "uid" | "uids";
  readonly given: boolean;
  readonly value?: number | undefined;
}

export function planKey(
  config: Config,
  caller: Caller,
  request: SharedKeyRequest,
  uid: AskedUid,
  now: number,
): Plan {
  const version = chooseVersion(request, config.defaultKeyVersion);
  if (typeof version !== "number") throw invalidRequest([version]);
  const { channel, service } = request;
  const exactFields = (["issuedAt", "randomInt", "expiresAt"] as const).filter(
    (name) => request[name] !== undefined,
  );
  const decision = decide(caller, { channel, version, service, uid: uid.value, exactFields });
  if (!decision.allowed) throw new Refusal(decision.code, decision.detail);

  const errors = carriageErrorsOf(request, version, {
    path: uid.path,
    given: uid.given || decision.uid !== undefined,
  });
  const expiredTs = VERSION_TRAITS[version].carriesExpiry
    ? chooseExpiry(config, caller, request, now, errors)
    : undefined;
  if (expiredTs === undefined && config.maxExpiresInSeconds > 0) {
    errors.push({
      path: "version",
      message: `version ${version} never ends, and this deployment limits how long a key lasts`,
    });
  }
  if (errors.length > 0) throw invalidRequest(errors);
  return {
    version,
    uid: decision.uid,
    expiredTs,
    times: timesOf(request.issuedAt ?? now, expiredTs),
  };
}

/**
 * What the rules between fields say of a request some of whose fields are invalid by themselves, so that every wrong field can
 * be named at once. `valid` holds the fields that are not; `isGiven` knows them all.
 */
export function ruleErrors(
  config: Config,
  valid: Partial<SharedKeyRequest>,
  uid: AskedUid,
  isGiven: (field: string) => boolean,
): FieldError[] {
  const isKnown = (field: keyof SharedKeyRequest) => valid[field] !== undefined || !isGiven(field);
  if (!isKnown("version") || !isKnown("sdkVersion") || !isKnown("service")) return [];
  const request: SharedKeyRequest = {
    ...valid,
    channel: "",
    service: valid.service ?? "mediaChannel",
  };
  const version = chooseVersion(request, config.defaultKeyVersion);
  if (typeof version !== "number") return [version];
  return carriageErrorsOf(request, version, uid).filter(
    ({ path }) => path === uid.path || isKnown(path as keyof SharedKeyRequest),
  );
}

function carriageErrorsOf(
  request: SharedKeyRequest,
  version: Version,
  uid: Pick<AskedUid, "path" | "given">,
): FieldError[] {
  const { service, permission, expiresIn, expiresAt } = request;
  const expiry = {
    path: expiresAt === undefined ? "expiresIn" : "expiresAt",
    given: (expiresIn ?? expiresAt) !== undefined,
  };
  return compatibilityErrors({ version, service, permission, uid, expiry });
}

function chooseVersion(
  { version, sdkVersion, service }: SharedKeyRequest,
  fallback: Version,
): Version | FieldError {
  if (sdkVersion === undefined) return version ?? fallback;
  const chosen = version ?? highestVersionFor(sdkVersion);
  const message = sdkObjection(sdkVersion, chosen ?? fallback, service);
  if (chosen !== undefined && message === undefined) return chosen;
  return {
    path: version === undefined ? "sdkVersion" : "version",
    message: message ?? "is not known",
  };
}

/** When the user is put out: as asked, or the default, but never later than the caller's latest. */
function chooseExpiry(
  config: Config,
  caller: Caller,
  request: SharedKeyRequest,
  now: number,
  errors: FieldError[],
): number {
  const issuedAt = request.issuedAt ?? now;
  const latest = latestExpiry(caller, config.maxExpiresInSeconds, issuedAt);
  if (request.expiresAt !== undefined) {
    if (request.expiresIn !== undefined)
      errors.push({ path: "expiresAt", message: "can't be given together with expiresIn" });
    if (capExpiry(request.expiresAt, latest) !== request.expiresAt) {
      errors.push({
        path: "expiresAt",
        message: `must be at most ${latest}: this deployment limits how long a key lasts`,
      });
    }
    return request.expiresAt;
  }
  const expiresIn = request.expiresIn ?? config.defaultExpiresInSeconds;
  const expiredTs = capExpiry(expiresIn === 0 ? 0 : issuedAt + expiresIn, latest);
  if (expiredTs > MAX_U32)
    errors.push({
      path: "expiresIn",
      message: "puts the expiry beyond what a key can hold (2^32 - 1)",
    });
  return expiredTs;
}

function timesOf(issuedAt: number, expiredTs: number | undefined): KeyTimes {
  const joinBefore = issuedAt + JOIN_WINDOW_SECONDS;
  if (expiredTs === undefined || expiredTs === 0)
    return { issuedAt, joinBefore, expiresAt: null, renewAt: null };
  const lead = Math.min(RENEW_LEAD_MAX_SECONDS, Math.floor((expiredTs - issuedAt) / 2));
  return { issuedAt, joinBefore, expiresAt: expiredTs, renewAt: expiredTs - Math.max(0, lead) };
}
