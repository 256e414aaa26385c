// SHA-1 of eight blocks at once, FIPS 180-4, 6.1.2: two vectors of four lanes, one message in each
// lane. With one vector, the processor would wait for results half of the time; the second one
// fills those gaps. A word, 4 bytes in the standard, has 32 bytes here: lanes 0 to 3, then 4 to 7.
// A block is 16 such words, a state 5.

import { constant } from "./sha1-block";

/** The distance from word to word. */
const WORD: usize = 32;

/** From block to block: its 16 words, and room for the 64 more of its schedule. */
export const BLOCK_SIZE_X8: usize = 80 * WORD;

/**
 * Adds eight blocks of native words to the eight states at `from`. The new states go to `to`, maybe
 * the same.
 */
export function compressX8(from: usize, to: usize, block: usize): void {
  let a0 = v128.load(from, 0), a1 = v128.load(from, 16);
  let b0 = v128.load(from, 32), b1 = v128.load(from, 48);
  let c0 = v128.load(from, 64), c1 = v128.load(from, 80);
  let d0 = v128.load(from, 96), d1 = v128.load(from, 112);
  let e0 = v128.load(from, 128), e1 = v128.load(from, 144);

  // Five rounds at a time: after five, every word of the state has its own name again. `w` is the
  // address of the word of the first of them.
  let w = block;
  let k = constant(0);
  for (; w < block + 15 * WORD; w += 5 * WORD) {
    e0 = choose(a0, b0, c0, d0, e0, i32x4.add(k, given(w, 0, 0))), b0 = rotl30(b0);
    e1 = choose(a1, b1, c1, d1, e1, i32x4.add(k, given(w, 1, 0))), b1 = rotl30(b1);
    d0 = choose(e0, a0, b0, c0, d0, i32x4.add(k, given(w, 0, 1))), a0 = rotl30(a0);
    d1 = choose(e1, a1, b1, c1, d1, i32x4.add(k, given(w, 1, 1))), a1 = rotl30(a1);
    c0 = choose(d0, e0, a0, b0, c0, i32x4.add(k, given(w, 0, 2))), e0 = rotl30(e0);
    c1 = choose(d1, e1, a1, b1, c1, i32x4.add(k, given(w, 1, 2))), e1 = rotl30(e1);
    b0 = choose(c0, d0, e0, a0, b0, i32x4.add(k, given(w, 0, 3))), d0 = rotl30(d0);
    b1 = choose(c1, d1, e1, a1, b1, i32x4.add(k, given(w, 1, 3))), d1 = rotl30(d1);
    a0 = choose(b0, c0, d0, e0, a0, i32x4.add(k, given(w, 0, 4))), c0 = rotl30(c0);
    a1 = choose(b1, c1, d1, e1, a1, i32x4.add(k, given(w, 1, 4))), c1 = rotl30(c1);
  }
  e0 = choose(a0, b0, c0, d0, e0, i32x4.add(k, given(w, 0, 0))), b0 = rotl30(b0);
  e1 = choose(a1, b1, c1, d1, e1, i32x4.add(k, given(w, 1, 0))), b1 = rotl30(b1);
  d0 = choose(e0, a0, b0, c0, d0, i32x4.add(k, expanded(w, 0, 1))), a0 = rotl30(a0);
  d1 = choose(e1, a1, b1, c1, d1, i32x4.add(k, expanded(w, 1, 1))), a1 = rotl30(a1);
  c0 = choose(d0, e0, a0, b0, c0, i32x4.add(k, expanded(w, 0, 2))), e0 = rotl30(e0);
  c1 = choose(d1, e1, a1, b1, c1, i32x4.add(k, expanded(w, 1, 2))), e1 = rotl30(e1);
  b0 = choose(c0, d0, e0, a0, b0, i32x4.add(k, expanded(w, 0, 3))), d0 = rotl30(d0);
  b1 = choose(c1, d1, e1, a1, b1, i32x4.add(k, expanded(w, 1, 3))), d1 = rotl30(d1);
  a0 = choose(b0, c0, d0, e0, a0, i32x4.add(k, expanded(w, 0, 4))), c0 = rotl30(c0);
  a1 = choose(b1, c1, d1, e1, a1, i32x4.add(k, expanded(w, 1, 4))), c1 = rotl30(c1);
  w += 5 * WORD;
  k = constant(1);
  for (; w < block + 40 * WORD; w += 5 * WORD) {
    e0 = parity(a0, b0, c0, d0, e0, i32x4.add(k, expanded(w, 0, 0))), b0 = rotl30(b0);
    e1 = parity(a1, b1, c1, d1, e1, i32x4.add(k, expanded(w, 1, 0))), b1 = rotl30(b1);
    d0 = parity(e0, a0, b0, c0, d0, i32x4.add(k, expanded(w, 0, 1))), a0 = rotl30(a0);
    d1 = parity(e1, a1, b1, c1, d1, i32x4.add(k, expanded(w, 1, 1))), a1 = rotl30(a1);
    c0 = parity(d0, e0, a0, b0, c0, i32x4.add(k, expanded(w, 0, 2))), e0 = rotl30(e0);
    c1 = parity(d1, e1, a1, b1, c1, i32x4.add(k, expanded(w, 1, 2))), e1 = rotl30(e1);
    b0 = parity(c0, d0, e0, a0, b0, i32x4.add(k, expanded(w, 0, 3))), d0 = rotl30(d0);
    b1 = parity(c1, d1, e1, a1, b1, i32x4.add(k, expanded(w, 1, 3))), d1 = rotl30(d1);
    a0 = parity(b0, c0, d0, e0, a0, i32x4.add(k, expanded(w, 0, 4))), c0 = rotl30(c0);
    a1 = parity(b1, c1, d1, e1, a1, i32x4.add(k, expanded(w, 1, 4))), c1 = rotl30(c1);
  }
  k = constant(2);
  for (; w < block + 60 * WORD; w += 5 * WORD) {
    e0 = majority(a0, b0, c0, d0, e0, i32x4.add(k, expanded(w, 0, 0))), b0 = rotl30(b0);
    e1 = majority(a1, b1, c1, d1, e1, i32x4.add(k, expanded(w, 1, 0))), b1 = rotl30(b1);
    d0 = majority(e0, a0, b0, c0, d0, i32x4.add(k, expanded(w, 0, 1))), a0 = rotl30(a0);
    d1 = majority(e1, a1, b1, c1, d1, i32x4.add(k, expanded(w, 1, 1))), a1 = rotl30(a1);
    c0 = majority(d0, e0, a0, b0, c0, i32x4.add(k, expanded(w, 0, 2))), e0 = rotl30(e0);
    c1 = majority(d1, e1, a1, b1, c1, i32x4.add(k, expanded(w, 1, 2))), e1 = rotl30(e1);
    b0 = majority(c0, d0, e0, a0, b0, i32x4.add(k, expanded(w, 0, 3))), d0 = rotl30(d0);
    b1 = majority(c1, d1, e1, a1, b1, i32x4.add(k, expanded(w, 1, 3))), d1 = rotl30(d1);
    a0 = majority(b0, c0, d0, e0, a0, i32x4.add(k, expanded(w, 0, 4))), c0 = rotl30(c0);
    a1 = majority(b1, c1, d1, e1, a1, i32x4.add(k, expanded(w, 1, 4))), c1 = rotl30(c1);
  }
  k = constant(3);
  for (; w < block + 80 * WORD; w += 5 * WORD) {
    e0 = parity(a0, b0, c0, d0, e0, i32x4.add(k, expanded(w, 0, 0))), b0 = rotl30(b0);
    e1 = parity(a1, b1, c1, d1, e1, i32x4.add(k, expanded(w, 1, 0))), b1 = rotl30(b1);
    d0 = parity(e0, a0, b0, c0, d0, i32x4.add(k, expanded(w, 0, 1))), a0 = rotl30(a0);
    d1 = parity(e1, a1, b1, c1, d1, i32x4.add(k, expanded(w, 1, 1))), a1 = rotl30(a1);
    c0 = parity(d0, e0, a0, b0, c0, i32x4.add(k, expanded(w, 0, 2))), e0 = rotl30(e0);
    c1 = parity(d1, e1, a1, b1, c1, i32x4.add(k, expanded(w, 1, 2))), e1 = rotl30(e1);
    b0 = parity(c0, d0, e0, a0, b0, i32x4.add(k, expanded(w, 0, 3))), d0 = rotl30(d0);
    b1 = parity(c1, d1, e1, a1, b1, i32x4.add(k, expanded(w, 1, 3))), d1 = rotl30(d1);
    a0 = parity(b0, c0, d0, e0, a0, i32x4.add(k, expanded(w, 0, 4))), c0 = rotl30(c0);
    a1 = parity(b1, c1, d1, e1, a1, i32x4.add(k, expanded(w, 1, 4))), c1 = rotl30(c1);
  }

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

// The functions of FIPS 180-4, 4.1.1, each with what a round adds to it. rotl(a, 5) comes last: the
// next round waits for it.

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
  const most = v128.or(v128.and(c, d), v128.and(b, v128.or(c, d)));
  return i32x4.add(i32x4.add(i32x4.add(e, kw), most), rotl5(a));
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

/** The word of round i of five, for one half of the lanes, where it is one of the block. */
// @ts-ignore: decorator
@inline
function given(w: usize, half: usize, i: usize): v128 {
  return v128.load(w + i * WORD + half * 16);
}

/** The same from word 16 on: it is computed here, and kept for the words after it. */
// @ts-ignore: decorator
@inline
function expanded(w: usize, half: usize, i: usize): v128 {
  const t16 = w - 16 * WORD;
  const at = i * WORD + half * 16;
  const x = v128.xor(
    v128.xor(v128.load(t16 + at, 8 * WORD), v128.load(t16 + at, 2 * WORD)),
    v128.xor(v128.load(t16 + at), v128.load(t16 + at, 13 * WORD)),
  );
  const word = v128.or(i32x4.add(x, x), i32x4.shr_u(x, 31));
  v128.store(t16 + at, word, 16 * WORD);
  return word;
}
