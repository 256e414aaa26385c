// What the service knows of revocations: its own copy for asking, the list itself for writing.

import { REVOCATION_SNAPSHOT_CACHE_SECONDS, REVOCATION_SNAPSHOT_STALE_SECONDS, REVOCATION_TIMEOUT_SECONDS } from "../limits.js";
import { withTimeout } from "../timeout.js";
import { RevocationCopy } from "./edge-copy.js";
import type { NewRevocation, RevocationEntry } from "./entry.js";
import type { RevocationList, RevocationPage } from "./revocation-list.js";
import { type RevocationSnapshot, snapshotName } from "./snapshot.js";

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
    this.copy = new RevocationCopy((nowSeconds) => withTimeout(this.#fetchSnapshot(nowSeconds), REVOCATION_TIMEOUT_SECONDS));
  }

  /** Resolves when the entry is durable. */
  async add(revocation: NewRevocation, nowSeconds: number): Promise<RevocationEntry> {
    const entry = await this.#list.add(this.#appId, revocation);
    this.copy.add(entry, nowSeconds);
    return entry;
  }

  page(cursor: number, nowSeconds: number): Promise<RevocationPage> {
    return this.#list.page(cursor, nowSeconds);
  }

  remove(id: number): Promise<boolean> {
    return this.#list.remove(this.#appId, id);
  }

  get #list(): DurableObjectStub<RevocationList> {
    const { list } = this.#bindings;
    return list.get(list.idFromName(snapshotName(this.#appId)));
  }

  /** From Workers KV, which is near; from the list itself where that has nothing recent. */
  async #fetchSnapshot(nowSeconds: number): Promise<RevocationSnapshot> {
    const options = { type: "json", cacheTtl: REVOCATION_SNAPSHOT_CACHE_SECONDS } as const;
    const stored = await this.#bindings.snapshots.get<RevocationSnapshot>(snapshotName(this.#appId), options).catch(() => null);
    if (stored && nowSeconds - stored.asOf <= REVOCATION_SNAPSHOT_STALE_SECONDS) return stored;
    try {
      return await this.#list.snapshot(this.#appId);
    } catch (error) {
      if (stored) return stored;
      throw error;
    }
  }
}
