// The list itself: one SQLite Durable Object for each App ID. Writes are serial, and acknowledged
// when they are durable. An alarm, which is durable too, publishes the list to Workers KV soon
// after every change. It also publishes now and then without a change: so edges can tell a quiet
// list from one that is no longer published.

import { DurableObject } from "cloudflare:workers";
import type { Revocation } from "../contract/responses.ts";
import {
  REVOCATION_PAGE_ENTRIES,
  REVOCATION_PUBLISH_DELAY_SECONDS,
  REVOCATION_PUBLISH_RETRY_SECONDS,
  REVOCATION_PUBLISH_TIMEOUT_SECONDS,
  REVOCATION_REPUBLISH_SECONDS,
} from "../platform/limits.ts";
import { withTimeout } from "../platform/timeout.ts";
import { Ejections } from "./ejections.ts";
import { maxListBytes, type NewRevocation } from "./entry.ts";
import { RevocationTable } from "./revocation-table.ts";
import {
  type RevocationChanges,
  SNAPSHOT_FORMAT,
  type SnapshotMark,
  type SnapshotMetadata,
  snapshotName,
  type VersionedRevocation,
} from "./snapshot.ts";

export interface ListPage {
  readonly entries: Revocation[];
  /** Where the next page begins; undefined on the last. */
  readonly cursor: number | undefined;
}

export class RevocationList extends DurableObject<Cloudflare.Env> {
  readonly #sql: SqlStorage;
  readonly #table: RevocationTable;
  /** As it is stored. What is in memory alone would be lost when the object is evicted. */
  #version: number;
  /** All entries as edges hold them, as long as nothing changes. */
  #whole: Uint8Array | undefined;
  readonly #ejections: Ejections;
  /** What was published last, and when, Unix milliseconds. */
  #published = { version: -1, at: 0 };

  constructor(state: DurableObjectState, env: Cloudflare.Env) {
    super(state, env);
    this.#sql = state.storage.sql;
    this.#sql.exec(
      "CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    );
    this.#version = Number(this.#setting("version") ?? 0);
    this.#table = new RevocationTable(this.#sql, this.#version);
    this.#ejections = new Ejections(state.storage, () => this.env);
  }

  /** Merged with an equal entry where there is one. Undefined where the list is too full. */
  async add(
    appId: string,
    revocation: NewRevocation,
    eject = false,
  ): Promise<VersionedRevocation | undefined> {
    const equal = this.#table.findEqual(revocation, nowSeconds());
    if (equal && revocation.until <= equal.entry.until) return this.#followed(equal, eject);
    const bytes = new TextEncoder().encode(JSON.stringify(revocation)).length;
    if (!equal && !this.#makeRoom(bytes, maxListBytes(revocation))) return undefined;
    const version = this.#changed(appId);
    if (equal) this.#table.extend(equal.entry.id, revocation.until, version);
    const id = equal?.entry.id ?? this.#table.insert(revocation, bytes, version);
    await this.#publishSoon();
    return this.#followed({ entry: { id, ...revocation }, version }, eject);
  }

  async #followed(added: VersionedRevocation, eject: boolean): Promise<VersionedRevocation> {
    return { ...added, entry: await this.#ejections.follow(added.entry, eject) };
  }

  /** How many of these there were that had not ended. */
  async remove(appId: string, ids: readonly number[], nowSeconds: number): Promise<number> {
    const removed = ids.filter((id) => this.#table.remove(id, nowSeconds));
    if (removed.length > 0) {
      this.#changed(appId);
      await this.#ejections.end(removed);
      await this.#publishSoon();
    }
    return removed.length;
  }

  page(cursor: number, nowSeconds: number): ListPage {
    const rows = this.#table.page(cursor, REVOCATION_PAGE_ENTRIES + 1, nowSeconds);
    const entries = rows.slice(0, REVOCATION_PAGE_ENTRIES);
    const last = rows.length > entries.length ? entries.at(-1) : undefined;
    return { entries: this.#ejections.describe(entries), cursor: last && Number(last.id) };
  }

  /**
   * For an edge that finds no recent snapshot in Workers KV. It also starts the publishing of one.
   * Without `knownVersion` the response is the version alone.
   */
  async changes(
    appId: string,
    knownVersion?: number,
    isCompact = false,
  ): Promise<RevocationChanges> {
    if (this.#version === 0) this.#changed(appId);
    const isPublished = this.#setting("format") === String(SNAPSHOT_FORMAT);
    if (!isPublished || (await this.ctx.storage.getAlarm()) === null) await this.#publishSoon();
    const mark = this.#mark();
    const known = knownVersion ?? mark.version;
    if (known >= mark.version) return { ...mark, changed: [] };
    if (!isCompact) return { ...mark, changed: this.#table.changedSince(known, mark.asOf) };
    const compact = known === 0 ? this.#compactWhole() : this.#table.compactSince(known, mark.asOf);
    return { ...mark, compact, changed: [] };
  }

  override async alarm(): Promise<void> {
    const publishAt = this.#published.at + REVOCATION_REPUBLISH_SECONDS * 1000;
    const isPublished = this.#published.version === this.#version && Date.now() < publishAt;
    const isForEjections = isPublished && this.#ejections.isDue;
    this.#ejections.start();
    if (isForEjections) await this.ctx.storage.setAlarm(publishAt);
    else await this.#publish();
    await this.#ejections.setAlarm();
  }

  async #publish(): Promise<void> {
    const appId = this.#setting("appId");
    const snapshots = this.env.REVOCATION_SNAPSHOTS as KVNamespace | undefined;
    if (appId === undefined || snapshots === undefined) return;
    // Set before publishing: a publication that fails, or is interrupted, is tried again.
    await this.ctx.storage.setAlarm(Date.now() + REVOCATION_PUBLISH_RETRY_SECONDS * 1000);
    if (this.#table.forgetEnded(nowSeconds())) this.#whole = undefined;
    const metadata: SnapshotMetadata = { ...this.#mark(), format: SNAPSHOT_FORMAT };
    try {
      const published = snapshots.put(snapshotName(appId), this.#compactWhole(), { metadata });
      await withTimeout(published, REVOCATION_PUBLISH_TIMEOUT_SECONDS);
    } catch {
      return;
    }
    this.#set("format", String(SNAPSHOT_FORMAT));
    this.#published = { version: metadata.version, at: Date.now() };
    // A change during the publication is in the next one, whose alarm is set already.
    if (this.#version === metadata.version)
      await this.ctx.storage.setAlarm(Date.now() + REVOCATION_REPUBLISH_SECONDS * 1000);
  }

  #mark(): SnapshotMark {
    return { version: this.#version, asOf: nowSeconds(), bytes: this.#table.bytes };
  }

  #compactWhole(): Uint8Array {
    this.#whole ??= this.#table.compactSince(0, nowSeconds());
    return this.#whole;
  }

  #makeRoom(bytes: number, maxBytes: number): boolean {
    if (this.#table.bytes + bytes > maxBytes) this.#table.forgetEnded(nowSeconds());
    return this.#table.bytes + bytes <= maxBytes;
  }

  /** Taken from the clock: a list that was lost and begun anew is newer than what edges have. */
  #changed(appId: string): number {
    this.#whole = undefined;
    this.#version = Math.max(this.#version + 1, Date.now());
    this.#set("version", String(this.#version));
    this.#set("appId", appId);
    return this.#version;
  }

  /** Many changes within the delay are published once: Workers KV takes one write a second. */
  async #publishSoon(): Promise<void> {
    const soon = Date.now() + REVOCATION_PUBLISH_DELAY_SECONDS * 1000;
    const alarm = await this.ctx.storage.getAlarm();
    if (alarm === null || alarm > soon) await this.ctx.storage.setAlarm(soon);
  }

  #setting(name: string): string | undefined {
    return this.#sql
      .exec<{ value: string }>("SELECT value FROM settings WHERE name = ?", name)
      .toArray()[0]?.value;
  }

  #set(name: string, value: string): void {
    this.#sql.exec("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)", name, value);
  }
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
