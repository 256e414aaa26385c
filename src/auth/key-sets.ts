// The public keys that verify grants. jose picks and imports keys; this decides when to fetch them.
// jose's own remote set makes requests wait for the network whenever its copy is old, does not
// share fetches on Workers, and counts its cool-down from the last success. Here an old copy is
// used at once and refreshed in the background.

import { type CryptoKey, createLocalJWKSet, errors, type JSONWebKeySet } from "jose";
import { isPublicKeySet } from "../config/jwks.ts";
import type { WaitUntil } from "../platform/host.ts";
import {
  JWKS_COOL_DOWN_SECONDS,
  JWKS_REFRESH_SECONDS,
  JWKS_TIMEOUT_SECONDS,
} from "../platform/limits.ts";
import { SingleFlight } from "../platform/single-flight.ts";
import { withTimeout } from "../platform/timeout.ts";

/** What of a token's header picks a key. */
export interface KeyHeader {
  readonly alg: string;
  readonly kid: string | undefined;
}

export interface KeySet {
  /**
   * The key set's version, increased at each fetch: what one version verified, the next may not.
   * Starts a refresh in the background where the copy is old.
   */
  version(nowSeconds: number, waitUntil: WaitUntil): number;
  /** Throws KeySetUnavailable where it is not known now whether there is such a key. */
  find(header: KeyHeader, nowSeconds: number, waitUntil: WaitUntil): Promise<CryptoKey>;
}

/** There is no copy of the provider's keys that could tell, and the provider does not answer. */
export class KeySetUnavailable extends Error {
  override readonly name = "KeySetUnavailable";
}

type LocalKeySet = (header: KeyHeader) => Promise<CryptoKey>;

function createKeySet(jwks: JSONWebKeySet): LocalKeySet {
  const keys = createLocalJWKSet(jwks);
  return ({ alg, kid }) => keys({ alg, ...(kid !== undefined && { kid }) });
}

export function createInlineKeySet(jwks: JSONWebKeySet): KeySet {
  const find = createKeySet(jwks);
  return { version: () => 1, find };
}

export class RemoteKeySet implements KeySet {
  readonly #url: URL;
  readonly #fetch: typeof fetch;
  readonly #flight = new SingleFlight(JWKS_COOL_DOWN_SECONDS, (now) => this.#fetchKeys(now));
  /** The last good copy: kept for as long as the provider gives no other. */
  #keys: LocalKeySet | undefined;
  #version = 0;
  #fetchedAtSeconds = Number.NEGATIVE_INFINITY;
  #failed = false;

  constructor(url: URL, fetchKeys: typeof fetch) {
    this.#url = url;
    this.#fetch = fetchKeys;
  }

  version(nowSeconds: number, waitUntil: WaitUntil): number {
    if (this.#keys) this.#refreshIfOld(nowSeconds, waitUntil);
    return this.#version;
  }

  async find(header: KeyHeader, nowSeconds: number, waitUntil: WaitUntil): Promise<CryptoKey> {
    if (this.#keys) this.#refreshIfOld(nowSeconds, waitUntil);
    else await untilFetched(this.#flight.join(nowSeconds, waitUntil));
    const keys = this.#keys;
    if (!keys) throw new KeySetUnavailable();
    try {
      return await keys(header);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      // A key that is newer than our copy, or one that never was: ask, but not for every such
      // token.
      await untilFetched(this.#flight.join(nowSeconds, waitUntil));
      if (this.#keys !== keys && this.#keys) return this.#keys(header);
      if (this.#failed) throw new KeySetUnavailable();
      throw error;
    }
  }

  #refreshIfOld(nowSeconds: number, waitUntil: WaitUntil): void {
    const isOld = nowSeconds - this.#fetchedAtSeconds >= JWKS_REFRESH_SECONDS;
    if (isOld) this.#flight.join(nowSeconds, waitUntil);
  }

  /** Never throws: a provider that is down, slow, or answers rubbish leaves the last good copy. */
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
        this.#keys = createKeySet(jwks);
        this.#version++;
        this.#fetchedAtSeconds = nowSeconds;
      }
    } catch {
      this.#failed = true;
    }
  }
}

/**
 * Waits as long as a fetch may take: this one may be another request's, and end unfinished with it.
 */
async function untilFetched(fetching: Promise<void> | undefined): Promise<void> {
  if (fetching) await withTimeout(fetching, JWKS_TIMEOUT_SECONDS).catch(() => {});
}
