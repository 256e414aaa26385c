// The truth: one SQLite Durable Object for each App ID. Writes are serial, and acknowledged when they are durable. An alarm,
// which is durable as well, publishes the list to Workers KV soon after every change, and now and then without one, so that edges
// can tell a quiet list from one that is no longer published.

import { DurableObject } from "cloudflare:workers";
import { REVOCATION_PAGE_ENTRIES, REVOCATION_PUBLISH_DELAY_SECONDS, REVOCATION_REPUBLISH_SECONDS } from "../limits.js";
import type { NewRevocation, RevocationEntry } from "./entry.js";
import { type RevocationSnapshot, snapshotName } from "./snapshot.js";

export interface RevocationPage {
  readonly entries: RevocationEntry[];
  /** Where the next page begins; undefined on the last. */
  readonly cursor: number | undefined;
}

type Row = { id: number; uid: number | null; channel: string | null; sub: string | null; jti: string | null; until: number };

export class RevocationList extends DurableObject<Cloudflare.Env> {
  readonly #sql: SqlStorage;

  constructor(state: DurableObjectState, env: Cloudflare.Env) {
    super(state, env);
    this.#sql = state.storage.sql;
    this.#sql.exec(`CREATE TABLE IF NOT EXISTS revocations (
      id INTEGER PRIMARY KEY AUTOINCREMENT, uid INTEGER, channel TEXT, sub TEXT, jti TEXT, until INTEGER NOT NULL
    )`);
    this.#sql.exec("CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL)");
  }

  async add(appId: string, { uid, channel, sub, jti, until }: NewRevocation): Promise<RevocationEntry> {
    const row = this.#sql
      .exec<Row>(
        "INSERT INTO revocations (uid, channel, sub, jti, until) VALUES (?, ?, ?, ?, ?) RETURNING *",
        uid ?? null,
        channel ?? null,
        sub ?? null,
        jti ?? null,
        until,
      )
      .one();
    await this.#publishSoon(appId);
    return entryOf(row);
  }

  /** Whether there was such an entry. */
  async remove(appId: string, id: number): Promise<boolean> {
    const { rowsWritten } = this.#sql.exec("DELETE FROM revocations WHERE id = ?", id);
    await this.#publishSoon(appId);
    return rowsWritten > 0;
  }

  page(cursor: number, nowSeconds: number): RevocationPage {
    const rows = this.#sql
      .exec<Row>(
        "SELECT * FROM revocations WHERE id > ? AND until > ? ORDER BY id LIMIT ?",
        cursor,
        nowSeconds,
        REVOCATION_PAGE_ENTRIES + 1,
      )
      .toArray();
    const entries = rows.slice(0, REVOCATION_PAGE_ENTRIES);
    return { entries: entries.map(entryOf), cursor: rows.length > entries.length ? entries.at(-1)?.id : undefined };
  }

  /** For an edge that finds no recent snapshot in Workers KV. Being asked also sees to it that there will be one. */
  async snapshot(appId: string): Promise<RevocationSnapshot> {
    await this.#publishSoon(appId);
    return this.#snapshot(nowSeconds());
  }

  override async alarm(): Promise<void> {
    const now = nowSeconds();
    this.#sql.exec("DELETE FROM revocations WHERE until <= ?", now);
    const [setting] = this.#sql.exec<{ value: string }>("SELECT value FROM settings WHERE name = 'appId'").toArray();
    // Set before publishing: a publication that fails is tried again, and a change during it is published by the next one.
    await this.ctx.storage.setAlarm(Date.now() + REVOCATION_REPUBLISH_SECONDS * 1000);
    if (setting) await this.env.REVOCATION_SNAPSHOTS.put(snapshotName(setting.value), JSON.stringify(this.#snapshot(now)));
  }

  #snapshot(asOf: number): RevocationSnapshot {
    return { asOf, entries: this.#sql.exec<Row>("SELECT * FROM revocations WHERE until > ?", asOf).toArray().map(entryOf) };
  }

  /** Many changes within the delay make one publication: Workers KV takes one write a second for a name. */
  async #publishSoon(appId: string): Promise<void> {
    this.#sql.exec("INSERT OR REPLACE INTO settings (name, value) VALUES ('appId', ?)", appId);
    const soon = Date.now() + REVOCATION_PUBLISH_DELAY_SECONDS * 1000;
    const alarm = await this.ctx.storage.getAlarm();
    if (alarm === null || alarm > soon) await this.ctx.storage.setAlarm(soon);
  }
}

function entryOf({ id, uid, channel, sub, jti, until }: Row): RevocationEntry {
  return {
    id: String(id),
    ...(uid !== null && { uid }),
    ...(channel !== null && { channel }),
    ...(sub !== null && { sub }),
    ...(jti !== null && { jti }),
    until,
  };
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
