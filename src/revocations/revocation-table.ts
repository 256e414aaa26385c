// The rows of a list, in SQLite: its columns, what each question costs, and lists of earlier
// releases.

import type { Revocation } from "../contract/responses.ts";
import { CompactWriter, compactEntry } from "./compact-list.ts";
import type { NewRevocation } from "./entry.ts";
import type { VersionedRevocation } from "./snapshot.ts";

type Row = {
  id: number;
  uid: number | null;
  account: string | null;
  channel: string | null;
  sub: string | null;
  jti: string | null;
  issuedBefore: number | null;
  until: number;
  version: number;
};

type CompactRow = { shape: number; head: ArrayBuffer; until: number };

/** Beside the first three. */
const ADDED_COLUMNS = {
  uid: "INTEGER",
  account: "TEXT",
  channel: "TEXT",
  sub: "TEXT",
  jti: "TEXT",
  issuedBefore: "INTEGER",
  version: "INTEGER NOT NULL DEFAULT 0",
  shape: "INTEGER",
  head: "BLOB",
};

const COLUMNS = "id, uid, account, channel, sub, jti, issuedBefore, until, version";

export class RevocationTable {
  readonly #sql: SqlStorage;
  #bytes: number;

  /** `version`: the list's. */
  constructor(sql: SqlStorage, version: number) {
    this.#sql = sql;
    sql.exec(`
      CREATE TABLE IF NOT EXISTS revocations (
        id INTEGER PRIMARY KEY AUTOINCREMENT, until INTEGER NOT NULL, bytes INTEGER NOT NULL
      )`);
    this.#addColumns(version);
    // An index more for each row would be a row more to write.
    sql.exec(`
      DROP INDEX IF EXISTS revocations_same;
      CREATE INDEX IF NOT EXISTS revocations_until ON revocations (until);
      CREATE INDEX IF NOT EXISTS revocations_version ON revocations (version);
      CREATE INDEX IF NOT EXISTS revocations_head ON revocations (head)`);
    this.#addHeads();
    this.#bytes = this.#countBytes();
  }

  /** How full the list is: its entries as JSON. */
  get bytes(): number {
    return this.#bytes;
  }

  /** One that is equal but for its end, and has not ended. It takes the same time in any list. */
  findEqual(revocation: NewRevocation, nowSeconds: number): VersionedRevocation | undefined {
    const { uid = null, account = null } = revocation;
    const [row] = this.#sql
      .exec<Row>(
        `SELECT ${COLUMNS} FROM revocations
          WHERE head = ? AND uid IS ? AND account IS ? AND until > ? ORDER BY until DESC LIMIT 1`,
        ...[compactEntry(revocation).head.buffer, uid, account, nowSeconds],
      )
      .toArray();
    return row && versioned(row);
  }

  extend(id: string, until: number, version: number): void {
    this.#sql.exec(
      "UPDATE revocations SET until = ?, version = ? WHERE id = ?",
      ...[until, version, Number(id)],
    );
  }

  /** Returns its id. */
  insert(revocation: NewRevocation, bytes: number, version: number): string {
    const { uid = null, account = null, channel = null, sub = null, jti = null } = revocation;
    const { issuedBefore = null, until } = revocation;
    const { shape, head } = compactEntry(revocation);
    const { id } = this.#sql
      .exec<Pick<Row, "id">>(
        `INSERT INTO revocations (${COLUMNS}, bytes, shape, head)
          VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
        ...[uid, account, channel, sub, jti, issuedBefore, until, version],
        ...[bytes, shape, head.buffer],
      )
      .one();
    this.#bytes += bytes;
    return String(id);
  }

  /** Whether there was such an entry that had not ended. */
  remove(id: number, nowSeconds: number): boolean {
    const [row] = this.#sql
      .exec<{ bytes: number }>(
        "DELETE FROM revocations WHERE id = ? AND until > ? RETURNING bytes",
        ...[id, nowSeconds],
      )
      .toArray();
    this.#bytes -= row?.bytes ?? 0;
    return row !== undefined;
  }

  /** Those with a greater id, in their order. */
  page(afterId: number, limit: number, nowSeconds: number): Revocation[] {
    return this.#sql
      .exec<Row>(
        `SELECT ${COLUMNS} FROM revocations WHERE id > ? AND until > ? ORDER BY id LIMIT ?`,
        ...[afterId, nowSeconds, limit],
      )
      .toArray()
      .map(entryOf);
  }

  changedSince(version: number, nowSeconds: number): VersionedRevocation[] {
    return this.#sql
      .exec<Row>(
        `SELECT ${COLUMNS} FROM revocations WHERE version > ? AND until > ?`,
        ...[version, nowSeconds],
      )
      .toArray()
      .map(versioned);
  }

  /** The bytes of a CompactList of the entries that are newer than a version; 0 = of all. */
  compactSince(version: number, nowSeconds: number): Uint8Array {
    // With a + before it SQLite looks a column up in no index. So it takes all rows in the order of
    // their heads, or else the newest in the order of their versions.
    const isNewer = version === 0 ? "+version > ?" : "version > ?";
    const rows = this.#sql.exec<CompactRow>(
      `SELECT shape, head, until FROM revocations WHERE ${isNewer} AND +until > ? ORDER BY head`,
      ...[version, nowSeconds],
    );
    const writer = new CompactWriter();
    for (const { shape, head, until } of rows) {
      writer.shapes.add(shape);
      writer.add(new Uint8Array(head), until);
    }
    return writer.end().bytes;
  }

  /** Whether there were any. Edges see by themselves that an entry has ended. */
  forgetEnded(nowSeconds: number): boolean {
    const { rowsWritten } = this.#sql.exec("DELETE FROM revocations WHERE until <= ?", nowSeconds);
    if (rowsWritten > 0) this.#bytes = this.#countBytes();
    return rowsWritten > 0;
  }

  #countBytes(): number {
    return this.#sql
      .exec<{ bytes: number }>("SELECT COALESCE(SUM(bytes), 0) AS bytes FROM revocations")
      .one().bytes;
  }

  /**
   * Those of a new list, and those that a list of an earlier release lacks. Where entries have no
   * versions theirs become the list's, so that edges with an older snapshot are told of all.
   */
  #addColumns(listVersion: number): void {
    const columns = this.#sql.exec<{ name: string }>("PRAGMA table_info(revocations)").toArray();
    for (const [name, type] of Object.entries(ADDED_COLUMNS)) {
      if (columns.some((column) => column.name === name)) continue;
      this.#sql.exec(`ALTER TABLE revocations ADD COLUMN ${name} ${type}`);
      if (name === "version") this.#sql.exec("UPDATE revocations SET version = ?", listVersion);
    }
  }

  /** Of entries that an earlier release has added. */
  #addHeads(): void {
    const rows = this.#sql
      .exec<Row>(`SELECT ${COLUMNS} FROM revocations WHERE head IS NULL`)
      .toArray();
    for (const row of rows) {
      const { shape, head } = compactEntry(entryOf(row));
      this.#sql.exec(
        "UPDATE revocations SET shape = ?, head = ? WHERE id = ?",
        ...[shape, head.buffer, row.id],
      );
    }
  }
}

function entryOf({ id, version: _, ...fields }: Row): Revocation {
  const given = Object.entries(fields).filter(([, value]) => value !== null);
  return { id: String(id), ...Object.fromEntries(given) } as Revocation;
}

function versioned(row: Row): VersionedRevocation {
  return { entry: entryOf(row), version: row.version };
}
