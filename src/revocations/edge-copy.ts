// An isolate's copy of the list, in memory. While requests keep coming it is refreshed behind them and none of them waits; only
// the first after a pause, or after the start, waits for a copy. One that can't be refreshed is trusted for five minutes.

import type { Background } from "../access/key-sets.js";
import { Refusal } from "../errors.js";
import {
  REVOCATION_MAX_AGE_SECONDS,
  REVOCATION_MAX_PAUSE_SECONDS,
  REVOCATION_REFRESH_SECONDS,
  REVOCATION_RETRY_SECONDS,
} from "../limits.js";
import { type Holder, type RevocationEntry, RevocationIndex } from "./entry.js";
import type { RevocationSnapshot } from "./snapshot.js";

/** Where snapshots come from; throws, or never answers in time, when none can be had. */
export type FetchSnapshot = (nowSeconds: number) => Promise<RevocationSnapshot>;

const NEVER = Number.NEGATIVE_INFINITY;

export class RevocationCopy {
  readonly #fetch: FetchSnapshot;
  #index = new RevocationIndex([]);
  /** The moment that the copy tells of. */
  #asOf = NEVER;
  #fetchedAt = NEVER;
  #triedAt = NEVER;
  /** Written here, and perhaps not yet in the snapshots that this isolate gets to see. */
  #written: { readonly entry: RevocationEntry; readonly at: number }[] = [];

  constructor(fetchSnapshot: FetchSnapshot) {
    this.#fetch = fetchSnapshot;
  }

  /** Whether someone is cut off. Throws a Refusal (`revocations_unavailable`) where that can't be known. */
  async isRevoked(holder: Holder, nowSeconds: number, background: Background): Promise<boolean> {
    const pause = nowSeconds - this.#fetchedAt;
    const mayTry = nowSeconds - this.#triedAt >= REVOCATION_RETRY_SECONDS;
    if (pause > REVOCATION_MAX_PAUSE_SECONDS && (mayTry || this.#asOf === NEVER)) await this.#refresh(nowSeconds);
    else if (pause >= REVOCATION_REFRESH_SECONDS && mayTry) background(this.#refresh(nowSeconds));

    if (nowSeconds - this.#asOf > REVOCATION_MAX_AGE_SECONDS) {
      const detail = "The list of revocations can't be read now, so no grant is served.";
      throw new Refusal("revocations_unavailable", detail, { headers: { "Retry-After": String(REVOCATION_RETRY_SECONDS) } });
    }
    return this.#index.isRevoked(holder, nowSeconds);
  }

  /** What this isolate has written itself holds here at once. */
  add(entry: RevocationEntry, nowSeconds: number): void {
    this.#index.add(entry);
    this.#written.push({ entry, at: nowSeconds });
  }

  async #refresh(nowSeconds: number): Promise<void> {
    this.#triedAt = nowSeconds;
    try {
      const { asOf, entries } = await this.#fetch(nowSeconds);
      this.#fetchedAt = nowSeconds;
      // Workers KV may answer with an older snapshot than the one before.
      if (asOf < this.#asOf) return;
      this.#asOf = asOf;
      this.#written = this.#written.filter(({ at }) => at >= asOf);
      this.#index = new RevocationIndex([...entries, ...this.#written.map(({ entry }) => entry)]);
    } catch {
      // The copy stays as it is, and ages.
    }
  }
}
