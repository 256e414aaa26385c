// What a deployment knows of revocations: its own replica to read from, and the list itself to
// write to.

import type { NamedProblem, Revocation } from "../contract/responses.ts";
import { ServiceError } from "../contract/service-error.ts";
import type { WaitUntil } from "../platform/host.ts";
import {
  REVOCATION_ASK_DELAY_MILLISECONDS,
  REVOCATION_LIST_MAX_BYTES,
  REVOCATION_LIST_TIMEOUT_SECONDS,
  REVOCATION_RETRY_SECONDS,
  REVOCATION_SNAPSHOT_CACHE_SECONDS,
  REVOCATION_STORE_TIMEOUT_SECONDS,
  REVOCATION_WRITE_TIMEOUT_SECONDS,
} from "../platform/limits.ts";
import { wait, withTimeout } from "../platform/timeout.ts";
import { CompactList } from "./compact-list.ts";
import type { NewRevocation } from "./entry.ts";
import { RevocationReplica } from "./replica.ts";
import type { ListPage, RevocationList } from "./revocation-list.ts";
import {
  type ReceivedChanges,
  SNAPSHOT_FORMAT,
  type SnapshotMetadata,
  type StoredSnapshot,
  snapshotName,
} from "./snapshot.ts";

export interface RevocationBindings {
  readonly list: DurableObjectNamespace<RevocationList>;
  readonly snapshots: KVNamespace;
}

/** Undefined where this isolate has not heard of the list. */
export interface RevocationsState {
  readonly listAgeSeconds: number | undefined;
  readonly listFullPercent: number | undefined;
}

export class Revocations {
  readonly replica: RevocationReplica;
  readonly #appId: string;
  readonly #bindings: RevocationBindings;

  constructor(appId: string, bindings: RevocationBindings) {
    this.#appId = appId;
    this.#bindings = bindings;
    this.replica = new RevocationReplica({
      readSnapshot: (version) =>
        withTimeout(this.#readSnapshot(version), REVOCATION_STORE_TIMEOUT_SECONDS),
      askList: (version) => withTimeout(this.#askList(version), REVOCATION_LIST_TIMEOUT_SECONDS),
    });
  }

  /** Resolves when the entry is durable. Throws `revocations_unavailable` or `revocations_full`. */
  async add(
    revocation: NewRevocation,
    eject: boolean,
    nowSeconds: number,
    waitUntil: WaitUntil,
  ): Promise<Revocation> {
    const added = await this.#ask((list) => list.add(this.#appId, revocation, eject));
    if (!added) {
      const detail =
        "The list of revocations is full for this entry. Room is kept for entries that name a uid, account or sub alone, more for a channel alone, and the last for issuedBefore alone.";
      throw new ServiceError("revocations_full", detail);
    }
    this.replica.add(added, nowSeconds, waitUntil);
    return added.entry;
  }

  /** Throws `revocations_unavailable`. */
  page(cursor: number, nowSeconds: number): Promise<ListPage> {
    return this.#ask((list) => list.page(cursor, nowSeconds));
  }

  /** How many of these there were that had not ended. Throws `revocations_unavailable`. */
  remove(ids: readonly number[], nowSeconds: number): Promise<number> {
    return this.#ask((list) => list.remove(this.#appId, ids, nowSeconds));
  }

  /** What an operator should know before it is too late. */
  async warnings(nowSeconds: number, waitUntil: WaitUntil): Promise<NamedProblem[]> {
    if (!(await this.replica.isListNearlyFull(nowSeconds, waitUntil))) return [];
    const message =
      "is nearly full: soon it takes only entries that name a uid, account, sub or channel alone, or none";
    return [{ name: "REVOCATION_LIST", message }];
  }

  /** For the operator: how old what is known here is, and how full the list was then. */
  state(nowSeconds: number): RevocationsState {
    const { listAgeSeconds, listBytes } = this.replica.state(nowSeconds);
    const share = listBytes === undefined ? undefined : listBytes / REVOCATION_LIST_MAX_BYTES;
    return {
      listAgeSeconds,
      listFullPercent: share === undefined ? undefined : Math.ceil(share * 100),
    };
  }

  /** A new stub each time: one that has failed may stay broken. */
  get #list(): DurableObjectStub<RevocationList> {
    const { list } = this.#bindings;
    return list.get(list.idFromName(snapshotName(this.#appId)));
  }

  async #ask<T>(what: (list: DurableObjectStub<RevocationList>) => Promise<T>): Promise<T> {
    try {
      return await withTimeout(what(this.#list), REVOCATION_WRITE_TIMEOUT_SECONDS);
    } catch {
      const detail =
        "The list of revocations can't be reached now. A change may or may not have been kept: try again.";
      const retryAfterSeconds = REVOCATION_RETRY_SECONDS;
      throw new ServiceError("revocations_unavailable", detail, { retryAfterSeconds });
    }
  }

  async #askList(knownVersion: number | undefined): Promise<ReceivedChanges> {
    // A cold isolate reads Workers KV first. Where the list starts in the same process, as on a
    // laptop, its start would hold that up.
    if (knownVersion === undefined) await wait(REVOCATION_ASK_DELAY_MILLISECONDS);
    const changes = await this.#list.changes(this.#appId, knownVersion, true);
    const { compact, changed, ...mark } = changes;
    const newer = compact
      ? new CompactList(compact)
      : CompactList.of(changed.map(({ entry }) => entry));
    return { ...mark, newer };
  }

  /**
   * The list is read only where the version is new: a refresh without a change costs next to
   * nothing.
   */
  async #readSnapshot(knownVersion: number): Promise<StoredSnapshot | undefined> {
    const { value, metadata } = await this.#bindings.snapshots.getWithMetadata<SnapshotMetadata>(
      snapshotName(this.#appId),
      { type: "stream", cacheTtl: REVOCATION_SNAPSHOT_CACHE_SECONDS },
    );
    const isReadable = metadata?.format === SNAPSHOT_FORMAT;
    if (value === null || !isReadable || metadata.version === knownVersion) {
      await value?.cancel();
      return isReadable ? { ...metadata, list: undefined } : undefined;
    }
    return { ...metadata, list: new CompactList(await new Response(value).bytes()) };
  }
}
