// A grant's claims (RFC 7519, and ours). Pure: the signature has been verified, and the time is
// handed in. Every wrong claim is named at once: whoever holds a grant that we signed, or that our
// customer signed, may know what is wrong with it.

import * as v from "valibot";
import { parseLoosely } from "../contract/parse.ts";
import { grantEntries, identifier, u32 } from "../contract/values.ts";
import type { FieldError } from "../keys/fields.ts";
import { CLOCK_LEEWAY_SECONDS, GRANT_MAX_LIFETIME_SECONDS } from "../platform/limits.ts";
import { failure, type Result, success } from "../platform/result.ts";
import type { Grant } from "./caller.ts";

export const GRANT_AUDIENCE = "latchkey";

const AUDIENCE_MESSAGE = `must be "${GRANT_AUDIENCE}"`;

const Claims = v.object({
  iss: identifier,
  aud: v.pipe(
    v.union([v.string(), v.array(v.string())], AUDIENCE_MESSAGE),
    v.check((audience) => [audience].flat().includes(GRANT_AUDIENCE), AUDIENCE_MESSAGE),
  ),
  sub: identifier,
  jti: identifier,
  iat: u32,
  nbf: v.optional(u32),
  exp: u32,
  ...grantEntries,
});
type Claims = v.InferOutput<typeof Claims>;

/**
 * `issuer`: the one that this deployment demands, if any. Whether the grant has expired is not
 * asked.
 */
export function readClaims(
  payload: unknown,
  nowSeconds: number,
  issuer: string | undefined,
): Result<Grant, FieldError> {
  const claims = parseLoosely(Claims, payload);
  if (!claims.ok) return claims;
  const errors = claimErrors(claims.value, nowSeconds, issuer);
  if (errors.length > 0) return failure(errors);
  const { iss, sub, jti, exp, channels, uid, services, role, maxKeyExpiresIn } = claims.value;
  return success({
    issuer: iss,
    subject: sub,
    id: jti,
    expiresAt: exp,
    channels,
    uid,
    services: services ?? ["mediaChannel"],
    role: role ?? "publisher",
    maxKeyExpiresInSeconds: maxKeyExpiresIn,
  });
}

/** The rules between claims, and those that need the time. */
function claimErrors(
  { iss, iat, nbf, exp }: Claims,
  nowSeconds: number,
  issuer: string | undefined,
): FieldError[] {
  const latestStart = nowSeconds + CLOCK_LEEWAY_SECONDS;
  const errors: FieldError[] = [];
  if (issuer !== undefined && iss !== issuer) {
    errors.push({ path: "iss", message: "is not the issuer of this deployment's grants" });
  }
  if (iat > latestStart) errors.push({ path: "iat", message: "is in the future" });
  if (nbf !== undefined && nbf > latestStart) {
    errors.push({ path: "nbf", message: "is in the future" });
  }
  if (exp <= iat) errors.push({ path: "exp", message: "must be after iat" });
  if (exp - iat > GRANT_MAX_LIFETIME_SECONDS) {
    const message = `must be at most ${GRANT_MAX_LIFETIME_SECONDS} seconds after iat`;
    errors.push({ path: "exp", message });
  }
  return errors;
}
