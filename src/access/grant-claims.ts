// A grant's claims (RFC 7519, and ours). Pure: the signature has been verified, and the time is handed in. Each wrong claim is
// named, all at once: whoever holds a grant that we signed, or our customer did, may know what is wrong with it.

import * as z from "zod";
import { type FieldError, isChannel } from "../keys/fields.ts";
import { service, u32 } from "../keys/schemas.ts";
import { SERVICES } from "../keys/versions.ts";
import {
  CLOCK_LEEWAY_SECONDS,
  GRANT_MAX_CHANNELS,
  GRANT_MAX_LIFETIME_SECONDS,
  GRANT_MAX_TEXT_CHARACTERS,
} from "../platform/limits.ts";
import type { Grant } from "./caller.ts";

export const GRANT_AUDIENCE = "latchkey";
export const CHANNEL_PATTERN_MESSAGE = "must be a channel name, or the start of one followed by *";

export function isChannelPattern(value: string): boolean {
  if (!value.endsWith("*")) return isChannel(value);
  return value.length === 1 || isChannel(value.slice(0, -1));
}

export const text = z.string().min(1).max(GRANT_MAX_TEXT_CHARACTERS);

/** What a grant may hold beside its times; the requests that ask for a grant use the same. */
export const grantFields = {
  channels: z
    .array(z.string().refine(isChannelPattern, CHANNEL_PATTERN_MESSAGE))
    .min(1)
    .max(GRANT_MAX_CHANNELS),
  uid: u32,
  services: z.array(service).min(1).max(SERVICES.length).optional(),
  maxKeyExpiresIn: u32.min(1, "must be at least 1").optional(),
};

const claims = z.object({
  iss: text,
  aud: z
    .union([z.string(), z.array(z.string())])
    .refine(
      (audience) => [audience].flat().includes(GRANT_AUDIENCE),
      `must be "${GRANT_AUDIENCE}"`,
    ),
  sub: text,
  jti: text,
  iat: u32,
  nbf: u32.optional(),
  exp: u32,
  ...grantFields,
});

export type ClaimsResult =
  | { readonly grant: Grant }
  | { readonly expired: true }
  | { readonly errors: readonly FieldError[] };

export function readClaims(
  payload: unknown,
  nowSeconds: number,
  issuer: string | undefined,
): ClaimsResult {
  const parsed = claims.safeParse(payload);
  if (!parsed.success) {
    return {
      errors: parsed.error.issues.map(({ path, message }) => ({ path: path.join("."), message })),
    };
  }
  const { iss, sub, jti, iat, nbf, exp, channels, uid, services, maxKeyExpiresIn } = parsed.data;
  const errors: FieldError[] = [];
  if (issuer !== undefined && iss !== issuer)
    errors.push({ path: "iss", message: "is not the issuer of this deployment's grants" });
  if (iat > nowSeconds + CLOCK_LEEWAY_SECONDS)
    errors.push({ path: "iat", message: "is in the future" });
  if (nbf !== undefined && nbf > nowSeconds + CLOCK_LEEWAY_SECONDS)
    errors.push({ path: "nbf", message: "is in the future" });
  if (exp <= iat) errors.push({ path: "exp", message: "must be after iat" });
  if (exp - iat > GRANT_MAX_LIFETIME_SECONDS) {
    errors.push({
      path: "exp",
      message: `must be at most ${GRANT_MAX_LIFETIME_SECONDS} seconds after iat`,
    });
  }
  if (errors.length > 0) return { errors };
  if (exp + CLOCK_LEEWAY_SECONDS <= nowSeconds) return { expired: true };
  return {
    grant: {
      issuer: iss,
      subject: sub,
      id: jti,
      expiresAt: exp,
      channels,
      uid,
      services: services ?? ["mediaChannel"],
      maxKeyExpiresInSeconds: maxKeyExpiresIn,
    },
  };
}
