// Grants that were verified a moment ago: a client that joins several channels, retries or reloads sends the same token again,
// and checking a signature costs more than all the rest of a mint. What is kept is that these very characters had a good
// signature and good claims; whether their holder has been cut off is asked each time (use-cases/issue-key.ts).

import { VERIFIED_GRANT_SECONDS, VERIFIED_GRANTS_MAX } from "../platform/limits.ts";
import type { Grant } from "./caller.ts";

interface Verified {
  readonly grant: Grant;
  readonly at: number;
  readonly copyNumber: number;
}

export class VerifiedGrants {
  /** By the whole token, the oldest first. Times are Unix seconds. */
  readonly #byToken = new Map<string, Verified>();

  /** `copyNumber`: which copy of the key set is in force. */
  get(token: string, nowSeconds: number, copyNumber: number): Grant | undefined {
    const verified = this.#byToken.get(token);
    if (verified === undefined) return undefined;
    const { grant, at } = verified;
    // Past `exp` the leeway decides, and before `at` the clock has been set back: both are for a new verification.
    const holds =
      nowSeconds >= at && nowSeconds < Math.min(at + VERIFIED_GRANT_SECONDS, grant.expiresAt);
    if (holds && verified.copyNumber === copyNumber) return grant;
    this.#byToken.delete(token);
    return undefined;
  }

  add(token: string, grant: Grant, nowSeconds: number, copyNumber: number): void {
    this.#byToken.delete(token);
    if (this.#byToken.size >= VERIFIED_GRANTS_MAX) {
      for (const oldest of this.#byToken.keys()) {
        this.#byToken.delete(oldest);
        break;
      }
    }
    this.#byToken.set(token, { grant, at: nowSeconds, copyNumber });
  }
}
