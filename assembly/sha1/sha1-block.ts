// SHA-1 of one block, FIPS 180-4, 6.1.2. The message schedule is computed in v128, four words at a
// time; the 80 rounds are scalar and unrolled. A round reads its word, with the constant added,
// from SCHEDULE: an add with a memory operand is cheaper than taking a lane out of a vector.

import { SCHEDULE } from "../memory";
import { bigEndian } from "../bytes/endian";

/**
 * A state in memory: words 0 to 3 as one vector, then word 4. One block leaves it as the next one
 * reads it.
 */
export const STATE_WORD_4: usize = 16;

/** Adds a block of 64 bytes to the state at `from`. The new state goes to `to`, maybe the same. */
export function compress(from: usize, to: usize, block: usize): void {
  compressWords(
    from,
    to,
    bigEndian(v128.load(block)),
    bigEndian(v128.load(block, 16)),
    bigEndian(v128.load(block, 32)),
    bigEndian(v128.load(block, 48)),
  );
}

/** As `compress`, for a block that is already four vectors of native words. */
export function compressWords(
  from: usize,
  to: usize,
  w0: v128,
  w1: v128,
  w2: v128,
  w3: v128,
): void {
  let w4: v128, w5: v128, w6: v128, w7: v128;
  let a = load<u32>(from);
  let b = load<u32>(from, 4);
  let c = load<u32>(from, 8);
  let d = load<u32>(from, 12);
  let e = load<u32>(from, STATE_WORD_4);

  put(0, w0, constant(0));
  put(4, w1, constant(0));
  put(8, w2, constant(0));
  put(12, w3, constant(0));
  // rounds 0 to 19
  w4 = expandBy16(w0, w1, w2, w3);
  put(16, w4, constant(0));
  e = choose(a, b, c, d, e, 0), b = rotl(b, 30);
  d = choose(e, a, b, c, d, 1), a = rotl(a, 30);
  c = choose(d, e, a, b, c, 2), e = rotl(e, 30);
  b = choose(c, d, e, a, b, 3), d = rotl(d, 30);
  w5 = expandBy16(w1, w2, w3, w4);
  put(20, w5, constant(1));
  a = choose(b, c, d, e, a, 4), c = rotl(c, 30);
  e = choose(a, b, c, d, e, 5), b = rotl(b, 30);
  d = choose(e, a, b, c, d, 6), a = rotl(a, 30);
  c = choose(d, e, a, b, c, 7), e = rotl(e, 30);
  w6 = expandBy16(w2, w3, w4, w5);
  put(24, w6, constant(1));
  b = choose(c, d, e, a, b, 8), d = rotl(d, 30);
  a = choose(b, c, d, e, a, 9), c = rotl(c, 30);
  e = choose(a, b, c, d, e, 10), b = rotl(b, 30);
  d = choose(e, a, b, c, d, 11), a = rotl(a, 30);
  w7 = expandBy16(w3, w4, w5, w6);
  put(28, w7, constant(1));
  c = choose(d, e, a, b, c, 12), e = rotl(e, 30);
  b = choose(c, d, e, a, b, 13), d = rotl(d, 30);
  a = choose(b, c, d, e, a, 14), c = rotl(c, 30);
  e = choose(a, b, c, d, e, 15), b = rotl(b, 30);
  w0 = expandBy32(w0, w1, w4, w6, w7);
  put(32, w0, constant(1));
  d = choose(e, a, b, c, d, 16), a = rotl(a, 30);
  c = choose(d, e, a, b, c, 17), e = rotl(e, 30);
  b = choose(c, d, e, a, b, 18), d = rotl(d, 30);
  a = choose(b, c, d, e, a, 19), c = rotl(c, 30);
  // rounds 20 to 39
  w1 = expandBy32(w1, w2, w5, w7, w0);
  put(36, w1, constant(1));
  e = parity(a, b, c, d, e, 20), b = rotl(b, 30);
  d = parity(e, a, b, c, d, 21), a = rotl(a, 30);
  c = parity(d, e, a, b, c, 22), e = rotl(e, 30);
  b = parity(c, d, e, a, b, 23), d = rotl(d, 30);
  w2 = expandBy32(w2, w3, w6, w0, w1);
  put(40, w2, constant(2));
  a = parity(b, c, d, e, a, 24), c = rotl(c, 30);
  e = parity(a, b, c, d, e, 25), b = rotl(b, 30);
  d = parity(e, a, b, c, d, 26), a = rotl(a, 30);
  c = parity(d, e, a, b, c, 27), e = rotl(e, 30);
  w3 = expandBy32(w3, w4, w7, w1, w2);
  put(44, w3, constant(2));
  b = parity(c, d, e, a, b, 28), d = rotl(d, 30);
  a = parity(b, c, d, e, a, 29), c = rotl(c, 30);
  e = parity(a, b, c, d, e, 30), b = rotl(b, 30);
  d = parity(e, a, b, c, d, 31), a = rotl(a, 30);
  w4 = expandBy32(w4, w5, w0, w2, w3);
  put(48, w4, constant(2));
  c = parity(d, e, a, b, c, 32), e = rotl(e, 30);
  b = parity(c, d, e, a, b, 33), d = rotl(d, 30);
  a = parity(b, c, d, e, a, 34), c = rotl(c, 30);
  e = parity(a, b, c, d, e, 35), b = rotl(b, 30);
  w5 = expandBy32(w5, w6, w1, w3, w4);
  put(52, w5, constant(2));
  d = parity(e, a, b, c, d, 36), a = rotl(a, 30);
  c = parity(d, e, a, b, c, 37), e = rotl(e, 30);
  b = parity(c, d, e, a, b, 38), d = rotl(d, 30);
  a = parity(b, c, d, e, a, 39), c = rotl(c, 30);
  // rounds 40 to 59
  w6 = expandBy32(w6, w7, w2, w4, w5);
  put(56, w6, constant(2));
  e = majority(a, b, c, d, e, 40), b = rotl(b, 30);
  d = majority(e, a, b, c, d, 41), a = rotl(a, 30);
  c = majority(d, e, a, b, c, 42), e = rotl(e, 30);
  b = majority(c, d, e, a, b, 43), d = rotl(d, 30);
  w7 = expandBy32(w7, w0, w3, w5, w6);
  put(60, w7, constant(3));
  a = majority(b, c, d, e, a, 44), c = rotl(c, 30);
  e = majority(a, b, c, d, e, 45), b = rotl(b, 30);
  d = majority(e, a, b, c, d, 46), a = rotl(a, 30);
  c = majority(d, e, a, b, c, 47), e = rotl(e, 30);
  w0 = expandBy32(w0, w1, w4, w6, w7);
  put(64, w0, constant(3));
  b = majority(c, d, e, a, b, 48), d = rotl(d, 30);
  a = majority(b, c, d, e, a, 49), c = rotl(c, 30);
  e = majority(a, b, c, d, e, 50), b = rotl(b, 30);
  d = majority(e, a, b, c, d, 51), a = rotl(a, 30);
  w1 = expandBy32(w1, w2, w5, w7, w0);
  put(68, w1, constant(3));
  c = majority(d, e, a, b, c, 52), e = rotl(e, 30);
  b = majority(c, d, e, a, b, 53), d = rotl(d, 30);
  a = majority(b, c, d, e, a, 54), c = rotl(c, 30);
  e = majority(a, b, c, d, e, 55), b = rotl(b, 30);
  w2 = expandBy32(w2, w3, w6, w0, w1);
  put(72, w2, constant(3));
  d = majority(e, a, b, c, d, 56), a = rotl(a, 30);
  c = majority(d, e, a, b, c, 57), e = rotl(e, 30);
  b = majority(c, d, e, a, b, 58), d = rotl(d, 30);
  a = majority(b, c, d, e, a, 59), c = rotl(c, 30);
  // rounds 60 to 79
  w3 = expandBy32(w3, w4, w7, w1, w2);
  put(76, w3, constant(3));
  e = parity(a, b, c, d, e, 60), b = rotl(b, 30);
  d = parity(e, a, b, c, d, 61), a = rotl(a, 30);
  c = parity(d, e, a, b, c, 62), e = rotl(e, 30);
  b = parity(c, d, e, a, b, 63), d = rotl(d, 30);
  a = parity(b, c, d, e, a, 64), c = rotl(c, 30);
  e = parity(a, b, c, d, e, 65), b = rotl(b, 30);
  d = parity(e, a, b, c, d, 66), a = rotl(a, 30);
  c = parity(d, e, a, b, c, 67), e = rotl(e, 30);
  b = parity(c, d, e, a, b, 68), d = rotl(d, 30);
  a = parity(b, c, d, e, a, 69), c = rotl(c, 30);
  e = parity(a, b, c, d, e, 70), b = rotl(b, 30);
  d = parity(e, a, b, c, d, 71), a = rotl(a, 30);
  c = parity(d, e, a, b, c, 72), e = rotl(e, 30);
  b = parity(c, d, e, a, b, 73), d = rotl(d, 30);
  a = parity(b, c, d, e, a, 74), c = rotl(c, 30);
  e = parity(a, b, c, d, e, 75), b = rotl(b, 30);
  d = parity(e, a, b, c, d, 76), a = rotl(a, 30);
  c = parity(d, e, a, b, c, 77), e = rotl(e, 30);
  b = parity(c, d, e, a, b, 78), d = rotl(d, 30);
  a = parity(b, c, d, e, a, 79), c = rotl(c, 30);

  const ab = i32x4.replace_lane(i32x4.splat(a), 1, b);
  const sum = i32x4.replace_lane(i32x4.replace_lane(ab, 2, c), 3, d);
  const last = load<u32>(from, STATE_WORD_4) + e;
  v128.store(to, i32x4.add(v128.load(from), sum));
  store<u32>(to, last, STATE_WORD_4);
}

/**
 * The constants of FIPS 180-4, 4.2.1. They are in memory because loading one into a vector is
 * cheaper than making one there.
 */
const CONSTANTS: usize = memory.data<u32>([0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6], 16);

/** The constant of rounds 20 i to 20 i + 19, in all lanes. */
// @ts-ignore: decorator
@inline
export function constant(i: usize): v128 {
  return v128.load32_splat(CONSTANTS + (i << 2));
}

// @ts-ignore: decorator
@inline
function put(t: usize, words: v128, k: v128): void {
  v128.store(SCHEDULE + (t << 2), i32x4.add(words, k));
}

// The functions of FIPS 180-4, 4.1.1, each with what a round adds to it. rotl(a, 5) comes last: the
// next round waits for it.

// @ts-ignore: decorator
@inline
function choose(a: u32, b: u32, c: u32, d: u32, e: u32, t: usize): u32 {
  return e + load<u32>(SCHEDULE + (t << 2)) + (d ^ (b & (c ^ d))) + rotl(a, 5);
}

// @ts-ignore: decorator
@inline
function parity(a: u32, b: u32, c: u32, d: u32, e: u32, t: usize): u32 {
  return e + load<u32>(SCHEDULE + (t << 2)) + (b ^ (c ^ d)) + rotl(a, 5);
}

// @ts-ignore: decorator
@inline
function majority(a: u32, b: u32, c: u32, d: u32, e: u32, t: usize): u32 {
  return e + load<u32>(SCHEDULE + (t << 2)) + (c & d) + (b & (c ^ d)) + rotl(a, 5);
}

// The schedule must not be slower than the rounds, so t4, which was computed last, is added last.

/**
 * W[t] to W[t+3] from the sixteen words before: rotl(W[t-3] ^ W[t-8] ^ W[t-14] ^ W[t-16], 1).
 * W[t+3] needs W[t], which is not known yet. So its part, W[t] rotated once more, is added at the
 * end.
 */
// @ts-ignore: decorator
@inline
function expandBy16(t16: v128, t12: v128, t8: v128, t4: v128): v128 {
  const zero = i32x4.splat(0);
  const known = v128.xor(v128.xor(i32x4.shuffle(t16, t12, 2, 3, 4, 5), t16), t8);
  const words = v128.xor(i32x4.shuffle(t4, zero, 1, 2, 3, 4), known);
  return v128.xor(rotlWords(words, 1), rotlWords(i32x4.shuffle(zero, words, 1, 2, 3, 4), 2));
}

/**
 * The same from the 32 words before, where no word waits for another of its four. Replacing each W
 * of the formula above by the formula itself gives rotl(W[t-6] ^ W[t-16] ^ W[t-28] ^ W[t-32], 2).
 */
// @ts-ignore: decorator
@inline
function expandBy32(t32: v128, t28: v128, t16: v128, t8: v128, t4: v128): v128 {
  const known = v128.xor(v128.xor(t32, t28), t16);
  return rotlWords(v128.xor(i32x4.shuffle(t8, t4, 2, 3, 4, 5), known), 2);
}

// @ts-ignore: decorator
@inline
function rotlWords(words: v128, by: i32): v128 {
  return v128.or(i32x4.shl(words, by), i32x4.shr_u(words, 32 - by));
}
