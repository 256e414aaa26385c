// The ejections of one list, in its Durable Object's SQLite: one row for each user and channel.
// What is written is durable before any request or response leaves the object.

import type { Ejection } from "./ejection.ts";

export interface StoredEjection {
  /** Of the entry that it belongs to. */
  readonly revocationId: number;
  readonly ejection: Ejection;
}

type Row = { revocation: number; state: string };

export class EjectionTable {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(`
      CREATE TABLE IF NOT EXISTS ejections (
        channel TEXT NOT NULL, uid INTEGER NOT NULL, revocation INTEGER NOT NULL,
        ends INTEGER NOT NULL, due INTEGER NOT NULL, state TEXT NOT NULL,
        PRIMARY KEY (channel, uid)
      ) WITHOUT ROWID;
      CREATE INDEX IF NOT EXISTS ejections_due ON ejections (due);
      CREATE INDEX IF NOT EXISTS ejections_revocation ON ejections (revocation)`);
  }

  get(channel: string, uid: number): StoredEjection | undefined {
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

  /** The ones for which it is time, the longest due first. */
  due(now: number, atMost: number): StoredEjection[] {
    return this.#select("due <= ? ORDER BY due LIMIT ?", now, atMost);
  }

  /** When the next one is due, Unix seconds. */
  nextDue(): number | undefined {
    const [row] = this.#sql
      .exec<{ due: number }>("SELECT due FROM ejections ORDER BY due LIMIT 1")
      .toArray();
    return row?.due;
  }

  put({ revocationId, ejection }: StoredEjection, due: number): void {
    const { channel, uid, until, allEndedAt } = ejection;
    const ends = Math.max(until, allEndedAt);
    this.#sql.exec(
      "INSERT OR REPLACE INTO ejections VALUES (?, ?, ?, ?, ?, ?)",
      ...[channel, uid, revocationId, ends, due, JSON.stringify(ejection)],
    );
  }

  remove({ channel, uid }: Ejection): void {
    this.#sql.exec("DELETE FROM ejections WHERE channel = ? AND uid = ?", channel, uid);
  }

  /** Also where no request can be made: then nothing else forgets them. */
  removeEnded(now: number): void {
    this.#sql.exec("DELETE FROM ejections WHERE ends <= ?", now);
  }

  #select(condition: string, ...values: readonly (number | string)[]): StoredEjection[] {
    return this.#sql
      .exec<Row>(`SELECT revocation, state FROM ejections WHERE ${condition}`, ...values)
      .toArray()
      .map(({ revocation, state }) => ({ revocationId: revocation, ejection: JSON.parse(state) }));
  }
}
