// CRC-32 (RFC 1952, 8: of gzip and zlib) and Adler-32 (RFC 1950, 8.2).

import { CRC_TABLES } from "../memory";

/** How many bytes of CRC_TABLE one of its four tables takes. */
const TABLE_SIZE: usize = 1024;

let hasTables = false;

/** CRC-32 of bytes, four at a time; 0 for none. */
export function crc32(bytes: usize, length: u32): u32 {
  if (!hasTables) fillTables();
  const end = bytes + length;
  let crc: u32 = ~0;
  for (; bytes + 4 <= end; bytes += 4) {
    const mixed = crc ^ load<u32>(bytes);
    crc =
      entry(3, mixed & 255) ^
      entry(2, (mixed >>> 8) & 255) ^
      entry(1, (mixed >>> 16) & 255) ^
      entry(0, mixed >>> 24);
  }
  for (; bytes < end; bytes++) crc = (crc >>> 8) ^ entry(0, (crc ^ load<u8>(bytes)) & 255);
  return ~crc;
}

// @ts-ignore: decorator
@inline
function entry(table: usize, byte: u32): u32 {
  return load<u32>(CRC_TABLES + table * TABLE_SIZE + (<usize>byte << 2));
}

/**
 * What each byte changes, right away and after one to three more bytes. Made and not stored: in the
 * module the tables would be a third of what an edge downloads.
 */
function fillTables(): void {
  for (let byte: u32 = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
    store<u32>(CRC_TABLES + (byte << 2), crc);
  }
  for (let table: usize = 1; table < 4; table++) {
    for (let byte: u32 = 0; byte < 256; byte++) {
      const before = entry(table - 1, byte);
      const crc = (before >>> 8) ^ entry(0, before & 255);
      store<u32>(CRC_TABLES + table * TABLE_SIZE + (byte << 2), crc);
    }
  }
  hasTables = true;
}

const ADLER_BASE: u32 = 65521;
/** The most bytes, in whole vectors, after which the sums still fit into 32 bits. */
const ADLER_PIECE: u32 = 5536;

/** Adler-32 of bytes: 16 at a time, then one by one. */
export function adler32(bytes: usize, length: u32): u32 {
  let a: u32 = 1;
  let b: u32 = 0;
  while (length >= 16) {
    const size = min(length, ADLER_PIECE) & ~15;
    // Each byte counts once in a, and in b once for itself and once for every byte after it.
    const end = bytes + size;
    let before = i32x4.splat(0);
    let sums = i32x4.splat(0);
    let weighted = i32x4.splat(0);
    for (; bytes < end; bytes += 16) {
      const vector = v128.load(bytes);
      before = i32x4.add(before, sums);
      sums = i32x4.add(
        sums,
        i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(vector)),
      );
      const low = i16x8.extend_low_i8x16_u(vector);
      const high = i16x8.extend_high_i8x16_u(vector);
      weighted = i32x4.add(
        weighted,
        i32x4.add(
          i32x4.dot_i16x8_s(low, i16x8(16, 15, 14, 13, 12, 11, 10, 9)),
          i32x4.dot_i16x8_s(high, i16x8(8, 7, 6, 5, 4, 3, 2, 1)),
        ),
      );
    }
    b = (b + a * size + (sumOf(before) << 4) + sumOf(weighted)) % ADLER_BASE;
    a = (a + sumOf(sums)) % ADLER_BASE;
    length -= size;
  }
  for (const end = bytes + length; bytes < end; bytes++) {
    a += load<u8>(bytes);
    b += a;
  }
  return ((b % ADLER_BASE) << 16) | (a % ADLER_BASE);
}

// @ts-ignore: decorator
@inline
function sumOf(words: v128): u32 {
  const pairs = i32x4.add(words, i32x4.shuffle(words, words, 2, 3, 0, 1));
  return i32x4.extract_lane(pairs, 0) + i32x4.extract_lane(pairs, 1);
}
