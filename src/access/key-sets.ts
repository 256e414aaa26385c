// The public keys that verify grants. jose picks and imports keys; this decides when to fetch them. jose's own remote set waits
// for the network whenever its copy is old: here an old copy is used at once and refreshed in the background.

import {
  type CryptoKey,
  createLocalJWKSet,
  errors,
  type FlattenedJWSInput,
  type JWSHeaderParameters,
} from "jose";
import { isPublicKeySet } from "../config.ts";
import {
  JWKS_COOL_DOWN_SECONDS,
  JWKS_REFRESH_SECONDS,
  JWKS_TIMEOUT_SECONDS,
} from "../platform/limits.ts";
import { withTimeout } from "../platform/timeout.ts";

/** Lets work go on after the answer (Workers' `waitUntil`). */
export type Background = (work: Promise<unknown>) => void;

export interface KeySet {
  /**
   * Which copy of the keys is in force, another number for each: what was verified with one says nothing about the next. Has a
   * copy that is old refreshed in the background.
   */
  copyNumber(nowSeconds: number, background: Background): number;
  /** Finds the key of a token's header. Throws a JWKSNoMatchingKey, or KeySetUnavailable where that can't be known now. */
  find(
    header: JWSHeaderParameters,
    token: FlattenedJWSInput,
    nowSeconds: number,
    background: Background,
  ): Promise<CryptoKey>;
}

/** There is no copy of the provider's keys that could tell, and it does not answer. */
export class KeySetUnavailable extends Error {
  override readonly name = "KeySetUnavailable";
}

type LocalKeySet = ReturnType<typeof createLocalJWKSet>;

export function createInlineKeySet(jwks: Parameters<typeof createLocalJWKSet>[0]): KeySet {
  const keys = createLocalJWKSet(jwks);
  return { copyNumber: () => 1, find: (header, token) => keys(header, token) };
}

export class RemoteKeySet implements KeySet {
  readonly #url: URL;
  readonly #fetch: typeof fetch;
  /** The last good copy: kept for as long as the provider gives no other. */
  #keys: LocalKeySet | undefined;
  #copyNumber = 0;
  #fetchedAtSeconds = Number.NEGATIVE_INFINITY;
  #triedAtSeconds = Number.NEGATIVE_INFINITY;
  #failed = false;
  /** The fetch that is under way, which every request that needs its outcome shares. */
  #fetching: Promise<void> | undefined;

  constructor(url: URL, fetchKeys: typeof fetch) {
    this.#url = url;
    this.#fetch = fetchKeys;
  }

  copyNumber(nowSeconds: number, background: Background): number {
    if (this.#keys) this.#refreshIfOld(nowSeconds, background);
    return this.#copyNumber;
  }

  async find(
    header: JWSHeaderParameters,
    token: FlattenedJWSInput,
    nowSeconds: number,
    background: Background,
  ): Promise<CryptoKey> {
    if (!this.#keys) {
      if (this.#isCoolingDown(nowSeconds) && !this.#fetching) throw new KeySetUnavailable();
      await patiently(this.#refresh(nowSeconds, background));
    } else this.#refreshIfOld(nowSeconds, background);
    const keys = this.#keys;
    if (!keys) throw new KeySetUnavailable();
    try {
      return await keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      // A key that was turned over since our copy was made, or one that never was: ask, but not for every such token.
      if (!this.#isCoolingDown(nowSeconds) || this.#fetching)
        await patiently(this.#refresh(nowSeconds, background));
      if (this.#keys !== keys && this.#keys) return this.#keys(header, token);
      if (this.#failed) throw new KeySetUnavailable();
      throw error;
    }
  }

  #isCoolingDown(nowSeconds: number): boolean {
    return nowSeconds - this.#triedAtSeconds < JWKS_COOL_DOWN_SECONDS;
  }

  #refreshIfOld(nowSeconds: number, background: Background): void {
    const isOld = nowSeconds - this.#fetchedAtSeconds >= JWKS_REFRESH_SECONDS;
    if (isOld && !this.#isCoolingDown(nowSeconds)) this.#refresh(nowSeconds, background);
  }

  /** Fetches the keys in the background, unless a fetch is under way; one that hangs for the cool-down is given up. */
  #refresh(nowSeconds: number, background: Background): Promise<void> {
    if (this.#fetching && this.#isCoolingDown(nowSeconds)) return this.#fetching;
    this.#triedAtSeconds = nowSeconds;
    const fetching = this.#fetchKeys(nowSeconds).finally(() => {
      if (this.#fetching === fetching) this.#fetching = undefined;
    });
    this.#fetching = fetching;
    background(fetching);
    return fetching;
  }

  /** Never throws: a provider that is down, slow, or answers rubbish leaves the last good copy in place. */
  async #fetchKeys(nowSeconds: number): Promise<void> {
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
        this.#copyNumber++;
        this.#fetchedAtSeconds = nowSeconds;
      }
    } catch {
      this.#failed = true;
    }
  }
}

/** Waits no longer than a fetch may take: this one may be another request's, and end unfinished with that. */
async function patiently(fetching: Promise<void>): Promise<void> {
  await withTimeout(fetching, JWKS_TIMEOUT_SECONDS).catch(() => {});
}
