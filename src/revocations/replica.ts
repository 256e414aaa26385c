// An isolate's replica of the list, in memory. While requests keep coming it is refreshed in the
// background and none of them waits. Only requests after a pause, or in a new isolate, wait for it.
//
// Entries come from Workers KV, which is near and makes no promise of how old its value is. So a
// snapshot proves how the list was at its `asOf`, and no more. Where that is more than
// REVOCATION_CONFIRM_SECONDS ago, the list itself is asked what has changed. A replica that was
// confirmed is used for REVOCATION_MAX_PAUSE_SECONDS without a look. So a revocation is enforced
// within REVOCATION_ENFORCED_SECONDS, however late Workers KV is, at every edge that the list
// answers and whose clock is right. Each response that fails may add REVOCATION_MAX_PAUSE_SECONDS.
// Where the list does not answer at all, a revocation takes as long as Workers KV takes, and
// REVOCATION_MAX_AGE_SECONDS at most: then grants are refused.

import { ServiceError } from "../contract/service-error.ts";
import type { WaitUntil } from "../platform/host.ts";
import {
  REVOCATION_CLOCK_DIFFERENCE_SECONDS,
  REVOCATION_CONFIRM_SECONDS,
  REVOCATION_FETCH_SECONDS,
  REVOCATION_LIST_WARNING_BYTES,
  REVOCATION_MAX_AGE_SECONDS,
  REVOCATION_MAX_PAUSE_SECONDS,
  REVOCATION_REFRESH_SECONDS,
  REVOCATION_RETRY_SECONDS,
} from "../platform/limits.ts";
import { SingleFlight } from "../platform/single-flight.ts";
import { withTimeout } from "../platform/timeout.ts";
import { CompactList } from "./compact-list.ts";
import type { Access } from "./entry.ts";
import type { ReceivedChanges, StoredSnapshot, VersionedRevocation } from "./snapshot.ts";

/** Where a replica gets its entries. */
export interface ReplicaSources {
  /** The snapshot in Workers KV. Undefined where there is none; throws where it can't be read. */
  readSnapshot(knownVersion: number): Promise<StoredSnapshot | undefined>;
  /**
   * The list's version, and its entries that are newer than `knownVersion`: none of them where that
   * is undefined. Throws where the list does not answer.
   */
  askList(knownVersion: number | undefined): Promise<ReceivedChanges>;
}

/** Entries that are newer than the last snapshot: all are on the list since this version. */
interface Addition {
  readonly version: number;
  readonly list: CompactList;
}

/** Undefined where this isolate has not heard of the list. */
export interface ListState {
  readonly listAgeSeconds: number | undefined;
  readonly listBytes: number | undefined;
}

const NEVER = Number.NEGATIVE_INFINITY;

export class RevocationReplica {
  readonly #sources: ReplicaSources;
  readonly #flight = new SingleFlight(REVOCATION_RETRY_SECONDS, (now) => this.#refresh(now));
  /** Of the last snapshot taken. */
  #snapshot = CompactList.of([]);
  #snapshotVersion = 0;
  /** What this isolate has written itself, and what the list told it. Longer ones come first. */
  #additions: Addition[] = [];
  /** Every entry of the list up to this version is here. */
  #version = 0;
  /** When the list was at that version. */
  #confirmedAt = NEVER;
  /** When the last fetch began that confirmed the replica; when the last fetch failed. */
  #fetchedAt = NEVER;
  #failedAt = NEVER;
  #listBytes = 0;

  constructor(sources: ReplicaSources) {
    this.#sources = sources;
  }

  /** Whether access is revoked. Throws `revocations_unavailable` where that can't be known. */
  async isRevoked(access: Access, nowSeconds: number, waitUntil: WaitUntil): Promise<boolean> {
    const refreshing = this.refresh(nowSeconds, waitUntil);
    if (refreshing && this.#mustWait(nowSeconds)) await settled(refreshing);
    if (this.#isClosed(nowSeconds)) {
      const detail = "The list of revocations can't be read now, so grants are not served.";
      const retryAfterSeconds = REVOCATION_RETRY_SECONDS;
      throw new ServiceError("revocations_unavailable", detail, { retryAfterSeconds });
    }
    return (
      this.#snapshot.isRevoked(access, nowSeconds) ||
      this.#additions.some(({ list }) => list.isRevoked(access, nowSeconds))
    );
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
  add({ entry, version }: VersionedRevocation, nowSeconds: number, waitUntil: WaitUntil): void {
    this.refresh(nowSeconds, waitUntil);
    this.#add({ version, list: CompactList.of([entry]) });
  }

  /** Whether the list was nearly full when this isolate last heard of it. Waits for that. */
  async isListNearlyFull(nowSeconds: number, waitUntil: WaitUntil): Promise<boolean> {
    const refreshing = this.refresh(nowSeconds, waitUntil);
    if (refreshing) await settled(refreshing);
    return this.#listBytes >= REVOCATION_LIST_WARNING_BYTES;
  }

  /** What is known of the list here, and since when. */
  state(nowSeconds: number): ListState {
    if (this.#confirmedAt === NEVER) return { listAgeSeconds: undefined, listBytes: undefined };
    const listAgeSeconds = Math.max(0, nowSeconds - this.#confirmedAt);
    return { listAgeSeconds, listBytes: this.#listBytes };
  }

  /** Fail closed. */
  #isClosed(nowSeconds: number): boolean {
    return nowSeconds - this.#confirmedAt > REVOCATION_MAX_AGE_SECONDS;
  }

  #isConfirmed(nowSeconds: number): boolean {
    return nowSeconds - this.#confirmedAt <= REVOCATION_CONFIRM_SECONDS;
  }

  /** After a pause. While no fetch succeeds no: then every request would wait, for nothing. */
  #mustWait(nowSeconds: number): boolean {
    if (this.#isClosed(nowSeconds)) return true;
    const hasJustFailed = nowSeconds - this.#failedAt <= REVOCATION_MAX_PAUSE_SECONDS;
    return nowSeconds - this.#fetchedAt > REVOCATION_MAX_PAUSE_SECONDS && !hasJustFailed;
  }

  /** Never throws: a replica that can't be refreshed stays as it is, and ages. */
  async #refresh(nowSeconds: number): Promise<void> {
    // Both at the same time: a request may be waiting. An isolate that knows nothing asks for the
    // version alone, since the snapshot that it reads meanwhile nearly always has that version.
    const knownVersion = this.#version || undefined;
    const asking = this.#isConfirmed(nowSeconds) ? undefined : this.#ask(knownVersion);
    const stored = await this.#sources.readSnapshot(this.#snapshotVersion).catch(() => undefined);
    if (stored) this.#takeSnapshot(stored, nowSeconds);
    if (!this.#isConfirmed(nowSeconds)) {
      let response = await asking;
      const isVersionAlone = knownVersion === undefined;
      if (isVersionAlone && response && response.version !== this.#version)
        response = await this.#ask(this.#version);
      if (response) this.#takeChanges(response, nowSeconds);
    }
    if (this.#isConfirmed(nowSeconds)) this.#fetchedAt = Math.max(nowSeconds, this.#fetchedAt);
    else this.#failedAt = nowSeconds;
  }

  /** Undefined where the list does not answer. */
  #ask(knownVersion: number | undefined): Promise<ReceivedChanges | undefined> {
    return this.#sources.askList(knownVersion).catch(() => undefined);
  }

  /** Workers KV may return an older snapshot than it did before: then nothing changes. */
  #takeSnapshot({ version, asOf, bytes, list }: StoredSnapshot, nowSeconds: number): void {
    if (list && version > this.#snapshotVersion) {
      this.#snapshot = list;
      this.#snapshotVersion = version;
      this.#additions = this.#additions.filter((addition) => addition.version > version);
    }
    if (version < this.#version || version !== this.#snapshotVersion) return;
    this.#version = version;
    this.#listBytes = bytes ?? 0;
    if (asOf - nowSeconds > REVOCATION_CLOCK_DIFFERENCE_SECONDS) return;
    this.#confirmedAt = Math.max(this.#confirmedAt, asOf);
  }

  /** `askedAt` is this edge's own time: no other clock has a say in it. */
  #takeChanges({ version, bytes, newer }: ReceivedChanges, askedAt: number): void {
    this.#add({ version, list: newer });
    if (version < this.#version) return;
    this.#version = version;
    this.#listBytes = bytes ?? 0;
    this.#confirmedAt = Math.max(this.#confirmedAt, askedAt);
  }

  /** Merges lists of about the same length, so that there are few of them, and little is merged. */
  #add({ version, list }: Addition): void {
    if (version <= this.#snapshotVersion || list.length === 0) return;
    const last = this.#additions.at(-1);
    if (last === undefined || last.list.length > 2 * list.length) {
      this.#additions.push({ version, list });
      return;
    }
    this.#additions.pop();
    this.#add({ version: Math.max(version, last.version), list: last.list.merge(list) });
  }
}

/**
 * The fetch may be another request's, and end unfinished with it: wait as long as one may take.
 */
async function settled(fetching: Promise<void>): Promise<void> {
  await withTimeout(fetching, REVOCATION_FETCH_SECONDS).catch(() => undefined);
}
