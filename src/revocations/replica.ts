// An isolate's replica of the list, in memory. While requests keep coming it is refreshed in the
// background and none of them waits. Only requests after a pause, or in a new isolate, wait for it.
// A replica that can't be refreshed is trusted for five minutes.
//
// How long until a revocation is enforced here, at most: REVOCATION_PUBLISH_DELAY_SECONDS until the
// list publishes it, REVOCATION_PUBLISH_RETRY_SECONDS if that fails once,
// REVOCATION_SNAPSHOT_CACHE_SECONDS in which Workers KV may still return its cached value, and
// REVOCATION_MAX_PAUSE_SECONDS in which the replica is used without a look: 60 s in all.

import type { Revocation } from "../contract/responses.ts";
import { ServiceError } from "../contract/service-error.ts";
import type { WaitUntil } from "../platform/host.ts";
import {
  REVOCATION_FETCH_SECONDS,
  REVOCATION_MAX_AGE_SECONDS,
  REVOCATION_MAX_PAUSE_SECONDS,
  REVOCATION_REFRESH_SECONDS,
  REVOCATION_RETRY_SECONDS,
  REVOCATION_SNAPSHOT_STALE_SECONDS,
} from "../platform/limits.ts";
import { SingleFlight } from "../platform/single-flight.ts";
import { withTimeout } from "../platform/timeout.ts";
import { type Access, RevocationIndex } from "./entry.ts";
import type { SnapshotUpdate } from "./snapshot.ts";

/** Where snapshots come from, for an edge that has this version. Throws when none can be had. */
export type FetchSnapshot = (knownVersion: number, nowSeconds: number) => Promise<SnapshotUpdate>;

const NEVER = Number.NEGATIVE_INFINITY;

export class RevocationReplica {
  readonly #fetch: FetchSnapshot;
  readonly #flight = new SingleFlight(REVOCATION_RETRY_SECONDS, (now) => this.#refresh(now));
  #index = new RevocationIndex([]);
  #version = 0;
  /** When the list was in the state that the replica has. */
  #asOf = NEVER;
  /** When the last fetch began that gave a current snapshot; when the last fetch failed. */
  #fetchedAt = NEVER;
  #failedAt = NEVER;
  /** Written by this isolate, and in no snapshot that it has seen. */
  #written: { readonly entry: Revocation; readonly version: number }[] = [];

  constructor(fetchSnapshot: FetchSnapshot) {
    this.#fetch = fetchSnapshot;
  }

  /** Whether access is revoked. Throws `revocations_unavailable` where that can't be known. */
  async isRevoked(access: Access, nowSeconds: number, waitUntil: WaitUntil): Promise<boolean> {
    const refreshing = this.refresh(nowSeconds, waitUntil);
    if (refreshing && this.#mustWait(nowSeconds)) {
      // The fetch may be another request's, and end unfinished with it: wait as long as one may
      // take.
      await withTimeout(refreshing, REVOCATION_FETCH_SECONDS).catch(() => undefined);
    }
    if (this.#isClosed(nowSeconds)) {
      const detail = "The list of revocations can't be read now, so grants are not served.";
      const retryAfterSeconds = REVOCATION_RETRY_SECONDS;
      throw new ServiceError("revocations_unavailable", detail, { retryAfterSeconds });
    }
    return this.#index.isRevoked(access, nowSeconds);
  }

  /**
   * The fetch under way, or a new one where the replica is due for it and none began a moment ago.
   */
  refresh(nowSeconds: number, waitUntil: WaitUntil): Promise<void> | undefined {
    if (nowSeconds - this.#fetchedAt < REVOCATION_REFRESH_SECONDS) return undefined;
    return this.#flight.join(nowSeconds, waitUntil);
  }

  /**
   * What this isolate has written itself is enforced here at once. An isolate that only writes
   * looks for snapshots as well: they let it forget its own entries.
   */
  add(entry: Revocation, version: number, nowSeconds: number, waitUntil: WaitUntil): void {
    this.refresh(nowSeconds, waitUntil);
    if (version <= this.#version) return;
    this.#index.add(entry);
    this.#written.push({ entry, version });
  }

  /** Fail closed. */
  #isClosed(nowSeconds: number): boolean {
    return nowSeconds - this.#asOf > REVOCATION_MAX_AGE_SECONDS;
  }

  /** After a pause. While snapshots can't be had no: then every request would wait, for nothing. */
  #mustWait(nowSeconds: number): boolean {
    if (this.#isClosed(nowSeconds)) return true;
    const hasJustFailed = nowSeconds - this.#failedAt <= REVOCATION_MAX_PAUSE_SECONDS;
    return nowSeconds - this.#fetchedAt > REVOCATION_MAX_PAUSE_SECONDS && !hasJustFailed;
  }

  /** Never throws: a replica that can't be refreshed stays as it is, and ages. */
  async #refresh(nowSeconds: number): Promise<void> {
    try {
      const update = await this.#fetch(this.#version, nowSeconds);
      this.#take(update);
      const isCurrent = nowSeconds - update.asOf <= REVOCATION_SNAPSHOT_STALE_SECONDS;
      if (isCurrent) this.#fetchedAt = Math.max(nowSeconds, this.#fetchedAt);
      else this.#failedAt = nowSeconds;
    } catch {
      this.#failedAt = nowSeconds;
    }
  }

  /** Workers KV may return an older snapshot than it did before: then nothing changes. */
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
