// What the service knows of revocations: its own copy for asking, the list itself for writing.

import type { Background } from "../access/key-sets.ts";
import { Refusal } from "../errors.ts";
import {
  REVOCATION_LIST_TIMEOUT_SECONDS,
  REVOCATION_RETRY_SECONDS,
  REVOCATION_SNAPSHOT_CACHE_SECONDS,
  REVOCATION_SNAPSHOT_STALE_SECONDS,
  REVOCATION_STORE_TIMEOUT_SECONDS,
  REVOCATION_WRITE_TIMEOUT_SECONDS,
} from "../platform/limits.ts";
import { withTimeout } from "../platform/timeout.ts";
import { RevocationCopy } from "./edge-copy.ts";
import type { NewRevocation, RevocationEntry } from "./entry.ts";
import type { RevocationList, RevocationPage } from "./revocation-list.ts";
import {
  type RevocationSnapshot,
  type SnapshotMark,
  type SnapshotUpdate,
  snapshotName,
} from "./snapshot.ts";

export interface RevocationBindings {
  readonly list: DurableObjectNamespace<RevocationList>;
  readonly snapshots: KVNamespace;
}

export class Revocations {
  readonly copy: RevocationCopy;
  readonly #appId: string;
  readonly #bindings: RevocationBindings;

  constructor(appId: string, bindings: RevocationBindings) {
    this.#appId = appId;
    this.#bindings = bindings;
    this.copy = new RevocationCopy((knownVersion, nowSeconds) =>
      this.#fetchSnapshot(knownVersion, nowSeconds),
    );
  }

  /** Resolves when the entry is durable; undefined where the list is full. Throws a Refusal (`revocations_unavailable`). */
  async add(
    revocation: NewRevocation,
    nowSeconds: number,
    background: Background,
  ): Promise<RevocationEntry | undefined> {
    const added = await this.#ask((list) => list.add(this.#appId, revocation));
    if (!added) return undefined;
    this.copy.add(added.entry, added.version, nowSeconds, background);
    return added.entry;
  }

  /** Throws a Refusal (`revocations_unavailable`). */
  page(cursor: number, nowSeconds: number): Promise<RevocationPage> {
    return this.#ask((list) => list.page(cursor, nowSeconds));
  }

  /** Whether there was such an entry that had not ended. Throws a Refusal (`revocations_unavailable`). */
  remove(id: number, nowSeconds: number): Promise<boolean> {
    return this.#ask((list) => list.remove(this.#appId, id, nowSeconds));
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
        "The list of revocations can't be reached now. Nothing says whether a change was kept: ask again.";
      throw new Refusal("revocations_unavailable", detail, {
        headers: { "Retry-After": String(REVOCATION_RETRY_SECONDS) },
      });
    }
  }

  /** From Workers KV, which is near; from the list itself where that has nothing recent, or does not answer. */
  async #fetchSnapshot(knownVersion: number, nowSeconds: number): Promise<SnapshotUpdate> {
    const stored = await withTimeout(
      this.#readStored(knownVersion),
      REVOCATION_STORE_TIMEOUT_SECONDS,
    ).catch(() => undefined);
    if (stored && nowSeconds - stored.asOf <= REVOCATION_SNAPSHOT_STALE_SECONDS) return stored;
    try {
      return await withTimeout(
        this.#list.snapshot(this.#appId, knownVersion),
        REVOCATION_LIST_TIMEOUT_SECONDS,
      );
    } catch (error) {
      if (stored) return stored;
      throw error;
    }
  }

  /** The entries are read only where the version is not known: while nobody is cut off a refresh costs next to nothing. */
  async #readStored(knownVersion: number): Promise<SnapshotUpdate | undefined> {
    const { value, metadata } = await this.#bindings.snapshots.getWithMetadata<SnapshotMark>(
      snapshotName(this.#appId),
      {
        type: "stream",
        cacheTtl: REVOCATION_SNAPSHOT_CACHE_SECONDS,
      },
    );
    if (value === null || metadata === null) return undefined;
    if (metadata.version === knownVersion) {
      await value.cancel();
      return { version: metadata.version, asOf: metadata.asOf, entries: undefined };
    }
    return new Response(value).json<RevocationSnapshot>();
  }
}
