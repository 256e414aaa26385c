// Grants as a business server would sign them, and as an attacker would.

import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from "jose";
import { ISSUER, NOW, SECRETS } from "./settings.ts";

export type Claims = Readonly<Record<string, unknown>>;

/** A good grant's claims at NOW; a claim given as undefined is left out. */
export function claims(overrides: Claims = {}): JWTPayload {
  return {
    iss: ISSUER,
    aud: "latchkey",
    sub: "user-7",
    iat: NOW,
    exp: NOW + 7200,
    jti: "grant-1",
    channels: ["room-1", "team-*"],
    uid: 42,
    ...overrides,
  };
}

const utf8 = new TextEncoder();

/** Signs with HS256, and with whatever header fields are asked for. */
export function signGrant(
  overrides: Claims = {},
  { secret = SECRETS.GRANT_SECRET as string, header = {} } = {},
): Promise<string> {
  return hs256({ alg: "HS256", typ: "JWT", ...header }, JSON.stringify(claims(overrides)), secret);
}

/**
 * An HMAC-SHA256 JWS over exactly this header and payload text: no library stands between the
 * attacker and the token.
 */
export async function hs256(
  header: object | string,
  payload: string,
  secret: string,
): Promise<string> {
  const head = typeof header === "string" ? header : JSON.stringify(header);
  const input = `${base64url(utf8.encode(head))}.${base64url(utf8.encode(payload))}`;
  const key = await crypto.subtle.importKey(
    "raw",
    utf8.encode(secret),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"],
  );
  return `${input}.${base64url(new Uint8Array(await crypto.subtle.sign("HMAC", key, utf8.encode(input))))}`;
}

export function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
}

/** A key pair whose public half a key set may hold. */
export interface GrantSigner {
  readonly jwk: JWK;
  sign(overrides?: Claims, header?: Readonly<Record<string, unknown>>): Promise<string>;
  readonly privateJwk: JWK;
}

export async function grantSigner(
  alg: "RS256" | "ES256" | "EdDSA",
  kid: string,
): Promise<GrantSigner> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return {
    jwk: { ...(await exportJWK(publicKey)), kid, alg, use: "sig" },
    privateJwk: { ...(await exportJWK(privateKey)), kid, alg },
    sign: (overrides, header) =>
      new SignJWT(claims(overrides))
        .setProtectedHeader({ alg, kid, typ: "JWT", ...header })
        .sign(privateKey),
  };
}

export function keySet(...signers: readonly GrantSigner[]): { keys: JWK[] } {
  return { keys: signers.map(({ jwk }) => jwk) };
}
