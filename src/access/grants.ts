// Grants are JWTs (RFC 7519). Which algorithm a token may use follows from what this deployment has: HS256 where it has a grant
// secret, RS256, ES256 and EdDSA where it has a key set. A header chooses among those and never adds one; a key set is never used
// as a secret.

import { type CompactVerifyGetKey, type CryptoKey, compactVerify, errors, SignJWT } from "jose";
import type { GrantConfig } from "../config.ts";
import { Refusal } from "../errors.ts";
import { GRANT_MAX_CHARACTERS } from "../platform/limits.ts";
import type { Grant } from "./caller.ts";
import { duplicateMember } from "./duplicate-members.ts";
import { GRANT_AUDIENCE, readClaims } from "./grant-claims.ts";
import {
  type Background,
  createInlineKeySet,
  type KeySet,
  KeySetUnavailable,
  RemoteKeySet,
} from "./key-sets.ts";
import { VerifiedGrants } from "./verified-grants.ts";

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
  readonly #algorithms: string[];
  readonly #verified = new VerifiedGrants();
  #hmacKeys: readonly CryptoKey[] | undefined;

  constructor(config: GrantConfig, fetchKeys: typeof fetch) {
    this.#secrets = config.secrets;
    this.#issuer = config.issuer;
    if (config.jwks) this.#keySet = createInlineKeySet(config.jwks);
    else if (config.jwksUrl) this.#keySet = new RemoteKeySet(config.jwksUrl, fetchKeys);
    this.#algorithms = [
      ...(config.secrets.length > 0 ? [SECRET_ALGORITHM] : []),
      ...(this.#keySet ? KEY_SET_ALGORITHMS : []),
    ];
  }

  /** Checks signature and claims. Throws a Refusal: `unauthenticated`, `grant_expired`, or `not_configured` without its keys. */
  async verify(token: string, nowSeconds: number, background: Background): Promise<Grant> {
    const copyNumber = this.#keySet?.copyNumber(nowSeconds, background) ?? 0;
    const verified = this.#verified.get(token, nowSeconds, copyNumber);
    if (verified) return verified;
    const payload = parsePayload(await this.#verifySignature(token, nowSeconds, background));
    const result = readClaims(payload, nowSeconds, this.#issuer);
    if ("grant" in result) {
      // Should another copy of the keys have come meanwhile, the grant is kept for the one before it: that is, not at all.
      this.#verified.add(token, result.grant, nowSeconds, copyNumber);
      return result.grant;
    }
    if ("expired" in result)
      throw new Refusal("grant_expired", "The grant has expired: ask for a new one.");
    throw new Refusal(
      "unauthenticated",
      "The grant is signed, but not all of its claims are valid.",
      { errors: result.errors },
    );
  }

  /** Signs a grant with the current secret. Throws a Refusal (`not_configured`) where there is none. */
  async sign(grant: NewGrant, issuedAt: number, expiresAt: number): Promise<string> {
    const [key] = await this.#importSecrets();
    if (!key)
      throw new Refusal(
        "not_configured",
        "This deployment has no GRANT_SECRET: it can verify grants, but not sign them.",
      );
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

  async #verifySignature(
    token: string,
    nowSeconds: number,
    background: Background,
  ): Promise<Uint8Array> {
    if (token.length > GRANT_MAX_CHARACTERS || !COMPACT_JWS.test(token)) throw unverifiable();
    const secrets = await this.#importSecrets();
    let secretsTried = 0;
    const find: CompactVerifyGetKey = (header, input) => {
      const isPlainJwt =
        header.crit === undefined && (header.typ === undefined || /^jwt$/i.test(header.typ));
      if (!isPlainJwt) throw unverifiable();
      const key =
        header.alg === SECRET_ALGORITHM
          ? secrets[secretsTried++]
          : this.#keySet?.find(header, input, nowSeconds, background);
      if (key === undefined) throw unverifiable();
      return key;
    };
    for (;;) {
      try {
        return (await compactVerify(token, find, { algorithms: this.#algorithms })).payload;
      } catch (error) {
        // While a secret is turned over the previous one still verifies.
        const isLastSecret = secretsTried === 0 || secretsTried >= secrets.length;
        if (error instanceof errors.JWSSignatureVerificationFailed && !isLastSecret) continue;
        if (error instanceof Refusal) throw error;
        if (error instanceof KeySetUnavailable) throw keysUnavailable();
        // Whatever jose objects to (JOSEError), and header text it can't decode (TypeError): no caller learns which.
        throw unverifiable();
      }
    }
  }

  /** Importing a secret costs more than verifying with it, so it is done once. */
  async #importSecrets(): Promise<readonly CryptoKey[]> {
    this.#hmacKeys ??= await Promise.all(
      this.#secrets.map((secret) =>
        crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, [
          "sign",
          "verify",
        ]),
      ),
    );
    return this.#hmacKeys;
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function parsePayload(bytes: Uint8Array): unknown {
  let payload: unknown;
  let duplicate: string | undefined;
  try {
    const text = utf8.decode(bytes);
    payload = JSON.parse(text);
    duplicate = duplicateMember(text);
  } catch {
    throw new Refusal("unauthenticated", "The grant is signed, but its payload is not JSON.");
  }
  if (duplicate !== undefined)
    throw new Refusal("unauthenticated", "The grant is signed, but it has a claim twice.");
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
