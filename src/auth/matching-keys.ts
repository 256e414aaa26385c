// The public keys of one key set, and which of them may have signed a token. jose picks and imports
// them.

import { type CryptoKey, createLocalJWKSet, errors, type JSONWebKeySet } from "jose";
import { GRANT_KEYS_TRIED_MAX } from "../platform/limits.ts";

/** What of a token's header picks a key. */
export interface KeyHeader {
  readonly alg: string;
  readonly kid: string | undefined;
}

/** Verifies one token with a key: its payload, or undefined. */
export type Attempt = (key: CryptoKey) => Promise<Uint8Array | undefined>;

export interface Outcome {
  readonly payload: Uint8Array | undefined;
  /** The token names a key that is here: no newer key set would tell more. */
  readonly isFinal: boolean;
}

export class MatchingKeys {
  readonly #find: ReturnType<typeof createLocalJWKSet>;

  constructor(jwks: JSONWebKeySet) {
    this.#find = createLocalJWKSet(jwks);
  }

  /** Tries the keys of the token's kid and algorithm; without a kid, those of its algorithm. */
  async verify({ alg, kid }: KeyHeader, attempt: Attempt): Promise<Outcome> {
    let tried = 0;
    for await (const key of this.#keysFor({ alg, ...(kid !== undefined && { kid }) })) {
      const payload = await attempt(key);
      if (payload) return { payload, isFinal: true };
      if (++tried === GRANT_KEYS_TRIED_MAX) break;
    }
    return { payload: undefined, isFinal: tried > 0 && kid !== undefined };
  }

  /** A key that can't be imported is as good as none. */
  async *#keysFor(header: { alg: string; kid?: string }): AsyncGenerator<CryptoKey> {
    const found = await this.#find(header).catch((error: unknown) => error);
    if (found instanceof errors.JWKSMultipleMatchingKeys) yield* found;
    else if (!(found instanceof Error)) yield found as CryptoKey;
  }
}
