// The public keys that verify grants. jose picks and imports keys; this decides when to fetch them. jose's own remote set waits
// for the network whenever its copy is old: here an old copy is used at once and refreshed in the background.

import { type CryptoKey, createLocalJWKSet, errors, type FlattenedJWSInput, type JWSHeaderParameters } from "jose";
import { isPublicKeySet } from "../config.js";
import { JWKS_COOL_DOWN_SECONDS, JWKS_REFRESH_SECONDS, JWKS_TIMEOUT_SECONDS } from "../limits.js";

/** Lets work go on after the answer (Workers' `waitUntil`). */
export type Background = (work: Promise<unknown>) => void;

export interface KeySet {
  /** Finds the key of a token's header. Throws a JWKSNoMatchingKey, or KeySetUnavailable where that can't be known now. */
  find(header: JWSHeaderParameters, token: FlattenedJWSInput, nowSeconds: number, background: Background): Promise<CryptoKey>;
}

/** There is no copy of the provider's keys that could tell, and it does not answer. */
export class KeySetUnavailable extends Error {
  override readonly name = "KeySetUnavailable";
}

type LocalKeySet = ReturnType<typeof createLocalJWKSet>;

export function createInlineKeySet(jwks: Parameters<typeof createLocalJWKSet>[0]): KeySet {
  const keys = createLocalJWKSet(jwks);
  return { find: (header, token) => keys(header, token) };
}

export class RemoteKeySet implements KeySet {
  readonly #url: URL;
  readonly #fetch: typeof fetch;
  /** The last good copy: kept for as long as the provider gives no other. */
  #keys: LocalKeySet | undefined;
  #fetchedAtSeconds = Number.NEGATIVE_INFINITY;
  #triedAtSeconds = Number.NEGATIVE_INFINITY;
  #failed = false;

  constructor(url: URL, fetchKeys: typeof fetch) {
    this.#url = url;
    this.#fetch = fetchKeys;
  }

  async find(
    header: JWSHeaderParameters,
    token: FlattenedJWSInput,
    nowSeconds: number,
    background: Background,
  ): Promise<CryptoKey> {
    const isCoolingDown = nowSeconds - this.#triedAtSeconds < JWKS_COOL_DOWN_SECONDS;
    if (!this.#keys) {
      if (isCoolingDown && this.#failed) throw new KeySetUnavailable();
      await this.#refresh(nowSeconds);
    } else if (!isCoolingDown && nowSeconds - this.#fetchedAtSeconds >= JWKS_REFRESH_SECONDS) {
      background(this.#refresh(nowSeconds));
    }
    const keys = this.#keys;
    if (!keys) throw new KeySetUnavailable();
    try {
      return await keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      // A key that was turned over since our copy was made, or one that never was: ask, but not for every such token.
      if (nowSeconds - this.#triedAtSeconds >= JWKS_COOL_DOWN_SECONDS) await this.#refresh(nowSeconds);
      if (this.#keys !== keys && this.#keys) return this.#keys(header, token);
      if (this.#failed) throw new KeySetUnavailable();
      throw error;
    }
  }

  /** Never throws: a provider that is down, slow, or answers rubbish leaves the last good copy in place. */
  async #refresh(nowSeconds: number): Promise<void> {
    this.#triedAtSeconds = nowSeconds;
    try {
      const response = await this.#fetch(this.#url.href, {
        headers: { accept: "application/jwk-set+json, application/json" },
        redirect: "manual",
        signal: AbortSignal.timeout(JWKS_TIMEOUT_SECONDS * 1000),
      });
      const jwks: unknown = response.status === 200 ? await response.json() : undefined;
      this.#failed = !isPublicKeySet(jwks);
      if (isPublicKeySet(jwks)) {
        this.#keys = createLocalJWKSet(jwks);
        this.#fetchedAtSeconds = nowSeconds;
      }
    } catch {
      this.#failed = true;
    }
  }
}
