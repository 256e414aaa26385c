// CRC-32 (RFC 1952, 8: of gzip and zlib) and Adler-32 (RFC 1950, 8.2).

import { CRC_TABLE } from "../memory";

let hasTable = false;

/** CRC-32 of bytes; 0 for none. */
export function crc32(bytes: usize, length: u32): u32 {
  if (!hasTable) fillTable();
  let crc: u32 = ~0;
  for (let end = bytes + length; bytes < end; bytes++) {
    crc = (crc >>> 8) ^ load<u32>(CRC_TABLE + (((crc ^ load<u8>(bytes)) & 255) << 2));
  }
  return ~crc;
}

/** Made and not stored: a table in the module would be a sixth of what an edge downloads. */
function fillTable(): void {
  for (let byte: u32 = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
    store<u32>(CRC_TABLE + (byte << 2), crc);
  }
  hasTable = true;
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
