// Grants are JWTs (RFC 7519), verified and signed with jose. The algorithms that count follow from
// the configuration: HS256 where there is a grant secret, RS256, ES256 and EdDSA where there is a
// key set. A token's header chooses among these and never adds one; a public key is never used as a
// secret.

import { base64url, CompactSign, type CryptoKey, compactVerify } from "jose";
import type { GrantSettings } from "../config/settings.ts";
import { ServiceError } from "../contract/service-error.ts";
import type { Role } from "../keys/role.ts";
import type { Host, WaitUntil } from "../platform/host.ts";
import { parseJson } from "../platform/json.ts";
import { GRANT_MAX_CHARACTERS } from "../platform/limits.ts";
import type { Grant } from "./caller.ts";
import {
  type Demands,
  GRANT_AUDIENCE,
  readClaims,
  secondsUntilStart,
  startErrors,
} from "./grant-claims.ts";
import { createInlineKeySet, type KeySet, type KeySetState, RemoteKeySet } from "./key-sets.ts";
import type { KeyHeader } from "./matching-keys.ts";
import { type Verified, VerifiedGrants } from "./verified-grants.ts";

/**
 * A JWS in its one canonical spelling (RFC 7515, 3.1 and appendix C). jose also reads signatures
 * with white space, with the characters of plain base64, or with other unused bits at the end: one
 * grant would have many texts.
 */
const COMPACT_JWS = /^[\w-]+\.[\w-]+\.(?:[\w-]{4})*(?:[\w-][AQgw]|[\w-]{2}[AEIMQUYcgkosw048])?$/;

const SECRET_ALGORITHM = "HS256";
/** By the names that a token may give them, those that key sets have here (config/jwks.ts). */
const KEY_SET_ALGORITHMS: ReadonlyMap<string, string> = new Map([
  ["RS256", "RS256"],
  ["ES256", "ES256"],
  ["EdDSA", "EdDSA"],
  ["Ed25519", "EdDSA"],
]);
/** RFC 7519, 5.1: "JWT" is short for the media type. */
const TYPES = ["jwt", "application/jwt"];

/** What a grant says that this deployment signs. Times are Unix seconds. */
export interface NewGrant {
  readonly jti: string;
  readonly subject: string;
  readonly channels: readonly string[];
  /** One of the two. */
  readonly uid: number | undefined;
  readonly account: string | undefined;
  readonly services: readonly string[] | undefined;
  readonly role: Role | undefined;
  readonly maxKeyExpiresIn: number | undefined;
  readonly orDefault: true | undefined;
  readonly by: string | undefined;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

interface VerifiedToken {
  readonly payload: Uint8Array;
  /** Of the key set; undefined: a secret verified it. */
  readonly version: number | undefined;
}

export class Grants {
  readonly #secrets: readonly Uint8Array[];
  readonly #demands: Demands;
  readonly #keySet: KeySet | undefined;
  readonly #verified = new VerifiedGrants();
  #hmacKeys: Promise<readonly CryptoKey[]> | undefined;

  constructor(appId: string, settings: GrantSettings, host: Host) {
    const { secrets, issuer, jwks, jwksUrl, jwksMaxAgeSeconds } = settings;
    this.#secrets = secrets;
    this.#demands = { issuer, appId };
    if (jwks) this.#keySet = createInlineKeySet(jwks);
    else if (jwksUrl) this.#keySet = new RemoteKeySet(jwksUrl, jwksMaxAgeSeconds, host);
  }

  /**
   * Checks signature, claims and time. Throws `unauthenticated`, `grant_expired`,
   * `grant_not_yet_valid` or `grant_keys_unavailable`.
   */
  async verify(token: string, nowSeconds: number, waitUntil: WaitUntil): Promise<Grant> {
    const remembered = this.#verified.get(token, nowSeconds);
    if (remembered && this.#isUnchanged(remembered, nowSeconds, waitUntil)) return remembered.grant;
    const { payload, version } = await this.#verifySignature(token, nowSeconds, waitUntil);
    const grant = readClaims(readPayload(payload), nowSeconds, this.#demands);
    if (!grant.ok) {
      const detail = "The grant is signed, but not all of its claims are valid.";
      throw new ServiceError("unauthenticated", detail, { errors: grant.errors });
    }
    assertCurrent(grant.value, nowSeconds);
    this.#verified.add(token, grant.value, nowSeconds, version);
    return grant.value;
  }

  /** How long ago the keys of GRANT_JWKS_URL were fetched; undefined where there are none. */
  keySetAge(nowSeconds: number): number | undefined {
    return this.#keySet?.ageSeconds(nowSeconds);
  }

  /** For `GET /ready`. Where no grant can be verified, each finding about keys is a problem. */
  async state(
    nowSeconds: number,
    waitUntil: WaitUntil,
  ): Promise<Pick<KeySetState, "problems" | "warnings">> {
    const state = await this.#keySet?.state(nowSeconds, waitUntil);
    if (!state) return { problems: [], warnings: [] };
    const { hasKeys, problems, warnings } = state;
    if (hasKeys || this.#secrets.length > 0) return { problems, warnings };
    return { problems: [...problems, ...warnings], warnings: [] };
  }

  /**
   * Signs a grant for this project with the current secret. Throws `not_configured` where there is
   * none.
   */
  async sign({ jti, subject, issuedAt, expiresAt, ...claims }: NewGrant): Promise<string> {
    const [key] = await this.#importSecrets();
    if (!key) {
      const detail =
        "This deployment has no GRANT_SECRET: it can verify grants, but not sign them.";
      throw new ServiceError("not_configured", detail);
    }
    const { appId, issuer = GRANT_AUDIENCE } = this.#demands;
    const payload = {
      appId,
      ...claims,
      iss: issuer,
      aud: GRANT_AUDIENCE,
      sub: subject,
      jti,
      iat: issuedAt,
      exp: expiresAt,
    };
    return new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
      .setProtectedHeader({ alg: SECRET_ALGORITHM, typ: "JWT" })
      .sign(key);
  }

  /** Whether the keys that verified a grant still do, and nothing must be waited for to know. */
  #isUnchanged({ keySetVersion }: Verified, nowSeconds: number, waitUntil: WaitUntil): boolean {
    if (keySetVersion === undefined) return true;
    const mustWait = this.#keySet?.freshen(nowSeconds, waitUntil) !== undefined;
    return !mustWait && this.#keySet?.version === keySetVersion;
  }

  async #verifySignature(
    token: string,
    nowSeconds: number,
    waitUntil: WaitUntil,
  ): Promise<VerifiedToken> {
    const { alg, kid } = readHeader(token);
    const attempt = (key: CryptoKey) => verifyWith(key, alg, token);
    if (alg === SECRET_ALGORITHM) {
      // While a secret is rotated there are two.
      for (const key of await this.#importSecrets()) {
        const payload = await attempt(key);
        if (payload) return { payload, version: undefined };
      }
      throw unverifiable();
    }
    const algorithm = KEY_SET_ALGORITHMS.get(alg);
    if (!this.#keySet || algorithm === undefined) throw unverifiable();
    const header = { alg: algorithm, kid };
    const verification = await this.#keySet.verify(header, attempt, nowSeconds, waitUntil);
    if (!verification) throw unverifiable();
    return verification;
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
function readHeader(token: string): KeyHeader {
  if (token.length > GRANT_MAX_CHARACTERS || !COMPACT_JWS.test(token)) throw unverifiable();
  const header = parseJson(textOf(() => base64url.decode(token.split(".", 1)[0] as string)));
  const { alg, kid, typ = "JWT", crit } = Object(header.ok ? header.value : undefined);
  const isJwt = typeof typ === "string" && TYPES.includes(typ.toLowerCase());
  const isNamed = kid === undefined || typeof kid === "string";
  if (isJwt && isNamed && crit === undefined && typeof alg === "string") return { alg, kid };
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

/** Empty where it is not base64url or not UTF-8: then it is not JSON either. */
function textOf(decode: () => Uint8Array): string {
  try {
    return utf8.decode(decode());
  } catch {
    return "";
  }
}

function readPayload(bytes: Uint8Array): unknown {
  const payload = parseJson(textOf(() => bytes));
  if (payload.ok) return payload.value;
  const isDuplicate = payload.errors[0]?.kind === "duplicate";
  const reason = isDuplicate ? "it has a duplicate claim" : "its payload is not JSON";
  throw new ServiceError("unauthenticated", `The grant is signed, but ${reason}.`);
}

/** A key that this grant yields has at least a second: `exp` has no leeway. */
function assertCurrent(grant: Grant, nowSeconds: number): void {
  const expiredSeconds = nowSeconds - grant.expiresAt;
  if (expiredSeconds >= 0) {
    const detail = `The grant expired ${expiredSeconds} s ago. Get a new one.`;
    throw new ServiceError("grant_expired", detail);
  }
  const errors = startErrors(grant, nowSeconds);
  if (errors.length === 0) return;
  const wait = secondsUntilStart(grant, nowSeconds);
  const detail = `The grant is not valid for another ${wait} s. If it should be valid now, check the clock of the server that signed it.`;
  throw new ServiceError("grant_not_yet_valid", detail, { errors });
}

/** One text for whatever is wrong with it: no caller learns more than that it looks like a JWT. */
function unverifiable(): ServiceError {
  const detail =
    "This looks like a JWT, but no key of this deployment verifies it. With HS256, the key is the " +
    "text of GRANT_SECRET as it is.";
  return new ServiceError("unauthenticated", detail);
}
