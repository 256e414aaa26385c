// Grants that were verified a moment ago. A client that joins several channels, retries or reloads
// sends the same token again, and checking its signature costs more than the whole rest of a
// request. What is remembered is that this exact text had a valid signature and valid claims.
// Whether it has been revoked is asked each time (revocations/assert-not-revoked.ts).

import { VERIFIED_GRANT_SECONDS, VERIFIED_GRANTS_MAX } from "../platform/limits.ts";
import type { Grant } from "./caller.ts";

export interface Verified {
  readonly grant: Grant;
  readonly at: number;
  /** Of the key set that verified it; undefined: a secret did. */
  readonly keySetVersion: number | undefined;
}

export class VerifiedGrants {
  /** By the whole token, the oldest first. Times are Unix seconds. */
  readonly #byToken = new Map<string, Verified>();

  get(token: string, nowSeconds: number): Verified | undefined {
    const verified = this.#byToken.get(token);
    if (verified === undefined) return undefined;
    const { grant, at } = verified;
    // Before `at` the clock has been set back: verify again.
    const end = Math.min(at + VERIFIED_GRANT_SECONDS, grant.expiresAt);
    if (nowSeconds >= at && nowSeconds < end) return verified;
    this.#byToken.delete(token);
    return undefined;
  }

  add(
    token: string,
    grant: Grant,
    nowSeconds: number,
    keySetVersion: Verified["keySetVersion"],
  ): void {
    this.#byToken.delete(token);
    if (this.#byToken.size >= VERIFIED_GRANTS_MAX) {
      const { value: oldest } = this.#byToken.keys().next();
      if (oldest !== undefined) this.#byToken.delete(oldest);
    }
    this.#byToken.set(token, { grant, at: nowSeconds, keySetVersion });
  }
}
