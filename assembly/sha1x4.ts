// SHA-1 of four blocks at once, FIPS 180-4, 6.1.2: lane i of every vector belongs to message i. What is one word in the
// standard is one vector here, in memory too: a block is 16 vectors, a state 5.

import { SCHEDULE_X4 } from "./memory";

export const BLOCK_SIZE_X4: usize = 256;

/** Folds four blocks of native words into the four states at `from`, and leaves the new states at `to`. */
export function compressX4(from: usize, to: usize, block: usize): void {
  let a = v128.load(from);
  let b = v128.load(from, 16);
  let c = v128.load(from, 32);
  let d = v128.load(from, 48);
  let e = v128.load(from, 64);
  let k: v128;

  k = i32x4.splat(0x5a827999);
  e = choose(a, b, c, d, e, i32x4.add(k, word(block, 0))), b = rotl30(b);
  d = choose(e, a, b, c, d, i32x4.add(k, word(block, 1))), a = rotl30(a);
  c = choose(d, e, a, b, c, i32x4.add(k, word(block, 2))), e = rotl30(e);
  b = choose(c, d, e, a, b, i32x4.add(k, word(block, 3))), d = rotl30(d);
  a = choose(b, c, d, e, a, i32x4.add(k, word(block, 4))), c = rotl30(c);
  e = choose(a, b, c, d, e, i32x4.add(k, word(block, 5))), b = rotl30(b);
  d = choose(e, a, b, c, d, i32x4.add(k, word(block, 6))), a = rotl30(a);
  c = choose(d, e, a, b, c, i32x4.add(k, word(block, 7))), e = rotl30(e);
  b = choose(c, d, e, a, b, i32x4.add(k, word(block, 8))), d = rotl30(d);
  a = choose(b, c, d, e, a, i32x4.add(k, word(block, 9))), c = rotl30(c);
  e = choose(a, b, c, d, e, i32x4.add(k, word(block, 10))), b = rotl30(b);
  d = choose(e, a, b, c, d, i32x4.add(k, word(block, 11))), a = rotl30(a);
  c = choose(d, e, a, b, c, i32x4.add(k, word(block, 12))), e = rotl30(e);
  b = choose(c, d, e, a, b, i32x4.add(k, word(block, 13))), d = rotl30(d);
  a = choose(b, c, d, e, a, i32x4.add(k, word(block, 14))), c = rotl30(c);
  e = choose(a, b, c, d, e, i32x4.add(k, word(block, 15))), b = rotl30(b);
  d = choose(e, a, b, c, d, i32x4.add(k, word(block, 16))), a = rotl30(a);
  c = choose(d, e, a, b, c, i32x4.add(k, word(block, 17))), e = rotl30(e);
  b = choose(c, d, e, a, b, i32x4.add(k, word(block, 18))), d = rotl30(d);
  a = choose(b, c, d, e, a, i32x4.add(k, word(block, 19))), c = rotl30(c);
  k = i32x4.splat(0x6ed9eba1);
  e = parity(a, b, c, d, e, i32x4.add(k, word(block, 20))), b = rotl30(b);
  d = parity(e, a, b, c, d, i32x4.add(k, word(block, 21))), a = rotl30(a);
  c = parity(d, e, a, b, c, i32x4.add(k, word(block, 22))), e = rotl30(e);
  b = parity(c, d, e, a, b, i32x4.add(k, word(block, 23))), d = rotl30(d);
  a = parity(b, c, d, e, a, i32x4.add(k, word(block, 24))), c = rotl30(c);
  e = parity(a, b, c, d, e, i32x4.add(k, word(block, 25))), b = rotl30(b);
  d = parity(e, a, b, c, d, i32x4.add(k, word(block, 26))), a = rotl30(a);
  c = parity(d, e, a, b, c, i32x4.add(k, word(block, 27))), e = rotl30(e);
  b = parity(c, d, e, a, b, i32x4.add(k, word(block, 28))), d = rotl30(d);
  a = parity(b, c, d, e, a, i32x4.add(k, word(block, 29))), c = rotl30(c);
  e = parity(a, b, c, d, e, i32x4.add(k, word(block, 30))), b = rotl30(b);
  d = parity(e, a, b, c, d, i32x4.add(k, word(block, 31))), a = rotl30(a);
  c = parity(d, e, a, b, c, i32x4.add(k, word(block, 32))), e = rotl30(e);
  b = parity(c, d, e, a, b, i32x4.add(k, word(block, 33))), d = rotl30(d);
  a = parity(b, c, d, e, a, i32x4.add(k, word(block, 34))), c = rotl30(c);
  e = parity(a, b, c, d, e, i32x4.add(k, word(block, 35))), b = rotl30(b);
  d = parity(e, a, b, c, d, i32x4.add(k, word(block, 36))), a = rotl30(a);
  c = parity(d, e, a, b, c, i32x4.add(k, word(block, 37))), e = rotl30(e);
  b = parity(c, d, e, a, b, i32x4.add(k, word(block, 38))), d = rotl30(d);
  a = parity(b, c, d, e, a, i32x4.add(k, word(block, 39))), c = rotl30(c);
  k = i32x4.splat(0x8f1bbcdc);
  e = majority(a, b, c, d, e, i32x4.add(k, word(block, 40))), b = rotl30(b);
  d = majority(e, a, b, c, d, i32x4.add(k, word(block, 41))), a = rotl30(a);
  c = majority(d, e, a, b, c, i32x4.add(k, word(block, 42))), e = rotl30(e);
  b = majority(c, d, e, a, b, i32x4.add(k, word(block, 43))), d = rotl30(d);
  a = majority(b, c, d, e, a, i32x4.add(k, word(block, 44))), c = rotl30(c);
  e = majority(a, b, c, d, e, i32x4.add(k, word(block, 45))), b = rotl30(b);
  d = majority(e, a, b, c, d, i32x4.add(k, word(block, 46))), a = rotl30(a);
  c = majority(d, e, a, b, c, i32x4.add(k, word(block, 47))), e = rotl30(e);
  b = majority(c, d, e, a, b, i32x4.add(k, word(block, 48))), d = rotl30(d);
  a = majority(b, c, d, e, a, i32x4.add(k, word(block, 49))), c = rotl30(c);
  e = majority(a, b, c, d, e, i32x4.add(k, word(block, 50))), b = rotl30(b);
  d = majority(e, a, b, c, d, i32x4.add(k, word(block, 51))), a = rotl30(a);
  c = majority(d, e, a, b, c, i32x4.add(k, word(block, 52))), e = rotl30(e);
  b = majority(c, d, e, a, b, i32x4.add(k, word(block, 53))), d = rotl30(d);
  a = majority(b, c, d, e, a, i32x4.add(k, word(block, 54))), c = rotl30(c);
  e = majority(a, b, c, d, e, i32x4.add(k, word(block, 55))), b = rotl30(b);
  d = majority(e, a, b, c, d, i32x4.add(k, word(block, 56))), a = rotl30(a);
  c = majority(d, e, a, b, c, i32x4.add(k, word(block, 57))), e = rotl30(e);
  b = majority(c, d, e, a, b, i32x4.add(k, word(block, 58))), d = rotl30(d);
  a = majority(b, c, d, e, a, i32x4.add(k, word(block, 59))), c = rotl30(c);
  k = i32x4.splat(0xca62c1d6);
  e = parity(a, b, c, d, e, i32x4.add(k, word(block, 60))), b = rotl30(b);
  d = parity(e, a, b, c, d, i32x4.add(k, word(block, 61))), a = rotl30(a);
  c = parity(d, e, a, b, c, i32x4.add(k, word(block, 62))), e = rotl30(e);
  b = parity(c, d, e, a, b, i32x4.add(k, word(block, 63))), d = rotl30(d);
  a = parity(b, c, d, e, a, i32x4.add(k, word(block, 64))), c = rotl30(c);
  e = parity(a, b, c, d, e, i32x4.add(k, word(block, 65))), b = rotl30(b);
  d = parity(e, a, b, c, d, i32x4.add(k, word(block, 66))), a = rotl30(a);
  c = parity(d, e, a, b, c, i32x4.add(k, word(block, 67))), e = rotl30(e);
  b = parity(c, d, e, a, b, i32x4.add(k, word(block, 68))), d = rotl30(d);
  a = parity(b, c, d, e, a, i32x4.add(k, word(block, 69))), c = rotl30(c);
  e = parity(a, b, c, d, e, i32x4.add(k, word(block, 70))), b = rotl30(b);
  d = parity(e, a, b, c, d, i32x4.add(k, word(block, 71))), a = rotl30(a);
  c = parity(d, e, a, b, c, i32x4.add(k, word(block, 72))), e = rotl30(e);
  b = parity(c, d, e, a, b, i32x4.add(k, word(block, 73))), d = rotl30(d);
  a = parity(b, c, d, e, a, i32x4.add(k, word(block, 74))), c = rotl30(c);
  e = parity(a, b, c, d, e, i32x4.add(k, word(block, 75))), b = rotl30(b);
  d = parity(e, a, b, c, d, i32x4.add(k, word(block, 76))), a = rotl30(a);
  c = parity(d, e, a, b, c, i32x4.add(k, word(block, 77))), e = rotl30(e);
  b = parity(c, d, e, a, b, i32x4.add(k, word(block, 78))), d = rotl30(d);
  a = parity(b, c, d, e, a, i32x4.add(k, word(block, 79))), c = rotl30(c);

  v128.store(to, i32x4.add(v128.load(from), a));
  v128.store(to, i32x4.add(v128.load(from, 16), b), 16);
  v128.store(to, i32x4.add(v128.load(from, 32), c), 32);
  v128.store(to, i32x4.add(v128.load(from, 48), d), 48);
  v128.store(to, i32x4.add(v128.load(from, 64), e), 64);
}

// The functions of FIPS 180-4, 4.1.1, each with what a round adds to it. rotl(a, 5) comes last: it is what the next round waits for.

// @ts-ignore: decorator
@inline
function choose(a: v128, b: v128, c: v128, d: v128, e: v128, kw: v128): v128 {
  return i32x4.add(i32x4.add(i32x4.add(e, kw), v128.xor(d, v128.and(b, v128.xor(c, d)))), rotl5(a));
}

// @ts-ignore: decorator
@inline
function parity(a: v128, b: v128, c: v128, d: v128, e: v128, kw: v128): v128 {
  return i32x4.add(i32x4.add(i32x4.add(e, kw), v128.xor(b, v128.xor(c, d))), rotl5(a));
}

// @ts-ignore: decorator
@inline
function majority(a: v128, b: v128, c: v128, d: v128, e: v128, kw: v128): v128 {
  return i32x4.add(i32x4.add(i32x4.add(e, kw), v128.or(v128.and(c, d), v128.and(b, v128.or(c, d)))), rotl5(a));
}

// @ts-ignore: decorator
@inline
function rotl5(x: v128): v128 {
  return v128.or(i32x4.shl(x, 5), i32x4.shr_u(x, 27));
}

// @ts-ignore: decorator
@inline
function rotl30(x: v128): v128 {
  return v128.or(i32x4.shl(x, 30), i32x4.shr_u(x, 2));
}

/** Word t of the schedule: of the block, or computed now and kept for the words after it. */
// @ts-ignore: decorator
@inline
function word(block: usize, t: usize): v128 {
  if (t < 16) return v128.load(block + (t << 4));
  const x = v128.xor(v128.xor(known(block, t - 3), known(block, t - 8)), v128.xor(known(block, t - 14), known(block, t - 16)));
  const w = v128.or(i32x4.add(x, x), i32x4.shr_u(x, 31));
  v128.store(SCHEDULE_X4 + ((t - 16) << 4), w);
  return w;
}

// @ts-ignore: decorator
@inline
function known(block: usize, t: usize): v128 {
  return v128.load(t < 16 ? block + (t << 4) : SCHEDULE_X4 + ((t - 16) << 4));
}
