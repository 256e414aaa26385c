// SHA-256 of four blocks at once, FIPS 180-4, 6.2.2: one message in each lane of a vector. A word,
// 4 bytes in the standard, has 16 bytes here. A block is 16 such words, a state 8. (Eight lanes, as
// SHA-1 has them, need more registers than there are: 16 for the states alone.)

import { rotrWords, ROUND_CONSTANTS, sigma0, sigma1 } from "./sha256-block";

/** The distance from word to word. */
const WORD: usize = 16;

/**
 * Adds four blocks of native words to the four states at `from`. The new states go to `to`, maybe
 * the same. After a block's 16 words there is room for the 48 more of its schedule.
 */
export function compressX4(from: usize, to: usize, block: usize): void {
  let a = v128.load(from);
  let b = v128.load(from, 16);
  let c = v128.load(from, 32);
  let d = v128.load(from, 48);
  let e = v128.load(from, 64);
  let f = v128.load(from, 80);
  let g = v128.load(from, 96);
  let h = v128.load(from, 112);

  // Eight rounds at a time: after eight, every word of the state has its own name again.
  let w = block;
  let k = ROUND_CONSTANTS;
  for (; w < block + 16 * WORD; w += 8 * WORD, k += 32) {
    h = first(e, f, g, h, k, 0, given(w, 0)), d = i32x4.add(d, h), h = second(a, b, c, h);
    g = first(d, e, f, g, k, 1, given(w, 1)), c = i32x4.add(c, g), g = second(h, a, b, g);
    f = first(c, d, e, f, k, 2, given(w, 2)), b = i32x4.add(b, f), f = second(g, h, a, f);
    e = first(b, c, d, e, k, 3, given(w, 3)), a = i32x4.add(a, e), e = second(f, g, h, e);
    d = first(a, b, c, d, k, 4, given(w, 4)), h = i32x4.add(h, d), d = second(e, f, g, d);
    c = first(h, a, b, c, k, 5, given(w, 5)), g = i32x4.add(g, c), c = second(d, e, f, c);
    b = first(g, h, a, b, k, 6, given(w, 6)), f = i32x4.add(f, b), b = second(c, d, e, b);
    a = first(f, g, h, a, k, 7, given(w, 7)), e = i32x4.add(e, a), a = second(b, c, d, a);
  }
  for (; w < block + 64 * WORD; w += 8 * WORD, k += 32) {
    h = first(e, f, g, h, k, 0, expanded(w, 0)), d = i32x4.add(d, h), h = second(a, b, c, h);
    g = first(d, e, f, g, k, 1, expanded(w, 1)), c = i32x4.add(c, g), g = second(h, a, b, g);
    f = first(c, d, e, f, k, 2, expanded(w, 2)), b = i32x4.add(b, f), f = second(g, h, a, f);
    e = first(b, c, d, e, k, 3, expanded(w, 3)), a = i32x4.add(a, e), e = second(f, g, h, e);
    d = first(a, b, c, d, k, 4, expanded(w, 4)), h = i32x4.add(h, d), d = second(e, f, g, d);
    c = first(h, a, b, c, k, 5, expanded(w, 5)), g = i32x4.add(g, c), c = second(d, e, f, c);
    b = first(g, h, a, b, k, 6, expanded(w, 6)), f = i32x4.add(f, b), b = second(c, d, e, b);
    a = first(f, g, h, a, k, 7, expanded(w, 7)), e = i32x4.add(e, a), a = second(b, c, d, a);
  }

  v128.store(to, i32x4.add(v128.load(from), a));
  v128.store(to, i32x4.add(v128.load(from, 16), b), 16);
  v128.store(to, i32x4.add(v128.load(from, 32), c), 32);
  v128.store(to, i32x4.add(v128.load(from, 48), d), 48);
  v128.store(to, i32x4.add(v128.load(from, 64), e), 64);
  v128.store(to, i32x4.add(v128.load(from, 80), f), 80);
  v128.store(to, i32x4.add(v128.load(from, 96), g), 96);
  v128.store(to, i32x4.add(v128.load(from, 112), h), 112);
}

// A round in two steps, as in sha256-block.ts.

// @ts-ignore: decorator
@inline
function first(e: v128, f: v128, g: v128, h: v128, k: usize, i: usize, word: v128): v128 {
  const added = i32x4.add(i32x4.add(h, word), v128.load32_splat(k + (i << 2)));
  const choice = v128.xor(g, v128.and(e, v128.xor(f, g)));
  const sum = v128.xor(v128.xor(rotrWords(e, 6), rotrWords(e, 11)), rotrWords(e, 25));
  return i32x4.add(i32x4.add(added, choice), sum);
}

// @ts-ignore: decorator
@inline
function second(a: v128, b: v128, c: v128, t1: v128): v128 {
  // b, unless both others differ from it.
  const majority = v128.xor(b, v128.and(v128.xor(a, b), v128.xor(b, c)));
  const sum = v128.xor(v128.xor(rotrWords(a, 2), rotrWords(a, 13)), rotrWords(a, 22));
  return i32x4.add(i32x4.add(t1, majority), sum);
}

/** The word of round i of eight, where it is one of the block. */
// @ts-ignore: decorator
@inline
function given(w: usize, i: usize): v128 {
  return v128.load(w + i * WORD);
}

/** The same from word 16 on: it is computed here, and kept for the words after it. */
// @ts-ignore: decorator
@inline
function expanded(w: usize, i: usize): v128 {
  const t16 = w - 16 * WORD + i * WORD;
  const word = i32x4.add(
    i32x4.add(v128.load(t16), sigma0(v128.load(t16, 1 * WORD))),
    i32x4.add(v128.load(t16, 9 * WORD), sigma1(v128.load(t16, 14 * WORD))),
  );
  v128.store(t16, word, 16 * WORD);
  return word;
}
