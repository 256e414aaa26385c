// Numbers and bytes as text, 16 characters at a time. Four numbers become text together: a single
// key has three (issue time, uid, expiry), a batch has many.

import { DECIMALS, DIGITS, HEXES } from "../memory";
import { bigEndian } from "./endian";
import { STATE_WORD_4 } from "../sha1/sha1-block";

/** How many bytes of DECIMALS four numbers need. */
export const DECIMALS_X4: usize = 48;

/**
 * Writes four u32 in decimal, with leading zeros: digits 1 and 2 of each (after two zeros), then 3
 * to 6 of each, then 7 to 10.
 */
export function formatDecimals(to: usize, numbers: v128): void {
  const high = divideBy10000(numbers);
  const highest = divideBy10000(high);
  v128.store(to, fourDigits(highest));
  v128.store(to, fourDigits(remainderOf10000(high, highest)), 16);
  v128.store(to, fourDigits(remainderOf10000(numbers, high)), 32);
}

/** Copies the ten digits of one of the numbers in DECIMALS. */
// @ts-ignore: decorator
@inline
export function putDecimal(at: usize, lane: usize): usize {
  const digits = DECIMALS + (lane >> 2) * DECIMALS_X4 + ((lane & 3) << 2);
  store<u16>(at, load<u16>(digits, 2));
  store<u32>(at, load<u32>(digits, 16), 2);
  store<u32>(at, load<u32>(digits, 32), 6);
  return at + 10;
}

/**
 * floor(x / 10000) for every u32. 0xd1b71759 is 2^45 / 10000 rounded up; its error stays below one
 * part in 2^32.
 */
// @ts-ignore: decorator
@inline
function divideBy10000(x: v128): v128 {
  const reciprocal = i32x4.splat(0xd1b71759);
  const low = i64x2.shr_u(i64x2.extmul_low_i32x4_u(x, reciprocal), 45);
  const high = i64x2.shr_u(i64x2.extmul_high_i32x4_u(x, reciprocal), 45);
  return i32x4.shuffle(low, high, 0, 2, 4, 6);
}

// @ts-ignore: decorator
@inline
function remainderOf10000(x: v128, quotient: v128): v128 {
  return i32x4.sub(x, i32x4.mul(quotient, i32x4.splat(10000)));
}

/**
 * The four ASCII digits of each number below 10000. x * 5243 >> 19 is x / 100 for x below 10000,
 * and x * 103 >> 10 is x / 10 for x below 100.
 */
// @ts-ignore: decorator
@inline
function fourDigits(x: v128): v128 {
  const hundreds = i32x4.shr_u(i32x4.mul(x, i32x4.splat(5243)), 19);
  const rest = i32x4.sub(x, i32x4.mul(hundreds, i32x4.splat(100)));
  const pairs = v128.or(hundreds, i32x4.shl(rest, 16));
  const tens = i16x8.shr_u(i16x8.mul(pairs, i16x8.splat(103)), 10);
  const ones = i16x8.sub(pairs, i16x8.mul(tens, i16x8.splat(10)));
  return v128.or(v128.or(tens, i16x8.shl(ones, 8)), i8x16.splat(0x30));
}

/** Writes four u32 as eight lower-case hex digits each. */
export function formatHexes(to: usize, numbers: v128): void {
  putHex16(to, bigEndian(numbers), LOWER_DIGITS);
}

/** Copies the eight digits of one of the numbers in HEXES. */
// @ts-ignore: decorator
@inline
export function putHex(at: usize, lane: usize): usize {
  store<u64>(at, load<u64>(HEXES + (lane << 3)));
  return at + 8;
}

/**
 * "0" to "9", then "a" to "f" or "A" to "F". Loading them is cheaper than making them in a vector.
 */
export const LOWER_DIGITS: usize = memory.data<u8>(
  [48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 97, 98, 99, 100, 101, 102],
  16,
);
export const UPPER_DIGITS: usize = memory.data<u8>(
  [48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 65, 66, 67, 68, 69, 70],
  16,
);

/** Writes a SHA-1 state of five words as 40 hex digits. */
export function putDigest(at: usize, state: usize, digits: usize): void {
  putHex16(at, bigEndian(v128.load(state)), digits);
  v128.store64_lane(at, hex8(bigEndian(v128.load32_splat(state, STATE_WORD_4)), digits), 0, 32);
}

/** Writes 16 bytes as 32 hex digits. */
// @ts-ignore: decorator
@inline
export function putHex16(at: usize, bytes: v128, digits: usize): void {
  v128.store(at, hex8(bytes, digits));
  v128.store(at, hex8(i64x2.shuffle(bytes, bytes, 1, 1), digits), 16);
}

/** The first 8 of 16 bytes as 16 hex digits. */
// @ts-ignore: decorator
@inline
export function hex8(bytes: v128, digits: usize): v128 {
  const high = i16x8.shr_u(bytes, 4);
  const pairs = i8x16.shuffle(high, bytes, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  return i8x16.swizzle(v128.load(digits), v128.and(pairs, i8x16.splat(15)));
}

/**
 * Writes 12 of the 16 bytes at `bytes` as 16 characters of base64 (RFC 4648, section 4), without
 * padding.
 */
// @ts-ignore: decorator
@inline
export function putBase64(at: usize, bytes: usize): void {
  const input = v128.load(bytes);
  // Each lane gets one group of 24 bits, then each of its bytes one of the four sextets.
  const group = i8x16.shuffle(input, input, 2, 1, 0, 0, 5, 4, 3, 3, 8, 7, 6, 6, 11, 10, 9, 9);
  const sextets = v128.or(
    v128.or(
      v128.and(i32x4.shr_u(group, 18), i32x4.splat(0x3f)),
      v128.and(i32x4.shr_u(group, 4), i32x4.splat(0x3f00)),
    ),
    v128.or(
      v128.and(i32x4.shl(group, 10), i32x4.splat(0x3f0000)),
      v128.and(i32x4.shl(group, 24), i32x4.splat(0x3f000000)),
    ),
  );
  // What to add to a sextet to get its character: for a-z (26 to 51) in place 0, for 0-9 (52 to
  // 61), + (62) and / (63) in places 1 to 12, and for A-Z (0 to 25) in place 13.
  const distances = i8x16(71, -4, -4, -4, -4, -4, -4, -4, -4, -4, -4, -19, -16, 65, 0, 0);
  const isUpper = v128.and(i8x16.lt_s(sextets, i8x16.splat(26)), i8x16.splat(13));
  const place = v128.or(i8x16.sub_sat_u(sextets, i8x16.splat(51)), isUpper);
  v128.store(at, i8x16.add(sextets, i8x16.swizzle(distances, place)));
}

/**
 * Writes one of the numbers in DECIMALS without its leading zeros. Needs room for 16 characters.
 */
export function putShortDecimal(at: usize, lane: usize, value: u32): usize {
  // log10 from log2: 1233 / 4096 is a little more than log10(2). The result may be one too high, as
  // the comparison with that power of ten tells.
  const power: u32 = ((32 - clz(value | 1)) * 1233) >> 12;
  const length = power + <u32>(value >= load<u32>(POWERS_OF_TEN + (power << 2)));
  putDecimal(DIGITS, lane);
  v128.store(at, v128.load(DIGITS + 10 - length));
  return at + length;
}

/** The first is 0 and not 1, because the number 0 has a digit too. */
const POWERS_OF_TEN: usize = memory.data<u32>(
  [0, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000],
  16,
);

/** The value of a hex digit in either case, or -1. */
function hexValue(digit: u8): i32 {
  const number = <u32>digit - 48;
  if (number < 10) return <i32>number;
  const letter = ((<u32>digit) | 32) - 97;
  return letter < 6 ? <i32>(letter + 10) : -1;
}

/** Decodes 32 hex digits into 16 bytes. False, with some bytes written, if one is not a digit. */
export function decodeHex32(text: usize, bytes: usize): bool {
  let wrong: i32 = 0;
  for (let i: usize = 0; i < 16; i++) {
    const high = hexValue(load<u8>(text + 2 * i));
    const low = hexValue(load<u8>(text + 2 * i, 1));
    wrong |= high | low;
    store<u8>(bytes + i, (high << 4) | low);
  }
  return wrong >= 0;
}
