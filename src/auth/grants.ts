// Grants are JWTs (RFC 7519), verified and signed with jose. The algorithms that count follow from
// the configuration: HS256 where there is a grant secret, RS256, ES256 and EdDSA where there is a
// key set. A token's header chooses among these and never adds one; a public key is never used as a
// secret.

import { type CryptoKey, compactVerify, decodeProtectedHeader, SignJWT } from "jose";
import type { GrantSettings } from "../config/settings.ts";
import { ServiceError } from "../contract/service-error.ts";
import type { Role } from "../contract/values.ts";
import type { WaitUntil } from "../platform/host.ts";
import { parseJson } from "../platform/json.ts";
import {
  CLOCK_LEEWAY_SECONDS,
  GRANT_MAX_CHARACTERS,
  JWKS_COOL_DOWN_SECONDS,
} from "../platform/limits.ts";
import type { Grant } from "./caller.ts";
import { GRANT_AUDIENCE, readClaims } from "./grant-claims.ts";
import { createInlineKeySet, type KeySet, KeySetUnavailable, RemoteKeySet } from "./key-sets.ts";
import { VerifiedGrants } from "./verified-grants.ts";

/**
 * A JWS in its one canonical spelling (RFC 7515, 3.1 and appendix C). jose also reads signatures
 * with white space, with the characters of plain base64, or with other unused bits at the end: one
 * grant would have many texts.
 */
const COMPACT_JWS = /^[\w-]+\.[\w-]+\.(?:[\w-]{4})*(?:[\w-][AQgw]|[\w-]{2}[AEIMQUYcgkosw048])?$/;

const SECRET_ALGORITHM = "HS256";
const KEY_SET_ALGORITHMS = ["RS256", "ES256", "EdDSA"];

/** What a grant says that this deployment signs. Times are Unix seconds. */
export interface NewGrant {
  readonly subject: string;
  readonly channels: readonly string[];
  readonly uid: number;
  readonly services: readonly string[] | undefined;
  readonly role: Role | undefined;
  readonly maxKeyExpiresIn: number | undefined;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

interface Header {
  readonly alg: string;
  readonly kid: string | undefined;
}

export class Grants {
  readonly #secrets: readonly Uint8Array[];
  readonly #issuer: string | undefined;
  readonly #keySet: KeySet | undefined;
  readonly #verified = new VerifiedGrants();
  #hmacKeys: Promise<readonly CryptoKey[]> | undefined;

  constructor({ secrets, issuer, jwks, jwksUrl }: GrantSettings, fetchKeys: typeof fetch) {
    this.#secrets = secrets;
    this.#issuer = issuer;
    if (jwks) this.#keySet = createInlineKeySet(jwks);
    else if (jwksUrl) this.#keySet = new RemoteKeySet(jwksUrl, fetchKeys);
  }

  /**
   * Checks signature, claims and time. Throws `unauthenticated`, `grant_expired` or
   * `grant_keys_unavailable`.
   */
  async verify(token: string, nowSeconds: number, waitUntil: WaitUntil): Promise<Grant> {
    const keySetVersion = this.#keySet?.version(nowSeconds, waitUntil) ?? 0;
    const remembered = this.#verified.get(token, nowSeconds, keySetVersion);
    if (remembered) return remembered;
    const payload = readPayload(await this.#verifySignature(token, nowSeconds, waitUntil));
    const grant = readClaims(payload, nowSeconds, this.#issuer);
    if (!grant.ok) {
      const detail = "The grant is signed, but not all of its claims are valid.";
      throw new ServiceError("unauthenticated", detail, { errors: grant.errors });
    }
    const expiredSeconds = nowSeconds - grant.value.expiresAt;
    if (expiredSeconds >= CLOCK_LEEWAY_SECONDS) {
      const detail = `The grant expired ${expiredSeconds} s ago. Get a new one.`;
      throw new ServiceError("grant_expired", detail);
    }
    // If the key set was replaced meanwhile, the grant is remembered for the old version: not at
    // all.
    this.#verified.add(token, grant.value, nowSeconds, keySetVersion);
    return grant.value;
  }

  /** Signs a grant with the current secret. Throws `not_configured` where there is none. */
  async sign({ subject, issuedAt, expiresAt, ...claims }: NewGrant): Promise<string> {
    const [key] = await this.#importSecrets();
    if (!key) {
      const detail =
        "This deployment has no GRANT_SECRET: it can verify grants, but not sign them.";
      throw new ServiceError("not_configured", detail);
    }
    return new SignJWT(claims)
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
    waitUntil: WaitUntil,
  ): Promise<Uint8Array> {
    const header = readHeader(token);
    for (const key of await this.#keysFor(header, nowSeconds, waitUntil)) {
      const payload = await verifyWith(key, header.alg, token);
      if (payload) return payload;
    }
    throw unverifiable();
  }

  /** While a secret is rotated there are two; of a key set there is one for each `kid`. */
  async #keysFor(
    header: Header,
    nowSeconds: number,
    waitUntil: WaitUntil,
  ): Promise<readonly CryptoKey[]> {
    if (header.alg === SECRET_ALGORITHM) return this.#importSecrets();
    if (!this.#keySet || !KEY_SET_ALGORITHMS.includes(header.alg)) return [];
    try {
      return [await this.#keySet.find(header, nowSeconds, waitUntil)];
    } catch (error) {
      if (error instanceof KeySetUnavailable) {
        const detail = "The keys that verify this grant can't be fetched now.";
        const retryAfterSeconds = JWKS_COOL_DOWN_SECONDS;
        throw new ServiceError("grant_keys_unavailable", detail, { retryAfterSeconds });
      }
      // No key, several keys, or one that can't be imported: no caller learns which.
      return [];
    }
  }

  /** Importing a secret costs more than verifying with it, so it is done once. */
  #importSecrets(): Promise<readonly CryptoKey[]> {
    this.#hmacKeys ??= Promise.all(this.#secrets.map(importSecret));
    return this.#hmacKeys;
  }
}

function importSecret(secret: Uint8Array): Promise<CryptoKey> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  return crypto.subtle.importKey("raw", secret, algorithm, false, ["sign", "verify"]);
}

/** Throws `unauthenticated` for what is not a plain signed JWT in its canonical spelling. */
function readHeader(token: string): Header {
  if (token.length > GRANT_MAX_CHARACTERS || !COMPACT_JWS.test(token)) throw unverifiable();
  try {
    const { alg, kid, typ, crit } = decodeProtectedHeader(token);
    const isJwt = typ === undefined || (typeof typ === "string" && typ.toUpperCase() === "JWT");
    if (isJwt && crit === undefined && typeof alg === "string") return { alg, kid };
  } catch {
    // Not base64url, not UTF-8, not JSON: the same response.
  }
  throw unverifiable();
}

/** The payload; undefined where the key does not verify the token. */
async function verifyWith(
  key: CryptoKey,
  alg: string,
  token: string,
): Promise<Uint8Array | undefined> {
  try {
    return (await compactVerify(token, key, { algorithms: [alg] })).payload;
  } catch {
    // Whatever jose objects to: no caller learns which.
    return undefined;
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function readPayload(bytes: Uint8Array): unknown {
  let text = "";
  try {
    text = utf8.decode(bytes);
  } catch {
    // Not UTF-8: then it is not JSON either.
  }
  const payload = parseJson(text);
  if (payload.ok) return payload.value;
  const isDuplicate = payload.errors[0]?.kind === "duplicate";
  const reason = isDuplicate ? "it has a duplicate claim" : "its payload is not JSON";
  throw new ServiceError("unauthenticated", `The grant is signed, but ${reason}.`);
}

export function unverifiable(): ServiceError {
  const detail =
    "The credential is neither a service key of this deployment nor a grant that it can verify.";
  return new ServiceError("unauthenticated", detail);
}
