// SHA-256 of one block, FIPS 180-4, 6.2.2. As in sha1-block.ts: the message schedule is computed in
// v128, four words at a time; the rounds are scalar, and read each word with its constant added.

import { SCHEDULE_256 } from "../memory";
import { bigEndian } from "../bytes/endian";

/** Adds a block of 64 bytes to the state at `from`. The new state goes to `to`, maybe the same. */
export function compress256(from: usize, to: usize, block: usize): void {
  compressWords256(
    from,
    to,
    bigEndian(v128.load(block)),
    bigEndian(v128.load(block, 16)),
    bigEndian(v128.load(block, 32)),
    bigEndian(v128.load(block, 48)),
  );
}

/** As `compress256`, for a block that is already four vectors of native words. */
export function compressWords256(
  from: usize,
  to: usize,
  w0: v128,
  w1: v128,
  w2: v128,
  w3: v128,
): void {
  let a = load<u32>(from);
  let b = load<u32>(from, 4);
  let c = load<u32>(from, 8);
  let d = load<u32>(from, 12);
  let e = load<u32>(from, 16);
  let f = load<u32>(from, 20);
  let g = load<u32>(from, 24);
  let h = load<u32>(from, 28);

  // Sixteen rounds at a time. While they run, the schedule of the next sixteen is computed.
  put(0, 0, w0);
  put(0, 1, w1);
  put(0, 2, w2);
  put(0, 3, w3);
  let s: usize = 0;
  for (; s < 192; s += 64) {
    w0 = expand(w0, w1, w2, w3);
    put(s + 64, 0, w0);
    h = first(e, f, g, h, s, 0), d += h, h = second(a, b, c, h);
    g = first(d, e, f, g, s, 1), c += g, g = second(h, a, b, g);
    f = first(c, d, e, f, s, 2), b += f, f = second(g, h, a, f);
    e = first(b, c, d, e, s, 3), a += e, e = second(f, g, h, e);
    w1 = expand(w1, w2, w3, w0);
    put(s + 64, 1, w1);
    d = first(a, b, c, d, s, 4), h += d, d = second(e, f, g, d);
    c = first(h, a, b, c, s, 5), g += c, c = second(d, e, f, c);
    b = first(g, h, a, b, s, 6), f += b, b = second(c, d, e, b);
    a = first(f, g, h, a, s, 7), e += a, a = second(b, c, d, a);
    w2 = expand(w2, w3, w0, w1);
    put(s + 64, 2, w2);
    h = first(e, f, g, h, s, 8), d += h, h = second(a, b, c, h);
    g = first(d, e, f, g, s, 9), c += g, g = second(h, a, b, g);
    f = first(c, d, e, f, s, 10), b += f, f = second(g, h, a, f);
    e = first(b, c, d, e, s, 11), a += e, e = second(f, g, h, e);
    w3 = expand(w3, w0, w1, w2);
    put(s + 64, 3, w3);
    d = first(a, b, c, d, s, 12), h += d, d = second(e, f, g, d);
    c = first(h, a, b, c, s, 13), g += c, c = second(d, e, f, c);
    b = first(g, h, a, b, s, 14), f += b, b = second(c, d, e, b);
    a = first(f, g, h, a, s, 15), e += a, a = second(b, c, d, a);
  }
  h = first(e, f, g, h, s, 0), d += h, h = second(a, b, c, h);
  g = first(d, e, f, g, s, 1), c += g, g = second(h, a, b, g);
  f = first(c, d, e, f, s, 2), b += f, f = second(g, h, a, f);
  e = first(b, c, d, e, s, 3), a += e, e = second(f, g, h, e);
  d = first(a, b, c, d, s, 4), h += d, d = second(e, f, g, d);
  c = first(h, a, b, c, s, 5), g += c, c = second(d, e, f, c);
  b = first(g, h, a, b, s, 6), f += b, b = second(c, d, e, b);
  a = first(f, g, h, a, s, 7), e += a, a = second(b, c, d, a);
  h = first(e, f, g, h, s, 8), d += h, h = second(a, b, c, h);
  g = first(d, e, f, g, s, 9), c += g, g = second(h, a, b, g);
  f = first(c, d, e, f, s, 10), b += f, f = second(g, h, a, f);
  e = first(b, c, d, e, s, 11), a += e, e = second(f, g, h, e);
  d = first(a, b, c, d, s, 12), h += d, d = second(e, f, g, d);
  c = first(h, a, b, c, s, 13), g += c, c = second(d, e, f, c);
  b = first(g, h, a, b, s, 14), f += b, b = second(c, d, e, b);
  a = first(f, g, h, a, s, 15), e += a, a = second(b, c, d, a);

  store<u32>(to, load<u32>(from) + a);
  store<u32>(to, load<u32>(from, 4) + b, 4);
  store<u32>(to, load<u32>(from, 8) + c, 8);
  store<u32>(to, load<u32>(from, 12) + d, 12);
  store<u32>(to, load<u32>(from, 16) + e, 16);
  store<u32>(to, load<u32>(from, 20) + f, 20);
  store<u32>(to, load<u32>(from, 24) + g, 24);
  store<u32>(to, load<u32>(from, 28) + h, 28);
}

/** The constants of the 64 rounds (FIPS 180-4, 4.2.2). */
// biome-ignore format: sixteen rounds are two lines
export const ROUND_CONSTANTS: usize = memory.data<u32>(
  [
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
  ],
  16,
);

/** Keeps four words with their constants. `s` is where their sixteen begin. */
// @ts-ignore: decorator
@inline
function put(s: usize, quarter: usize, words: v128): void {
  const k = v128.load(ROUND_CONSTANTS + s + (quarter << 4));
  v128.store(SCHEDULE_256 + s + (quarter << 4), i32x4.add(words, k));
}

// A round in two steps. Between them, its first sum goes into another word of the state.

/** T1 of 6.2.2: h, the sum of e, the choice, the word and its constant. */
// @ts-ignore: decorator
@inline
function first(e: u32, f: u32, g: u32, h: u32, s: usize, t: usize): u32 {
  const word = load<u32>(SCHEDULE_256 + s + (t << 2));
  return h + word + (g ^ (e & (f ^ g))) + (rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25));
}

/** T1 + T2: the sum of a and the majority go on top. */
// @ts-ignore: decorator
@inline
function second(a: u32, b: u32, c: u32, t1: u32): u32 {
  return t1 + ((b & c) + (a & (b ^ c))) + (rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22));
}

/**
 * W[t] to W[t+3] from the sixteen words before: s1(W[t-2]) + W[t-7] + s0(W[t-15]) + W[t-16]. W[t+2]
 * needs W[t], so s1 is taken twice: of the two words that are known, then of the two new ones.
 */
// @ts-ignore: decorator
@inline
function expand(t16: v128, t12: v128, t8: v128, t4: v128): v128 {
  const zero = i32x4.splat(0);
  const known = i32x4.add(
    i32x4.add(t16, i32x4.shuffle(t8, t4, 1, 2, 3, 4)),
    sigma0(i32x4.shuffle(t16, t12, 1, 2, 3, 4)),
  );
  const half = i32x4.add(known, sigma1(i32x4.shuffle(t4, zero, 2, 3, 4, 4)));
  return i32x4.add(half, sigma1(i32x4.shuffle(zero, half, 0, 0, 4, 5)));
}

/** The functions of 4.1.2 for the schedule, of four words. */
// @ts-ignore: decorator
@inline
export function sigma0(x: v128): v128 {
  return v128.xor(v128.xor(rotrWords(x, 7), rotrWords(x, 18)), i32x4.shr_u(x, 3));
}

// @ts-ignore: decorator
@inline
export function sigma1(x: v128): v128 {
  return v128.xor(v128.xor(rotrWords(x, 17), rotrWords(x, 19)), i32x4.shr_u(x, 10));
}

// @ts-ignore: decorator
@inline
export function rotrWords(x: v128, by: i32): v128 {
  return v128.or(i32x4.shr_u(x, by), i32x4.shl(x, 32 - by));
}
