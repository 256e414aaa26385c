// SHA-1 of eight blocks at once, FIPS 180-4, 6.1.2: two vectors of four lanes, and each lane belongs to a message of its own.
// Four lanes alone would leave the processor waiting for results half of the time; two fours fill each other's gaps. What is
// one word of 4 bytes in the standard is 32 bytes here, lanes 0 to 3 before 4 to 7: a block is 16 such words, a state 5.

import { SCHEDULE_X8 } from "./memory";
import { constant } from "./sha1-block";

export const BLOCK_SIZE_X8: usize = 512;

/** Folds eight blocks of native words into the eight states at `from`, and leaves the new states at `to`, maybe the same. */
export function compressX8(from: usize, to: usize, block: usize): void {
  let a0 = v128.load(from, 0), a1 = v128.load(from, 16);
  let b0 = v128.load(from, 32), b1 = v128.load(from, 48);
  let c0 = v128.load(from, 64), c1 = v128.load(from, 80);
  let d0 = v128.load(from, 96), d1 = v128.load(from, 112);
  let e0 = v128.load(from, 128), e1 = v128.load(from, 144);
  let k: v128;

  k = constant(0);
  e0 = choose(a0, b0, c0, d0, e0, i32x4.add(k, word(block, 0, 0))), b0 = rotl30(b0);
  e1 = choose(a1, b1, c1, d1, e1, i32x4.add(k, word(block, 1, 0))), b1 = rotl30(b1);
  d0 = choose(e0, a0, b0, c0, d0, i32x4.add(k, word(block, 0, 1))), a0 = rotl30(a0);
  d1 = choose(e1, a1, b1, c1, d1, i32x4.add(k, word(block, 1, 1))), a1 = rotl30(a1);
  c0 = choose(d0, e0, a0, b0, c0, i32x4.add(k, word(block, 0, 2))), e0 = rotl30(e0);
  c1 = choose(d1, e1, a1, b1, c1, i32x4.add(k, word(block, 1, 2))), e1 = rotl30(e1);
  b0 = choose(c0, d0, e0, a0, b0, i32x4.add(k, word(block, 0, 3))), d0 = rotl30(d0);
  b1 = choose(c1, d1, e1, a1, b1, i32x4.add(k, word(block, 1, 3))), d1 = rotl30(d1);
  a0 = choose(b0, c0, d0, e0, a0, i32x4.add(k, word(block, 0, 4))), c0 = rotl30(c0);
  a1 = choose(b1, c1, d1, e1, a1, i32x4.add(k, word(block, 1, 4))), c1 = rotl30(c1);
  e0 = choose(a0, b0, c0, d0, e0, i32x4.add(k, word(block, 0, 5))), b0 = rotl30(b0);
  e1 = choose(a1, b1, c1, d1, e1, i32x4.add(k, word(block, 1, 5))), b1 = rotl30(b1);
  d0 = choose(e0, a0, b0, c0, d0, i32x4.add(k, word(block, 0, 6))), a0 = rotl30(a0);
  d1 = choose(e1, a1, b1, c1, d1, i32x4.add(k, word(block, 1, 6))), a1 = rotl30(a1);
  c0 = choose(d0, e0, a0, b0, c0, i32x4.add(k, word(block, 0, 7))), e0 = rotl30(e0);
  c1 = choose(d1, e1, a1, b1, c1, i32x4.add(k, word(block, 1, 7))), e1 = rotl30(e1);
  b0 = choose(c0, d0, e0, a0, b0, i32x4.add(k, word(block, 0, 8))), d0 = rotl30(d0);
  b1 = choose(c1, d1, e1, a1, b1, i32x4.add(k, word(block, 1, 8))), d1 = rotl30(d1);
  a0 = choose(b0, c0, d0, e0, a0, i32x4.add(k, word(block, 0, 9))), c0 = rotl30(c0);
  a1 = choose(b1, c1, d1, e1, a1, i32x4.add(k, word(block, 1, 9))), c1 = rotl30(c1);
  e0 = choose(a0, b0, c0, d0, e0, i32x4.add(k, word(block, 0, 10))), b0 = rotl30(b0);
  e1 = choose(a1, b1, c1, d1, e1, i32x4.add(k, word(block, 1, 10))), b1 = rotl30(b1);
  d0 = choose(e0, a0, b0, c0, d0, i32x4.add(k, word(block, 0, 11))), a0 = rotl30(a0);
  d1 = choose(e1, a1, b1, c1, d1, i32x4.add(k, word(block, 1, 11))), a1 = rotl30(a1);
  c0 = choose(d0, e0, a0, b0, c0, i32x4.add(k, word(block, 0, 12))), e0 = rotl30(e0);
  c1 = choose(d1, e1, a1, b1, c1, i32x4.add(k, word(block, 1, 12))), e1 = rotl30(e1);
  b0 = choose(c0, d0, e0, a0, b0, i32x4.add(k, word(block, 0, 13))), d0 = rotl30(d0);
  b1 = choose(c1, d1, e1, a1, b1, i32x4.add(k, word(block, 1, 13))), d1 = rotl30(d1);
  a0 = choose(b0, c0, d0, e0, a0, i32x4.add(k, word(block, 0, 14))), c0 = rotl30(c0);
  a1 = choose(b1, c1, d1, e1, a1, i32x4.add(k, word(block, 1, 14))), c1 = rotl30(c1);
  e0 = choose(a0, b0, c0, d0, e0, i32x4.add(k, word(block, 0, 15))), b0 = rotl30(b0);
  e1 = choose(a1, b1, c1, d1, e1, i32x4.add(k, word(block, 1, 15))), b1 = rotl30(b1);
  d0 = choose(e0, a0, b0, c0, d0, i32x4.add(k, word(block, 0, 16))), a0 = rotl30(a0);
  d1 = choose(e1, a1, b1, c1, d1, i32x4.add(k, word(block, 1, 16))), a1 = rotl30(a1);
  c0 = choose(d0, e0, a0, b0, c0, i32x4.add(k, word(block, 0, 17))), e0 = rotl30(e0);
  c1 = choose(d1, e1, a1, b1, c1, i32x4.add(k, word(block, 1, 17))), e1 = rotl30(e1);
  b0 = choose(c0, d0, e0, a0, b0, i32x4.add(k, word(block, 0, 18))), d0 = rotl30(d0);
  b1 = choose(c1, d1, e1, a1, b1, i32x4.add(k, word(block, 1, 18))), d1 = rotl30(d1);
  a0 = choose(b0, c0, d0, e0, a0, i32x4.add(k, word(block, 0, 19))), c0 = rotl30(c0);
  a1 = choose(b1, c1, d1, e1, a1, i32x4.add(k, word(block, 1, 19))), c1 = rotl30(c1);
  k = constant(1);
  e0 = parity(a0, b0, c0, d0, e0, i32x4.add(k, word(block, 0, 20))), b0 = rotl30(b0);
  e1 = parity(a1, b1, c1, d1, e1, i32x4.add(k, word(block, 1, 20))), b1 = rotl30(b1);
  d0 = parity(e0, a0, b0, c0, d0, i32x4.add(k, word(block, 0, 21))), a0 = rotl30(a0);
  d1 = parity(e1, a1, b1, c1, d1, i32x4.add(k, word(block, 1, 21))), a1 = rotl30(a1);
  c0 = parity(d0, e0, a0, b0, c0, i32x4.add(k, word(block, 0, 22))), e0 = rotl30(e0);
  c1 = parity(d1, e1, a1, b1, c1, i32x4.add(k, word(block, 1, 22))), e1 = rotl30(e1);
  b0 = parity(c0, d0, e0, a0, b0, i32x4.add(k, word(block, 0, 23))), d0 = rotl30(d0);
  b1 = parity(c1, d1, e1, a1, b1, i32x4.add(k, word(block, 1, 23))), d1 = rotl30(d1);
  a0 = parity(b0, c0, d0, e0, a0, i32x4.add(k, word(block, 0, 24))), c0 = rotl30(c0);
  a1 = parity(b1, c1, d1, e1, a1, i32x4.add(k, word(block, 1, 24))), c1 = rotl30(c1);
  e0 = parity(a0, b0, c0, d0, e0, i32x4.add(k, word(block, 0, 25))), b0 = rotl30(b0);
  e1 = parity(a1, b1, c1, d1, e1, i32x4.add(k, word(block, 1, 25))), b1 = rotl30(b1);
  d0 = parity(e0, a0, b0, c0, d0, i32x4.add(k, word(block, 0, 26))), a0 = rotl30(a0);
  d1 = parity(e1, a1, b1, c1, d1, i32x4.add(k, word(block, 1, 26))), a1 = rotl30(a1);
  c0 = parity(d0, e0, a0, b0, c0, i32x4.add(k, word(block, 0, 27))), e0 = rotl30(e0);
  c1 = parity(d1, e1, a1, b1, c1, i32x4.add(k, word(block, 1, 27))), e1 = rotl30(e1);
  b0 = parity(c0, d0, e0, a0, b0, i32x4.add(k, word(block, 0, 28))), d0 = rotl30(d0);
  b1 = parity(c1, d1, e1, a1, b1, i32x4.add(k, word(block, 1, 28))), d1 = rotl30(d1);
  a0 = parity(b0, c0, d0, e0, a0, i32x4.add(k, word(block, 0, 29))), c0 = rotl30(c0);
  a1 = parity(b1, c1, d1, e1, a1, i32x4.add(k, word(block, 1, 29))), c1 = rotl30(c1);
  e0 = parity(a0, b0, c0, d0, e0, i32x4.add(k, word(block, 0, 30))), b0 = rotl30(b0);
  e1 = parity(a1, b1, c1, d1, e1, i32x4.add(k, word(block, 1, 30))), b1 = rotl30(b1);
  d0 = parity(e0, a0, b0, c0, d0, i32x4.add(k, word(block, 0, 31))), a0 = rotl30(a0);
  d1 = parity(e1, a1, b1, c1, d1, i32x4.add(k, word(block, 1, 31))), a1 = rotl30(a1);
  c0 = parity(d0, e0, a0, b0, c0, i32x4.add(k, word(block, 0, 32))), e0 = rotl30(e0);
  c1 = parity(d1, e1, a1, b1, c1, i32x4.add(k, word(block, 1, 32))), e1 = rotl30(e1);
  b0 = parity(c0, d0, e0, a0, b0, i32x4.add(k, word(block, 0, 33))), d0 = rotl30(d0);
  b1 = parity(c1, d1, e1, a1, b1, i32x4.add(k, word(block, 1, 33))), d1 = rotl30(d1);
  a0 = parity(b0, c0, d0, e0, a0, i32x4.add(k, word(block, 0, 34))), c0 = rotl30(c0);
  a1 = parity(b1, c1, d1, e1, a1, i32x4.add(k, word(block, 1, 34))), c1 = rotl30(c1);
  e0 = parity(a0, b0, c0, d0, e0, i32x4.add(k, word(block, 0, 35))), b0 = rotl30(b0);
  e1 = parity(a1, b1, c1, d1, e1, i32x4.add(k, word(block, 1, 35))), b1 = rotl30(b1);
  d0 = parity(e0, a0, b0, c0, d0, i32x4.add(k, word(block, 0, 36))), a0 = rotl30(a0);
  d1 = parity(e1, a1, b1, c1, d1, i32x4.add(k, word(block, 1, 36))), a1 = rotl30(a1);
  c0 = parity(d0, e0, a0, b0, c0, i32x4.add(k, word(block, 0, 37))), e0 = rotl30(e0);
  c1 = parity(d1, e1, a1, b1, c1, i32x4.add(k, word(block, 1, 37))), e1 = rotl30(e1);
  b0 = parity(c0, d0, e0, a0, b0, i32x4.add(k, word(block, 0, 38))), d0 = rotl30(d0);
  b1 = parity(c1, d1, e1, a1, b1, i32x4.add(k, word(block, 1, 38))), d1 = rotl30(d1);
  a0 = parity(b0, c0, d0, e0, a0, i32x4.add(k, word(block, 0, 39))), c0 = rotl30(c0);
  a1 = parity(b1, c1, d1, e1, a1, i32x4.add(k, word(block, 1, 39))), c1 = rotl30(c1);
  k = constant(2);
  e0 = majority(a0, b0, c0, d0, e0, i32x4.add(k, word(block, 0, 40))), b0 = rotl30(b0);
  e1 = majority(a1, b1, c1, d1, e1, i32x4.add(k, word(block, 1, 40))), b1 = rotl30(b1);
  d0 = majority(e0, a0, b0, c0, d0, i32x4.add(k, word(block, 0, 41))), a0 = rotl30(a0);
  d1 = majority(e1, a1, b1, c1, d1, i32x4.add(k, word(block, 1, 41))), a1 = rotl30(a1);
  c0 = majority(d0, e0, a0, b0, c0, i32x4.add(k, word(block, 0, 42))), e0 = rotl30(e0);
  c1 = majority(d1, e1, a1, b1, c1, i32x4.add(k, word(block, 1, 42))), e1 = rotl30(e1);
  b0 = majority(c0, d0, e0, a0, b0, i32x4.add(k, word(block, 0, 43))), d0 = rotl30(d0);
  b1 = majority(c1, d1, e1, a1, b1, i32x4.add(k, word(block, 1, 43))), d1 = rotl30(d1);
  a0 = majority(b0, c0, d0, e0, a0, i32x4.add(k, word(block, 0, 44))), c0 = rotl30(c0);
  a1 = majority(b1, c1, d1, e1, a1, i32x4.add(k, word(block, 1, 44))), c1 = rotl30(c1);
  e0 = majority(a0, b0, c0, d0, e0, i32x4.add(k, word(block, 0, 45))), b0 = rotl30(b0);
  e1 = majority(a1, b1, c1, d1, e1, i32x4.add(k, word(block, 1, 45))), b1 = rotl30(b1);
  d0 = majority(e0, a0, b0, c0, d0, i32x4.add(k, word(block, 0, 46))), a0 = rotl30(a0);
  d1 = majority(e1, a1, b1, c1, d1, i32x4.add(k, word(block, 1, 46))), a1 = rotl30(a1);
  c0 = majority(d0, e0, a0, b0, c0, i32x4.add(k, word(block, 0, 47))), e0 = rotl30(e0);
  c1 = majority(d1, e1, a1, b1, c1, i32x4.add(k, word(block, 1, 47))), e1 = rotl30(e1);
  b0 = majority(c0, d0, e0, a0, b0, i32x4.add(k, word(block, 0, 48))), d0 = rotl30(d0);
  b1 = majority(c1, d1, e1, a1, b1, i32x4.add(k, word(block, 1, 48))), d1 = rotl30(d1);
  a0 = majority(b0, c0, d0, e0, a0, i32x4.add(k, word(block, 0, 49))), c0 = rotl30(c0);
  a1 = majority(b1, c1, d1, e1, a1, i32x4.add(k, word(block, 1, 49))), c1 = rotl30(c1);
  e0 = majority(a0, b0, c0, d0, e0, i32x4.add(k, word(block, 0, 50))), b0 = rotl30(b0);
  e1 = majority(a1, b1, c1, d1, e1, i32x4.add(k, word(block, 1, 50))), b1 = rotl30(b1);
  d0 = majority(e0, a0, b0, c0, d0, i32x4.add(k, word(block, 0, 51))), a0 = rotl30(a0);
  d1 = majority(e1, a1, b1, c1, d1, i32x4.add(k, word(block, 1, 51))), a1 = rotl30(a1);
  c0 = majority(d0, e0, a0, b0, c0, i32x4.add(k, word(block, 0, 52))), e0 = rotl30(e0);
  c1 = majority(d1, e1, a1, b1, c1, i32x4.add(k, word(block, 1, 52))), e1 = rotl30(e1);
  b0 = majority(c0, d0, e0, a0, b0, i32x4.add(k, word(block, 0, 53))), d0 = rotl30(d0);
  b1 = majority(c1, d1, e1, a1, b1, i32x4.add(k, word(block, 1, 53))), d1 = rotl30(d1);
  a0 = majority(b0, c0, d0, e0, a0, i32x4.add(k, word(block, 0, 54))), c0 = rotl30(c0);
  a1 = majority(b1, c1, d1, e1, a1, i32x4.add(k, word(block, 1, 54))), c1 = rotl30(c1);
  e0 = majority(a0, b0, c0, d0, e0, i32x4.add(k, word(block, 0, 55))), b0 = rotl30(b0);
  e1 = majority(a1, b1, c1, d1, e1, i32x4.add(k, word(block, 1, 55))), b1 = rotl30(b1);
  d0 = majority(e0, a0, b0, c0, d0, i32x4.add(k, word(block, 0, 56))), a0 = rotl30(a0);
  d1 = majority(e1, a1, b1, c1, d1, i32x4.add(k, word(block, 1, 56))), a1 = rotl30(a1);
  c0 = majority(d0, e0, a0, b0, c0, i32x4.add(k, word(block, 0, 57))), e0 = rotl30(e0);
  c1 = majority(d1, e1, a1, b1, c1, i32x4.add(k, word(block, 1, 57))), e1 = rotl30(e1);
  b0 = majority(c0, d0, e0, a0, b0, i32x4.add(k, word(block, 0, 58))), d0 = rotl30(d0);
  b1 = majority(c1, d1, e1, a1, b1, i32x4.add(k, word(block, 1, 58))), d1 = rotl30(d1);
  a0 = majority(b0, c0, d0, e0, a0, i32x4.add(k, word(block, 0, 59))), c0 = rotl30(c0);
  a1 = majority(b1, c1, d1, e1, a1, i32x4.add(k, word(block, 1, 59))), c1 = rotl30(c1);
  k = constant(3);
  e0 = parity(a0, b0, c0, d0, e0, i32x4.add(k, word(block, 0, 60))), b0 = rotl30(b0);
  e1 = parity(a1, b1, c1, d1, e1, i32x4.add(k, word(block, 1, 60))), b1 = rotl30(b1);
  d0 = parity(e0, a0, b0, c0, d0, i32x4.add(k, word(block, 0, 61))), a0 = rotl30(a0);
  d1 = parity(e1, a1, b1, c1, d1, i32x4.add(k, word(block, 1, 61))), a1 = rotl30(a1);
  c0 = parity(d0, e0, a0, b0, c0, i32x4.add(k, word(block, 0, 62))), e0 = rotl30(e0);
  c1 = parity(d1, e1, a1, b1, c1, i32x4.add(k, word(block, 1, 62))), e1 = rotl30(e1);
  b0 = parity(c0, d0, e0, a0, b0, i32x4.add(k, word(block, 0, 63))), d0 = rotl30(d0);
  b1 = parity(c1, d1, e1, a1, b1, i32x4.add(k, word(block, 1, 63))), d1 = rotl30(d1);
  a0 = parity(b0, c0, d0, e0, a0, i32x4.add(k, word(block, 0, 64))), c0 = rotl30(c0);
  a1 = parity(b1, c1, d1, e1, a1, i32x4.add(k, word(block, 1, 64))), c1 = rotl30(c1);
  e0 = parity(a0, b0, c0, d0, e0, i32x4.add(k, word(block, 0, 65))), b0 = rotl30(b0);
  e1 = parity(a1, b1, c1, d1, e1, i32x4.add(k, word(block, 1, 65))), b1 = rotl30(b1);
  d0 = parity(e0, a0, b0, c0, d0, i32x4.add(k, word(block, 0, 66))), a0 = rotl30(a0);
  d1 = parity(e1, a1, b1, c1, d1, i32x4.add(k, word(block, 1, 66))), a1 = rotl30(a1);
  c0 = parity(d0, e0, a0, b0, c0, i32x4.add(k, word(block, 0, 67))), e0 = rotl30(e0);
  c1 = parity(d1, e1, a1, b1, c1, i32x4.add(k, word(block, 1, 67))), e1 = rotl30(e1);
  b0 = parity(c0, d0, e0, a0, b0, i32x4.add(k, word(block, 0, 68))), d0 = rotl30(d0);
  b1 = parity(c1, d1, e1, a1, b1, i32x4.add(k, word(block, 1, 68))), d1 = rotl30(d1);
  a0 = parity(b0, c0, d0, e0, a0, i32x4.add(k, word(block, 0, 69))), c0 = rotl30(c0);
  a1 = parity(b1, c1, d1, e1, a1, i32x4.add(k, word(block, 1, 69))), c1 = rotl30(c1);
  e0 = parity(a0, b0, c0, d0, e0, i32x4.add(k, word(block, 0, 70))), b0 = rotl30(b0);
  e1 = parity(a1, b1, c1, d1, e1, i32x4.add(k, word(block, 1, 70))), b1 = rotl30(b1);
  d0 = parity(e0, a0, b0, c0, d0, i32x4.add(k, word(block, 0, 71))), a0 = rotl30(a0);
  d1 = parity(e1, a1, b1, c1, d1, i32x4.add(k, word(block, 1, 71))), a1 = rotl30(a1);
  c0 = parity(d0, e0, a0, b0, c0, i32x4.add(k, word(block, 0, 72))), e0 = rotl30(e0);
  c1 = parity(d1, e1, a1, b1, c1, i32x4.add(k, word(block, 1, 72))), e1 = rotl30(e1);
  b0 = parity(c0, d0, e0, a0, b0, i32x4.add(k, word(block, 0, 73))), d0 = rotl30(d0);
  b1 = parity(c1, d1, e1, a1, b1, i32x4.add(k, word(block, 1, 73))), d1 = rotl30(d1);
  a0 = parity(b0, c0, d0, e0, a0, i32x4.add(k, word(block, 0, 74))), c0 = rotl30(c0);
  a1 = parity(b1, c1, d1, e1, a1, i32x4.add(k, word(block, 1, 74))), c1 = rotl30(c1);
  e0 = parity(a0, b0, c0, d0, e0, i32x4.add(k, word(block, 0, 75))), b0 = rotl30(b0);
  e1 = parity(a1, b1, c1, d1, e1, i32x4.add(k, word(block, 1, 75))), b1 = rotl30(b1);
  d0 = parity(e0, a0, b0, c0, d0, i32x4.add(k, word(block, 0, 76))), a0 = rotl30(a0);
  d1 = parity(e1, a1, b1, c1, d1, i32x4.add(k, word(block, 1, 76))), a1 = rotl30(a1);
  c0 = parity(d0, e0, a0, b0, c0, i32x4.add(k, word(block, 0, 77))), e0 = rotl30(e0);
  c1 = parity(d1, e1, a1, b1, c1, i32x4.add(k, word(block, 1, 77))), e1 = rotl30(e1);
  b0 = parity(c0, d0, e0, a0, b0, i32x4.add(k, word(block, 0, 78))), d0 = rotl30(d0);
  b1 = parity(c1, d1, e1, a1, b1, i32x4.add(k, word(block, 1, 78))), d1 = rotl30(d1);
  a0 = parity(b0, c0, d0, e0, a0, i32x4.add(k, word(block, 0, 79))), c0 = rotl30(c0);
  a1 = parity(b1, c1, d1, e1, a1, i32x4.add(k, word(block, 1, 79))), c1 = rotl30(c1);

  v128.store(to, i32x4.add(v128.load(from, 0), a0), 0);
  v128.store(to, i32x4.add(v128.load(from, 16), a1), 16);
  v128.store(to, i32x4.add(v128.load(from, 32), b0), 32);
  v128.store(to, i32x4.add(v128.load(from, 48), b1), 48);
  v128.store(to, i32x4.add(v128.load(from, 64), c0), 64);
  v128.store(to, i32x4.add(v128.load(from, 80), c1), 80);
  v128.store(to, i32x4.add(v128.load(from, 96), d0), 96);
  v128.store(to, i32x4.add(v128.load(from, 112), d1), 112);
  v128.store(to, i32x4.add(v128.load(from, 128), e0), 128);
  v128.store(to, i32x4.add(v128.load(from, 144), e1), 144);
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

/** Word t of the schedule, for one half of the lanes: of the block, or computed now and kept for the words after it. */
// @ts-ignore: decorator
@inline
function word(block: usize, half: usize, t: usize): v128 {
  if (t < 16) return known(block, half, t);
  const x = v128.xor(
    v128.xor(known(block, half, t - 8), known(block, half, t - 14)),
    v128.xor(known(block, half, t - 16), known(block, half, t - 3)),
  );
  const w = v128.or(i32x4.add(x, x), i32x4.shr_u(x, 31));
  v128.store(SCHEDULE_X8 + ((t - 16) << 5) + (half << 4), w);
  return w;
}

// @ts-ignore: decorator
@inline
function known(block: usize, half: usize, t: usize): v128 {
  return v128.load(t < 16 ? block + (t << 5) + (half << 4) : SCHEDULE_X8 + ((t - 16) << 5) + (half << 4));
}
