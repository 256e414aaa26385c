// When a key is issued, when it expires, and when to renew it. Pure. Times are Unix seconds.

import type { SharedKeyRequest } from "../contract/requests.ts";
import type { KeyTimes } from "../contract/responses.ts";
import type { FieldError } from "../keys/fields.ts";
import { isAccessTokenVersion, type KeyVersion, VERSION_TRAITS } from "../keys/versions.ts";
import {
  ACCESS_TOKEN_MAX_SECONDS,
  JOIN_WINDOW_SECONDS,
  MAX_U32,
  RENEW_LEAD_MAX_SECONDS,
} from "../platform/limits.ts";
import { failure, type Result, success } from "../platform/result.ts";

export interface SignedTimes extends KeyTimes {
  /** As a channel key carries it: 0 = never; undefined where the version carries none. */
  readonly expiredTs: number | undefined;
}

export interface Lifetime {
  readonly issuedAt: number;
  /** For a request that names none; 0 = never. */
  readonly defaultExpiresInSeconds: number;
  /** When the key must end at the latest; 0 = it may never end. */
  readonly latestExpiry: number;
}

/** What a request says of times. */
export type RequestedTimes = Partial<
  Pick<SharedKeyRequest, "expiresIn" | "issuedAt" | "expiresAt">
>;

/** For an access token, whose lifetime is never for ever. */
export interface TokenTimes extends KeyTimes {
  readonly expiresAt: number;
  readonly renewAt: number;
}

/**
 * The times of an access token. `lifetime` has both bounds, of 1 to 86,400 s from now, and a
 * request's `expiresIn` is within them too. So a token lasts 1 s at least: no 0 leaves, which the
 * vendor reads as "no end of its own".
 */
export function resolveTokenTimes(
  request: RequestedTimes,
  { issuedAt, defaultExpiresInSeconds, latestExpiry }: Lifetime,
): Result<TokenTimes, FieldError> {
  const { expiresIn = defaultExpiresInSeconds, expiresAt: exact } = request;
  const latest = Math.min(latestExpiry, issuedAt + ACCESS_TOKEN_MAX_SECONDS);
  const errors: FieldError[] = [];
  if (issuedAt >= latestExpiry) {
    errors.push({ path: "issuedAt", message: latestMessage(latestExpiry - 1) });
  }
  if (exact !== undefined && request.expiresIn !== undefined) errors.push(TWO_ENDS);
  if (exact !== undefined && (exact <= issuedAt || exact > latest)) {
    const message = `must be after issuedAt (${issuedAt}) and at most ${latest}`;
    errors.push({ path: "expiresAt", message });
  }
  if (errors.length > 0) return failure(errors);
  const expiresAt = exact ?? Math.min(issuedAt + expiresIn, latest);
  return success({
    issuedAt,
    joinBefore: expiresAt,
    expiresAt,
    renewAt: renewalOf(issuedAt, expiresAt),
  });
}

export function resolveTimes(
  request: RequestedTimes,
  version: KeyVersion,
  lifetime: Lifetime,
): Result<SignedTimes, FieldError> {
  const { issuedAt, latestExpiry } = lifetime;
  if (isAccessTokenVersion(version)) {
    const times = resolveTokenTimes(request, lifetime);
    return times.ok ? success({ ...times.value, expiredTs: times.value.expiresAt }) : times;
  }
  if (VERSION_TRAITS[version].carriesExpiry) {
    const expiry = chooseExpiry(request, lifetime);
    const errors = [...issueTimeErrors(request, latestExpiry), ...(expiry.ok ? [] : expiry.errors)];
    if (!expiry.ok || errors.length > 0) return failure(errors);
    return success(timesOf(issuedAt, expiry.value));
  }
  if (latestExpiry === 0) return success(timesOf(issuedAt, undefined));
  const message = `version ${version} never expires, and how long a key lasts is limited here`;
  return failure([{ path: "version", message }]);
}

/** As asked, or the default, but never later than the latest. */
function chooseExpiry(request: RequestedTimes, lifetime: Lifetime): Result<number, FieldError> {
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
function issueTimeErrors({ issuedAt }: RequestedTimes, latestExpiry: number): FieldError[] {
  if (latestExpiry === 0 || issuedAt === undefined || issuedAt <= latestExpiry) return [];
  return [{ path: "issuedAt", message: latestMessage(latestExpiry) }];
}

const TWO_ENDS = { path: "expiresAt", message: "can't be given together with expiresIn" };

/** An exact time is signed as it is, or refused: never changed. */
function exactExpiryErrors(
  expiresAt: number,
  expiresIn: number | undefined,
  latestExpiry: number,
): FieldError[] {
  const errors: FieldError[] = [];
  if (expiresIn !== undefined) errors.push(TWO_ENDS);
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
  const renewAt = renewalOf(issuedAt, expiredTs);
  return { issuedAt, joinBefore, expiresAt: expiredTs, renewAt, expiredTs };
}

function renewalOf(issuedAt: number, expiresAt: number): number {
  const lead = Math.min(RENEW_LEAD_MAX_SECONDS, Math.floor((expiresAt - issuedAt) / 2));
  return expiresAt - Math.max(0, lead);
}
