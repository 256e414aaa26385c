// Revocations as edges hold them: bytes that are used as they came, with nothing to parse.
//
//   records of 24 bytes, ordered by their first 20:
//     16 bytes: the fingerprint of the texts that an entry names
//     u32: NO_BOUND less `issuedBefore`; 0 where it ends grants of any age
//     u32: `until`
//   each shape that the entries have, u16
//   how many shapes these are, u16
//
// Numbers are big-endian. Of two records with one fingerprint, one that is no greater in either
// number would decide nothing, and is left out. So the greater `issuedBefore` comes first and ends
// earlier: the first of them that has not ended decides.

import { MAX_U32 } from "../platform/limits.ts";
import { type Access, type NewRevocation, textsOf } from "./entry.ts";
import { FINGERPRINT_BYTES, fingerprint, shapeOf } from "./fingerprint.ts";

/** As `issuedBefore`: all grants are issued before it. */
const NO_BOUND = MAX_U32;
const HEAD_BYTES = FINGERPRINT_BYTES + 4;
const RECORD_BYTES = HEAD_BYTES + 4;

/** What of an entry, beside its end, makes its record. */
export interface CompactEntry {
  readonly shape: number;
  /** The first 20 bytes. Two entries have the same if they differ in nothing but their end. */
  readonly head: Uint8Array<ArrayBuffer>;
}

export function compactEntry(entry: NewRevocation): CompactEntry {
  const texts = textsOf(entry);
  const shape = shapeOf(texts);
  const head = new Uint8Array(HEAD_BYTES);
  // An entry has all of its own texts.
  head.set((fingerprint(texts, shape) as Uint8Array).subarray(0, FINGERPRINT_BYTES));
  const bound = NO_BOUND - (entry.issuedBefore ?? NO_BOUND);
  new DataView(head.buffer).setUint32(FINGERPRINT_BYTES, bound);
  return { shape, head };
}

export class CompactList {
  readonly bytes: Uint8Array;
  readonly shapes: readonly number[];
  /** Of records. */
  readonly length: number;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const count = this.#view.getUint16(bytes.length - 2);
    const from = bytes.length - 2 - 2 * count;
    this.shapes = Array.from({ length: count }, (_, i) => this.#view.getUint16(from + 2 * i));
    this.length = from / RECORD_BYTES;
  }

  /** Costs a hash and more for each entry. */
  static of(entries: readonly NewRevocation[]): CompactList {
    const writer = new CompactWriter();
    entries
      .map((entry) => ({ ...compactEntry(entry), until: entry.until }))
      .sort((a, b) => compareBytes(a.head, 0, b.head, HEAD_BYTES))
      .forEach(({ shape, head, until }) => {
        writer.shapes.add(shape);
        writer.add(head, until);
      });
    return writer.end();
  }

  /**
   * Takes a hash and a binary search for each shape, however many entries there are: revocations
   * can't make requests slow.
   */
  isRevoked(access: Access, nowSeconds: number): boolean {
    const texts = textsOf(access);
    return this.shapes.some((shape) => {
      const wanted = fingerprint(texts, shape);
      return wanted !== undefined && this.#ends(wanted, access.issuedAt, nowSeconds);
    });
  }

  /** The entries of both. */
  merge(other: CompactList): CompactList {
    const writer = new CompactWriter([...this.shapes, ...other.shapes]);
    for (let mine = 0, theirs = 0; mine < this.length || theirs < other.length; ) {
      const isMine =
        theirs === other.length ||
        (mine < this.length && this.#compare(mine, other.#headOf(theirs), HEAD_BYTES) <= 0);
      const [list, record] = isMine ? [this, mine++] : [other, theirs++];
      writer.add(list.#headOf(record), list.#untilOf(record));
    }
    return writer.end();
  }

  #ends(wanted: Uint8Array, issuedAt: number, nowSeconds: number): boolean {
    // The first record that is not before this fingerprint and has not ended.
    let first = 0;
    for (let end = this.length; first < end; ) {
      const middle = (first + end) >>> 1;
      const order = this.#compare(middle, wanted, FINGERPRINT_BYTES);
      const isBefore = order < 0 || (order === 0 && this.#untilOf(middle) <= nowSeconds);
      if (isBefore) first = middle + 1;
      else end = middle;
    }
    if (first === this.length || this.#compare(first, wanted, FINGERPRINT_BYTES) !== 0)
      return false;
    const bound = NO_BOUND - this.#view.getUint32(first * RECORD_BYTES + FINGERPRINT_BYTES);
    return issuedAt < bound;
  }

  #compare(record: number, head: Uint8Array, length: number): number {
    return compareBytes(this.bytes, record * RECORD_BYTES, head, length);
  }

  #headOf(record: number): Uint8Array {
    return this.bytes.subarray(record * RECORD_BYTES, record * RECORD_BYTES + HEAD_BYTES);
  }

  #untilOf(record: number): number {
    return this.#view.getUint32(record * RECORD_BYTES + HEAD_BYTES);
  }
}

export class CompactWriter {
  readonly shapes: Set<number>;
  #bytes = new Uint8Array(64 * RECORD_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #end = 0;

  constructor(shapes: readonly number[] = []) {
    this.shapes = new Set(shapes);
  }

  /** Heads come in their order. */
  add(head: Uint8Array, until: number): void {
    const last = this.#end - RECORD_BYTES;
    const isAsLast = (length: number) => compareBytes(this.#bytes, last, head, length) === 0;
    if (last >= 0 && isAsLast(FINGERPRINT_BYTES)) {
      if (until <= this.#view.getUint32(last + HEAD_BYTES)) return;
      if (isAsLast(HEAD_BYTES)) this.#end = last;
    }
    this.#reserve(RECORD_BYTES);
    this.#bytes.set(head, this.#end);
    this.#view.setUint32(this.#end + HEAD_BYTES, until);
    this.#end += RECORD_BYTES;
  }

  end(): CompactList {
    this.#reserve(2 * this.shapes.size + 2);
    let end = this.#end;
    for (const number of [...this.shapes, this.shapes.size]) {
      this.#view.setUint16(end, number);
      end += 2;
    }
    return new CompactList(this.#bytes.slice(0, end));
  }

  #reserve(length: number): void {
    if (this.#end + length <= this.#bytes.length) return;
    const old = this.#bytes;
    this.#bytes = new Uint8Array(2 * old.length + length);
    this.#bytes.set(old);
    this.#view = new DataView(this.#bytes.buffer);
  }
}

/** Compares `b` with as many bytes of `a` from `at` on, as SQLite compares BLOBs. */
function compareBytes(a: Uint8Array, at: number, b: Uint8Array, length: number): number {
  for (let i = 0; i < length; i++) {
    const difference = (a[at + i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}
