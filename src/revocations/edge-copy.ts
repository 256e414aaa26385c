// An isolate's copy of the list, in memory. While requests keep coming it is refreshed behind them and none of them waits; only
// those after a pause, or after the start, wait for a copy. One that can't be refreshed is trusted for five minutes.
//
// How long until a cut-off holds here, at most: REVOCATION_PUBLISH_DELAY_SECONDS until the list publishes it and
// REVOCATION_PUBLISH_RETRY_SECONDS if that fails once, REVOCATION_SNAPSHOT_CACHE_SECONDS for which Workers KV may still answer what
// it answered before, and REVOCATION_MAX_PAUSE_SECONDS for which the copy is used without a look: 60 s in all.

import type { Background } from "../access/key-sets.ts";
import { Refusal } from "../errors.ts";
import {
  REVOCATION_FETCH_SECONDS,
  REVOCATION_MAX_AGE_SECONDS,
  REVOCATION_MAX_PAUSE_SECONDS,
  REVOCATION_REFRESH_SECONDS,
  REVOCATION_RETRY_SECONDS,
  REVOCATION_SNAPSHOT_STALE_SECONDS,
} from "../platform/limits.ts";
import { withTimeout } from "../platform/timeout.ts";
import { type Holder, type RevocationEntry, RevocationIndex } from "./entry.ts";
import type { SnapshotUpdate } from "./snapshot.ts";

/** Where snapshots come from, for an edge that has this version. Throws when none can be had. */
export type FetchSnapshot = (knownVersion: number, nowSeconds: number) => Promise<SnapshotUpdate>;

const NEVER = Number.NEGATIVE_INFINITY;

export class RevocationCopy {
  readonly #fetch: FetchSnapshot;
  #index = new RevocationIndex([]);
  #version = 0;
  /** The moment that the copy tells of. */
  #asOf = NEVER;
  /** When the last fetch began that gave a snapshot which is kept up to date; when any began; when the last one failed. */
  #fetchedAt = NEVER;
  #triedAt = NEVER;
  #failedAt = NEVER;
  #refreshing: Promise<void> | undefined;
  /** Written here, and in no snapshot that this isolate has seen. */
  #written: { readonly entry: RevocationEntry; readonly version: number }[] = [];

  constructor(fetchSnapshot: FetchSnapshot) {
    this.#fetch = fetchSnapshot;
  }

  /** Whether someone is cut off. Throws a Refusal (`revocations_unavailable`) where that can't be known. */
  async isRevoked(holder: Holder, nowSeconds: number, background: Background): Promise<boolean> {
    const refreshing = this.#refreshIfDue(nowSeconds, background);
    if (refreshing && this.#mustWait(nowSeconds)) {
      // The fetch may be another request's, and end unfinished with that: wait no longer than one may take.
      await withTimeout(refreshing, REVOCATION_FETCH_SECONDS).catch(() => undefined);
    }
    if (this.#isClosed(nowSeconds)) {
      const detail = "The list of revocations can't be read now, so no grant is served.";
      throw new Refusal("revocations_unavailable", detail, {
        headers: { "Retry-After": String(REVOCATION_RETRY_SECONDS) },
      });
    }
    return this.#index.isRevoked(holder, nowSeconds);
  }

  /**
   * What this isolate has written itself holds here at once. An isolate that only writes looks for snapshots as well, since they
   * are what lets it forget its own entries.
   */
  add(entry: RevocationEntry, version: number, nowSeconds: number, background: Background): void {
    this.#refreshIfDue(nowSeconds, background);
    if (version <= this.#version) return;
    this.#index.add(entry);
    this.#written.push({ entry, version });
  }

  #isClosed(nowSeconds: number): boolean {
    return nowSeconds - this.#asOf > REVOCATION_MAX_AGE_SECONDS;
  }

  /** After a pause, yes. While snapshots can't be had no: then every request would wait, for nothing. */
  #mustWait(nowSeconds: number): boolean {
    if (this.#isClosed(nowSeconds)) return true;
    const hasJustFailed = nowSeconds - this.#failedAt <= REVOCATION_MAX_PAUSE_SECONDS;
    return nowSeconds - this.#fetchedAt > REVOCATION_MAX_PAUSE_SECONDS && !hasJustFailed;
  }

  /** The fetch under way, or a new one where the copy is due for it and none has been begun a moment ago. */
  #refreshIfDue(nowSeconds: number, background: Background): Promise<void> | undefined {
    if (nowSeconds - this.#fetchedAt < REVOCATION_REFRESH_SECONDS) return undefined;
    if (nowSeconds - this.#triedAt < REVOCATION_RETRY_SECONDS) return this.#refreshing;
    this.#triedAt = nowSeconds;
    const refreshing = this.#refresh(nowSeconds).finally(() => {
      if (this.#refreshing === refreshing) this.#refreshing = undefined;
    });
    this.#refreshing = refreshing;
    background(refreshing);
    return refreshing;
  }

  /** Never throws: a copy that can't be refreshed stays as it is, and ages. */
  async #refresh(nowSeconds: number): Promise<void> {
    try {
      const update = await this.#fetch(this.#version, nowSeconds);
      this.#take(update);
      if (nowSeconds - update.asOf <= REVOCATION_SNAPSHOT_STALE_SECONDS)
        this.#fetchedAt = Math.max(nowSeconds, this.#fetchedAt);
      else this.#failedAt = nowSeconds;
    } catch {
      this.#failedAt = nowSeconds;
    }
  }

  /** Workers KV may answer with an older snapshot than the one before: then nothing changes. */
  #take({ version, asOf, entries }: SnapshotUpdate): void {
    if (entries && version > this.#version) {
      const written = this.#written.filter((own) => own.version > version);
      this.#index = new RevocationIndex([...entries, ...written.map(({ entry }) => entry)]);
      this.#written = written;
      this.#version = version;
    }
    if (version === this.#version) this.#asOf = Math.max(asOf, this.#asOf);
  }
}
