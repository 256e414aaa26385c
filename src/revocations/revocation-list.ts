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
import {
  type RevocationChanges,
  type RevocationSnapshot,
  type SnapshotMark,
  snapshotName,
  type VersionedRevocation,
} from "./snapshot.ts";

export interface ListPage {
  readonly entries: Revocation[];
  /** Where the next page begins; undefined on the last. */
  readonly cursor: number | undefined;
}

type Row = {
  id: number;
  uid: number | null;
  account: string | null;
  channel: string | null;
  sub: string | null;
  jti: string | null;
  until: number;
  version: number;
};

const COLUMNS = "id, uid, account, channel, sub, jti, until, version";

export class RevocationList extends DurableObject<Cloudflare.Env> {
  readonly #sql: SqlStorage;
  /** As it is stored. What is in memory alone would be lost when the object is evicted. */
  #version: number;
  #bytes: number;
  readonly #ejections: Ejections;
  /** What was published last, and when, Unix milliseconds. */
  #published = { version: -1, at: 0 };

  constructor(state: DurableObjectState, env: Cloudflare.Env) {
    super(state, env);
    this.#sql = state.storage.sql;
    this.#sql.exec(`
      CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS revocations (
        id INTEGER PRIMARY KEY AUTOINCREMENT, uid INTEGER, account TEXT, channel TEXT, sub TEXT,
        jti TEXT, until INTEGER NOT NULL, bytes INTEGER NOT NULL,
        version INTEGER NOT NULL DEFAULT 0
      )`);
    this.#version = Number(this.#setting("version") ?? 0);
    this.#addColumns();
    this.#sql.exec(`
      CREATE INDEX IF NOT EXISTS revocations_until ON revocations (until);
      CREATE INDEX IF NOT EXISTS revocations_version ON revocations (version);
      CREATE INDEX IF NOT EXISTS revocations_same
        ON revocations (uid, account, channel, sub, jti)`);
    this.#bytes = this.#countBytes();
    this.#ejections = new Ejections(state.storage, () => this.env);
  }

  /** Merged with an equal entry where there is one. Undefined where the list is too full. */
  async add(
    appId: string,
    revocation: NewRevocation,
    eject = false,
  ): Promise<VersionedRevocation | undefined> {
    const equal = this.#findEqual(revocation);
    if (equal && revocation.until <= equal.until) return this.#followed(equal, eject);
    const bytes = new TextEncoder().encode(JSON.stringify(revocation)).length;
    if (!equal && !this.#makeRoom(bytes, maxListBytes(revocation))) return undefined;
    const version = this.#changed(appId);
    const row = equal
      ? this.#extend(equal.id, revocation.until, version)
      : this.#insert(revocation, bytes, version);
    await this.#publishSoon();
    return this.#followed(row, eject);
  }

  async #followed(row: Row, eject: boolean): Promise<VersionedRevocation> {
    return { ...versioned(row), entry: await this.#ejections.follow(entryOf(row), eject) };
  }

  /** Whether there was such an entry that had not ended. */
  async remove(appId: string, id: number, nowSeconds: number): Promise<boolean> {
    const removed = this.#sql
      .exec<{ bytes: number }>(
        "DELETE FROM revocations WHERE id = ? AND until > ? RETURNING bytes",
        id,
        nowSeconds,
      )
      .toArray();
    const [row] = removed;
    if (!row) return false;
    this.#bytes -= row.bytes;
    this.#changed(appId);
    await this.#ejections.end(id);
    await this.#publishSoon();
    return true;
  }

  page(cursor: number, nowSeconds: number): ListPage {
    const rows = this.#sql
      .exec<Row>(
        `SELECT ${COLUMNS} FROM revocations WHERE id > ? AND until > ? ORDER BY id LIMIT ?`,
        cursor,
        nowSeconds,
        REVOCATION_PAGE_ENTRIES + 1,
      )
      .toArray();
    const entries = rows.slice(0, REVOCATION_PAGE_ENTRIES);
    return {
      entries: this.#ejections.describe(entries.map(entryOf)),
      cursor: rows.length > entries.length ? entries.at(-1)?.id : undefined,
    };
  }

  /**
   * For an edge that finds no recent snapshot in Workers KV. It also starts the publishing of one.
   * Without `knownVersion` the response is the version alone.
   */
  async changes(appId: string, knownVersion?: number): Promise<RevocationChanges> {
    if (this.#version === 0) this.#changed(appId);
    if ((await this.ctx.storage.getAlarm()) === null) await this.#publishSoon();
    const mark = this.#mark();
    if (knownVersion === undefined || knownVersion >= mark.version) return { ...mark, changed: [] };
    const rows = this.#sql
      .exec<Row>(
        `SELECT ${COLUMNS} FROM revocations WHERE version > ? AND until > ?`,
        knownVersion,
        mark.asOf,
      )
      .toArray();
    return { ...mark, changed: rows.map(versioned) };
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
    this.#forgetEnded(nowSeconds());
    const metadata = this.#mark();
    const snapshot = this.#snapshot(metadata);
    try {
      const published = snapshots.put(snapshotName(appId), JSON.stringify(snapshot), { metadata });
      await withTimeout(published, REVOCATION_PUBLISH_TIMEOUT_SECONDS);
    } catch {
      return;
    }
    this.#published = { version: snapshot.version, at: Date.now() };
    // A change during the publication is in the next one, whose alarm is set already.
    if (this.#version === snapshot.version)
      await this.ctx.storage.setAlarm(Date.now() + REVOCATION_REPUBLISH_SECONDS * 1000);
  }

  #mark(): SnapshotMark {
    return { version: this.#version, asOf: nowSeconds(), bytes: this.#bytes };
  }

  /** The fields are indexed: this takes the same time however long the list is. */
  #findEqual({ uid, account, channel, sub, jti }: NewRevocation): Row | undefined {
    return this.#sql
      .exec<Row>(
        `SELECT ${COLUMNS} FROM revocations
          WHERE uid IS ? AND account IS ? AND channel IS ? AND sub IS ? AND jti IS ? AND until > ?
          ORDER BY until DESC LIMIT 1`,
        ...[uid ?? null, account ?? null, channel ?? null, sub ?? null, jti ?? null, nowSeconds()],
      )
      .toArray()[0];
  }

  #extend(id: number, until: number, version: number): Row {
    return this.#sql
      .exec<Row>(
        `UPDATE revocations SET until = ?, version = ? WHERE id = ? RETURNING ${COLUMNS}`,
        ...[until, version, id],
      )
      .one();
  }

  #insert(revocation: NewRevocation, bytes: number, version: number): Row {
    const { uid = null, account = null, channel = null, sub = null, jti = null } = revocation;
    const { until } = revocation;
    const row = this.#sql
      .exec<Row>(
        `INSERT INTO revocations (uid, account, channel, sub, jti, until, bytes, version)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING ${COLUMNS}`,
        ...[uid, account, channel, sub, jti, until, bytes, version],
      )
      .one();
    this.#bytes += bytes;
    return row;
  }

  #makeRoom(bytes: number, maxBytes: number): boolean {
    if (this.#bytes + bytes > maxBytes) this.#forgetEnded(nowSeconds());
    return this.#bytes + bytes <= maxBytes;
  }

  /**
   * Lists of earlier releases know users by uid alone, and have no versions of entries: theirs
   * become the list's, so that edges with an older snapshot are told of all of them.
   */
  #addColumns(): void {
    const columns = this.#sql.exec<{ name: string }>("PRAGMA table_info(revocations)").toArray();
    const has = (column: string) => columns.some(({ name }) => name === column);
    if (!has("account")) this.#sql.exec("ALTER TABLE revocations ADD COLUMN account TEXT");
    if (has("version")) return;
    this.#sql.exec("ALTER TABLE revocations ADD COLUMN version INTEGER NOT NULL DEFAULT 0");
    this.#sql.exec("UPDATE revocations SET version = ?", this.#version);
  }

  #snapshot(mark: SnapshotMark): RevocationSnapshot {
    const rows = this.#sql
      .exec<Row>(`SELECT ${COLUMNS} FROM revocations WHERE until > ?`, mark.asOf)
      .toArray();
    return { ...mark, entries: rows.map(entryOf) };
  }

  /** Taken from the clock: a list that was lost and begun anew is newer than what edges have. */
  #changed(appId: string): number {
    this.#version = Math.max(this.#version + 1, Date.now());
    this.#sql.exec(
      "INSERT OR REPLACE INTO settings (name, value) VALUES ('version', ?)",
      String(this.#version),
    );
    this.#sql.exec("INSERT OR REPLACE INTO settings (name, value) VALUES ('appId', ?)", appId);
    return this.#version;
  }

  /** Many changes within the delay are published once: Workers KV takes one write a second. */
  async #publishSoon(): Promise<void> {
    const soon = Date.now() + REVOCATION_PUBLISH_DELAY_SECONDS * 1000;
    const alarm = await this.ctx.storage.getAlarm();
    if (alarm === null || alarm > soon) await this.ctx.storage.setAlarm(soon);
  }

  /** The version stays: edges see by themselves that an entry has ended. */
  #forgetEnded(nowSeconds: number): void {
    if (this.#sql.exec("DELETE FROM revocations WHERE until <= ?", nowSeconds).rowsWritten > 0)
      this.#bytes = this.#countBytes();
  }

  #countBytes(): number {
    return this.#sql
      .exec<{ bytes: number }>("SELECT COALESCE(SUM(bytes), 0) AS bytes FROM revocations")
      .one().bytes;
  }

  #setting(name: string): string | undefined {
    return this.#sql
      .exec<{ value: string }>("SELECT value FROM settings WHERE name = ?", name)
      .toArray()[0]?.value;
  }
}

function entryOf({ id, uid, account, channel, sub, jti, until }: Row): Revocation {
  return {
    id: String(id),
    ...(uid !== null && { uid }),
    ...(account !== null && { account }),
    ...(channel !== null && { channel }),
    ...(sub !== null && { sub }),
    ...(jti !== null && { jti }),
    until,
  };
}

function versioned(row: Row): VersionedRevocation {
  return { entry: entryOf(row), version: row.version };
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
