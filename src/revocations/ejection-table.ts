// The ejections of one list, in its Durable Object's SQLite: one row for each user and channel.
// What is written is durable before any request or response leaves the object.

import type { Ejection } from "./ejection.ts";
import { EJECTION_TURNS, type EjectionTurn, turnOf } from "./ejection-plan.ts";

export interface StoredEjection {
  /** Of the entry that it belongs to. */
  readonly revocationId: number;
  readonly ejection: Ejection;
}

export interface QueuedEjection extends StoredEjection {
  /** When its next step is due, Unix seconds. */
  readonly due: number;
}

type Row = { revocation: number; due: number; state: string };

export class EjectionTable {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(`
      CREATE TABLE IF NOT EXISTS ejections (
        channel TEXT NOT NULL, uid INTEGER NOT NULL, revocation INTEGER NOT NULL,
        ends INTEGER NOT NULL, due INTEGER NOT NULL, state TEXT NOT NULL,
        turn INTEGER NOT NULL, PRIMARY KEY (channel, uid)
      ) WITHOUT ROWID`);
    const columns = sql.exec<{ name: string }>("PRAGMA table_info(ejections)").toArray();
    if (!columns.some(({ name }) => name === "turn")) {
      const first = EJECTION_TURNS.first;
      sql.exec(`ALTER TABLE ejections ADD COLUMN turn INTEGER NOT NULL DEFAULT ${first}`);
    }
    sql.exec(`
      CREATE INDEX IF NOT EXISTS ejections_due ON ejections (due);
      CREATE INDEX IF NOT EXISTS ejections_turn ON ejections (turn, due);
      CREATE INDEX IF NOT EXISTS ejections_revocation ON ejections (revocation)`);
  }

  get(channel: string, uid: number): QueuedEjection | undefined {
    return this.#select("channel = ? AND uid = ?", channel, uid)[0];
  }

  ofRevocation(id: number): StoredEjection | undefined {
    return this.#select("revocation = ?", id)[0];
  }

  /** Of the entries with these ids, by their ids. */
  ofRevocations(first: number, last: number): Map<number, Ejection> {
    const found = this.#select("revocation BETWEEN ? AND ?", first, last);
    return new Map(found.map(({ revocationId, ejection }) => [revocationId, ejection]));
  }

  /** Those whose revocation has gone, and nobody has told them. */
  withoutRevocation(): QueuedEjection[] {
    return this.#select("revocation NOT IN (SELECT id FROM revocations)");
  }

  /**
   * The ones for which it is time, by turns. Of those that were asked for again the newest goes
   * first, so that nobody can hold up an emergency. Of others the longest due does.
   */
  due(now: number, atMost: number): QueuedEjection[] {
    const { again, first, retry } = EJECTION_TURNS;
    const found = this.#ofTurn(again, now, "DESC", atMost);
    for (const turn of [first, retry]) {
      if (found.length === atMost) break;
      found.push(...this.#ofTurn(turn, now, "ASC", atMost - found.length));
    }
    return found;
  }

  /** How many wait for their first request; it counts no further than asked. */
  waiting(now: number, atMost: number): number {
    return this.#sql
      .exec<{ count: number }>(
        `SELECT COUNT(*) AS count FROM
          (SELECT 1 FROM ejections WHERE turn = ? AND due <= ? LIMIT ?)`,
        ...[EJECTION_TURNS.first, now, atMost],
      )
      .one().count;
  }

  /** When the next one is due, Unix seconds. */
  nextDue(): number | undefined {
    const [row] = this.#sql
      .exec<{ due: number }>("SELECT due FROM ejections ORDER BY due LIMIT 1")
      .toArray();
    return row?.due;
  }

  put({ revocationId, ejection, due }: QueuedEjection): void {
    const { channel, uid, until, allEndedAt } = ejection;
    const ends = Math.max(until, allEndedAt);
    this.#sql.exec(
      "INSERT OR REPLACE INTO ejections VALUES (?, ?, ?, ?, ?, ?, ?)",
      ...[channel, uid, revocationId, ends, due, JSON.stringify(ejection), turnOf(ejection)],
    );
  }

  remove({ channel, uid }: Ejection): void {
    this.#sql.exec("DELETE FROM ejections WHERE channel = ? AND uid = ?", channel, uid);
  }

  /** Also where no request can be made: then nothing else forgets them. */
  removeEnded(now: number): void {
    this.#sql.exec("DELETE FROM ejections WHERE ends <= ?", now);
  }

  #ofTurn(turn: EjectionTurn, now: number, order: "ASC" | "DESC", atMost: number) {
    const condition = `turn = ? AND due <= ? ORDER BY due ${order} LIMIT ?`;
    return this.#select(condition, turn, now, atMost);
  }

  #select(condition: string, ...values: readonly (number | string)[]): QueuedEjection[] {
    return this.#sql
      .exec<Row>(`SELECT revocation, due, state FROM ejections WHERE ${condition}`, ...values)
      .toArray()
      .map(({ revocation: revocationId, due, state }) => {
        return { revocationId, due, ejection: JSON.parse(state) };
      });
  }
}
