// Grants are JWTs (RFC 7519). Which algorithm a token may use follows from what this deployment has: HS256 where it has a grant
// secret, RS256, ES256 and EdDSA where it has a key set. A header chooses among those and never adds one; a key set is never used
// as a secret.

import { type CompactVerifyGetKey, type CryptoKey, compactVerify, decodeProtectedHeader, errors, SignJWT } from "jose";
import type { GrantConfig } from "../config.js";
import { Refusal } from "../errors.js";
import { GRANT_MAX_CHARACTERS } from "../limits.js";
import type { Grant } from "./caller.js";
import { duplicateMember } from "./duplicate-members.js";
import { GRANT_AUDIENCE, readClaims } from "./grant-claims.js";
import { type Background, createInlineKeySet, type KeySet, KeySetUnavailable, RemoteKeySet } from "./key-sets.js";

/**
 * A JWS in its one spelling (RFC 7515, 3.1 and appendix C). jose would also read a signature with white space, with the
 * characters of plain base64, or with other unused bits at its end: one grant would have many texts.
 */
const COMPACT_JWS = /^[\w-]+\.[\w-]+\.(?:[\w-]{4})*(?:[\w-][AQgw]|[\w-]{2}[AEIMQUYcgkosw048])?$/;

const SECRET_ALGORITHM = "HS256";
const KEY_SET_ALGORITHMS = ["RS256", "ES256", "EdDSA"];

/** What a grant that this deployment signs says; the rest follows from the time. */
export interface NewGrant {
  readonly subject: string;
  readonly channels: readonly string[];
  readonly uid: number;
  readonly services?: readonly string[] | undefined;
  readonly maxKeyExpiresInSeconds?: number | undefined;
}

export class Grants {
  readonly #secrets: readonly Uint8Array[];
  readonly #issuer: string | undefined;
  readonly #keySet: KeySet | undefined;
  #hmacKeys: readonly CryptoKey[] | undefined;

  constructor(config: GrantConfig, fetchKeys: typeof fetch) {
    this.#secrets = config.secrets;
    this.#issuer = config.issuer;
    if (config.jwks) this.#keySet = createInlineKeySet(config.jwks);
    else if (config.jwksUrl) this.#keySet = new RemoteKeySet(config.jwksUrl, fetchKeys);
  }

  /** Checks signature and claims. Throws a Refusal: `unauthenticated`, `grant_expired`, or `not_configured` without its keys. */
  async verify(token: string, nowSeconds: number, background: Background): Promise<Grant> {
    const payload = parsePayload(await this.#verifySignature(token, nowSeconds, background));
    const result = readClaims(payload, nowSeconds, this.#issuer);
    if ("grant" in result) return result.grant;
    if ("expired" in result) throw new Refusal("grant_expired", "The grant has expired: ask for a new one.");
    throw new Refusal("unauthenticated", "The grant is signed, but not all of its claims are valid.", { errors: result.errors });
  }

  /** Signs a grant with the current secret. Throws a Refusal (`not_configured`) where there is none. */
  async sign(grant: NewGrant, issuedAt: number, expiresAt: number): Promise<string> {
    const [key] = await this.#importSecrets();
    if (!key)
      throw new Refusal("not_configured", "This deployment has no GRANT_SECRET: it can verify grants, but not sign them.");
    const { subject, channels, uid, services, maxKeyExpiresInSeconds } = grant;
    return new SignJWT({ channels, uid, services, maxKeyExpiresIn: maxKeyExpiresInSeconds })
      .setProtectedHeader({ alg: SECRET_ALGORITHM, typ: "JWT" })
      .setIssuer(this.#issuer ?? GRANT_AUDIENCE)
      .setAudience(GRANT_AUDIENCE)
      .setSubject(subject)
      .setJti(crypto.randomUUID())
      .setIssuedAt(issuedAt)
      .setExpirationTime(expiresAt)
      .sign(key);
  }

  async #verifySignature(token: string, nowSeconds: number, background: Background): Promise<Uint8Array> {
    if (token.length > GRANT_MAX_CHARACTERS || !COMPACT_JWS.test(token)) throw unverifiable();
    try {
      const header = decodeProtectedHeader(token);
      const isPlainJwt = header.crit === undefined && (header.typ === undefined || /^jwt$/i.test(header.typ));
      if (!isPlainJwt) throw unverifiable();
      if (header.alg === SECRET_ALGORITHM) return await this.#verifyWithSecrets(token);
      const keySet = this.#keySet;
      if (!keySet) throw unverifiable();
      const find: CompactVerifyGetKey = (protectedHeader, input) => keySet.find(protectedHeader, input, nowSeconds, background);
      return (await compactVerify(token, find, { algorithms: KEY_SET_ALGORITHMS })).payload;
    } catch (error) {
      if (error instanceof Refusal) throw error;
      if (error instanceof KeySetUnavailable) throw keysUnavailable();
      // Whatever jose objects to (JOSEError), and header text it can't decode (TypeError): no caller learns which.
      throw unverifiable();
    }
  }

  /** With the current secret, and while one is turned over with the previous. */
  async #verifyWithSecrets(token: string): Promise<Uint8Array> {
    for (const key of await this.#importSecrets()) {
      try {
        return (await compactVerify(token, key, { algorithms: [SECRET_ALGORITHM] })).payload;
      } catch (error) {
        if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
      }
    }
    throw unverifiable();
  }

  /** Importing a secret costs more than verifying with it, so it is done once. */
  async #importSecrets(): Promise<readonly CryptoKey[]> {
    this.#hmacKeys ??= await Promise.all(
      this.#secrets.map((secret) =>
        crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]),
      ),
    );
    return this.#hmacKeys;
  }
}

function parsePayload(bytes: Uint8Array): unknown {
  let payload: unknown;
  let duplicate: string | undefined;
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    payload = JSON.parse(text);
    duplicate = duplicateMember(text);
  } catch {
    throw new Refusal("unauthenticated", "The grant is signed, but its payload is not JSON.");
  }
  if (duplicate !== undefined) throw new Refusal("unauthenticated", "The grant is signed, but it has a claim twice.");
  return payload;
}

export function unverifiable(): Refusal {
  return new Refusal(
    "unauthenticated",
    "The credential is neither a service key of this deployment nor a grant that it can verify.",
  );
}

function keysUnavailable(): Refusal {
  const detail = "The keys that verify this grant can't be fetched from GRANT_JWKS_URL now.";
  return new Refusal("not_configured", detail, { headers: { "Retry-After": "30" } });
}
