// A grant's claims (RFC 7519, and ours). Pure: the signature has been verified, and the time is
// handed in. Every wrong claim is named at once: whoever holds a grant that we signed, or that our
// customer signed, may know what is wrong with it.

import * as v from "valibot";
import { parseLoosely } from "../contract/parse-request.ts";
import { grantEntries, grantUserErrors, identifier, time, userOf } from "../contract/values.ts";
import type { FieldError } from "../keys/fields.ts";
import {
  GRANT_MAX_LIFETIME_SECONDS,
  GRANT_START_LEEWAY_SECONDS,
  MAX_U32,
} from "../platform/limits.ts";
import { failure, type Result, success } from "../platform/result.ts";
import type { Grant } from "./caller.ts";

export const GRANT_AUDIENCE = "latchkey";

const AUDIENCE_MESSAGE = `must be "${GRANT_AUDIENCE}"`;

/**
 * A NumericDate (RFC 7519, 2): it may have a fraction or an exponent. A greater number than a key
 * can hold is no time in seconds.
 */
const numericDate = time(
  (value) => value >= 0 && value <= MAX_U32,
  "must be Unix seconds, a number",
);

const APP_ID_MESSAGE = "is not the App ID of this deployment";

const Claims = v.object({
  iss: identifier,
  // Left out it gets the same message: "is required" would not say what.
  aud: v.optional(
    v.pipe(
      v.union([v.string(), v.array(v.string())], AUDIENCE_MESSAGE),
      v.check((audience) => [audience].flat().includes(GRANT_AUDIENCE), AUDIENCE_MESSAGE),
    ),
    "",
  ),
  sub: identifier,
  jti: identifier,
  iat: numericDate,
  nbf: v.optional(numericDate),
  exp: numericDate,
  appId: v.optional(v.string(APP_ID_MESSAGE)),
  // Claims of our own, in grants that named service keys make (new-grant-policy.ts).
  by: v.optional(identifier),
  orDefault: v.optional(v.boolean("must be true or false")),
  ...grantEntries,
});
type Claims = v.InferOutput<typeof Claims>;

/** What a deployment demands of the grants that it takes. */
export interface Demands {
  readonly issuer: string | undefined;
  /** A grant may leave its own out: then it is for every deployment that shares its key. */
  readonly appId: string;
}

/** Whether the grant holds now is not asked: see `startErrors`, and `expiresAt`. */
export function readClaims(
  payload: unknown,
  nowSeconds: number,
  demands: Demands,
): Result<Grant, FieldError> {
  const claims = parseLoosely(Claims, payload);
  if (!claims.ok) return claims;
  const { iss, sub, jti, iat, nbf, exp, channels, services, role } = claims.value;
  const times = { issuedAt: iat, notBefore: nbf };
  const errors = claimErrors(claims.value, demands);
  if (errors.length > 0) {
    const named = new Set(errors.map(({ path }) => path));
    const early = startErrors(times, nowSeconds).filter(({ path }) => !named.has(path));
    return failure([...early, ...errors]);
  }
  return success({
    issuer: iss,
    subject: sub,
    id: jti,
    ...times,
    // Rounded down: a key's expiry is a whole number, and not after the grant's.
    expiresAt: Math.floor(exp),
    channels,
    user: userOf(claims.value),
    services: services ?? ["mediaChannel"],
    role: role ?? "publisher",
    maxKeyExpiresInSeconds: claims.value.maxKeyExpiresIn,
    hasDefaultToo: claims.value.orDefault ?? false,
    madeBy: claims.value.by,
  });
}

/** The rules between claims. What is wrong here stays wrong. */
function claimErrors(claims: Claims, demands: Demands): FieldError[] {
  const { iss, iat, nbf, exp, appId = demands.appId } = claims;
  const errors: FieldError[] = [];
  if (demands.issuer !== undefined && iss !== demands.issuer) {
    errors.push({ path: "iss", message: "is not the issuer of this deployment's grants" });
  }
  if (appId.toLowerCase() !== demands.appId.toLowerCase()) {
    errors.push({ path: "appId", message: APP_ID_MESSAGE });
  }
  if (nbf !== undefined && nbf >= exp) errors.push({ path: "nbf", message: "must be before exp" });
  if (exp <= iat) errors.push({ path: "exp", message: "must be after iat" });
  // In whole seconds: two fractions that are the same as text may differ as numbers.
  if (Math.floor(exp) - Math.floor(iat) > GRANT_MAX_LIFETIME_SECONDS) {
    const message = `must be at most ${GRANT_MAX_LIFETIME_SECONDS} seconds after iat`;
    errors.push({ path: "exp", message });
  }
  errors.push(...grantUserErrors(claims));
  return errors;
}

type StartTimes = Pick<Grant, "issuedAt" | "notBefore">;

/** Which times lie in the future, so that the grant is not valid yet. */
export function startErrors(
  { issuedAt, notBefore = 0 }: StartTimes,
  nowSeconds: number,
): FieldError[] {
  const latest = nowSeconds + GRANT_START_LEEWAY_SECONDS;
  return Object.entries({ iat: issuedAt, nbf: notBefore })
    .filter(([, start]) => start > latest)
    .map(([path]) => ({ path, message: "is in the future" }));
}

/** How long until the grant is valid. */
export function secondsUntilStart(
  { issuedAt, notBefore = 0 }: StartTimes,
  nowSeconds: number,
): number {
  return Math.ceil(Math.max(issuedAt, notBefore) - GRANT_START_LEEWAY_SECONDS - nowSeconds);
}
