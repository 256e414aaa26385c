// When a key is issued, when it expires, and when to renew it. Pure. Times are Unix seconds.

import type { SharedKeyRequest } from "../contract/requests.ts";
import type { KeyTimes } from "../contract/responses.ts";
import type { FieldError } from "../keys/fields.ts";
import { VERSION_TRAITS, type Version } from "../keys/versions.ts";
import { JOIN_WINDOW_SECONDS, MAX_U32, RENEW_LEAD_MAX_SECONDS } from "../platform/limits.ts";
import { failure, type Result, success } from "../platform/result.ts";

export interface SignedTimes extends KeyTimes {
  /** As the key carries it: 0 = never; undefined where the version carries none. */
  readonly expiredTs: number | undefined;
}

export interface Lifetime {
  readonly issuedAt: number;
  /** For a request that names none; 0 = never. */
  readonly defaultExpiresInSeconds: number;
  /** When the key must end at the latest; 0 = it may never end. */
  readonly latestExpiry: number;
}

export function resolveTimes(
  request: SharedKeyRequest,
  version: Version,
  lifetime: Lifetime,
): Result<SignedTimes, FieldError> {
  const { issuedAt, latestExpiry } = lifetime;
  if (VERSION_TRAITS[version].carriesExpiry) {
    const expiry = chooseExpiry(request, lifetime);
    const errors = [...issueTimeErrors(request, latestExpiry), ...(expiry.ok ? [] : expiry.errors)];
    if (!expiry.ok || errors.length > 0) return failure(errors);
    return success(timesOf(issuedAt, expiry.value));
  }
  if (latestExpiry === 0) return success(timesOf(issuedAt, undefined));
  const message = `version ${version} never expires, and this deployment limits how long a key lasts`;
  return failure([{ path: "version", message }]);
}

/** As asked, or the default, but never later than the latest. */
function chooseExpiry(request: SharedKeyRequest, lifetime: Lifetime): Result<number, FieldError> {
  const { issuedAt, defaultExpiresInSeconds, latestExpiry } = lifetime;
  const { expiresAt, expiresIn = defaultExpiresInSeconds } = request;
  if (expiresAt !== undefined) {
    const errors = exactExpiryErrors(expiresAt, request.expiresIn, latestExpiry);
    return errors.length > 0 ? failure(errors) : success(expiresAt);
  }
  const expiry = cap(expiresIn === 0 ? 0 : issuedAt + expiresIn, latestExpiry);
  if (expiry <= MAX_U32) return success(expiry);
  const message = "ends later than a key can express (2^32 - 1, in the year 2106)";
  return failure([{ path: "expiresIn", message }]);
}

/** A key that is dated ahead can be used to join until 300 s after that date. */
function issueTimeErrors({ issuedAt }: SharedKeyRequest, latestExpiry: number): FieldError[] {
  if (latestExpiry === 0 || issuedAt === undefined || issuedAt <= latestExpiry) return [];
  return [{ path: "issuedAt", message: latestMessage(latestExpiry) }];
}

/** An exact time is signed as it is, or refused: never changed. */
function exactExpiryErrors(
  expiresAt: number,
  expiresIn: number | undefined,
  latestExpiry: number,
): FieldError[] {
  const errors: FieldError[] = [];
  if (expiresIn !== undefined) {
    errors.push({ path: "expiresAt", message: "can't be given together with expiresIn" });
  }
  if (cap(expiresAt, latestExpiry) !== expiresAt) {
    errors.push({ path: "expiresAt", message: latestMessage(latestExpiry) });
  }
  return errors;
}

function latestMessage(latest: number): string {
  return `must be at most ${latest}: this deployment limits how long a key lasts`;
}

/** The earlier of two ends, where 0 stands for never. */
function cap(expiry: number, latestExpiry: number): number {
  if (latestExpiry === 0) return expiry;
  return expiry === 0 ? latestExpiry : Math.min(expiry, latestExpiry);
}

function timesOf(issuedAt: number, expiredTs: number | undefined): SignedTimes {
  const joinBefore = issuedAt + JOIN_WINDOW_SECONDS;
  if (expiredTs === undefined || expiredTs === 0) {
    return { issuedAt, joinBefore, expiresAt: null, renewAt: null, expiredTs };
  }
  const lead = Math.min(RENEW_LEAD_MAX_SECONDS, Math.floor((expiredTs - issuedAt) / 2));
  const renewAt = expiredTs - Math.max(0, lead);
  return { issuedAt, joinBefore, expiresAt: expiredTs, renewAt, expiredTs };
}
