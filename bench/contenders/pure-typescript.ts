// HMAC-SHA1 in plain TypeScript, written for this one use: midstates kept, rounds unrolled with
// their words in local variables, numbers formatted with tables. About the best that JavaScript can
// do without WebAssembly.

import { type Fields, type Mint, Packer5, SERVICE_NAME } from "./contender.ts";

const LOWER = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
const FOUR_DIGITS = Array.from({ length: 10_000 }, (_, number) => String(number).padStart(4, "0"));
const block = new Uint8Array(192);
const state = new Int32Array(5);
const INITIAL = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0);

export function pureTypeScript(appId: string, appCertificate: string): Mint {
  const raw = Uint8Array.from(appCertificate.match(/../g) ?? [], (pair) =>
    Number.parseInt(pair, 16),
  );
  const text = midstates(Uint8Array.from(appCertificate, (character) => character.charCodeAt(0)));
  const bytes = midstates(raw);
  const packer = new Packer5(appId);
  return (fields) => {
    if (fields.version === 4) {
      const { channel, unixTs, randomInt, uid, expiredTs } = fields;
      const ts = decimal(unixTs);
      const random = hex(randomInt);
      const expiry = decimal(expiredTs);
      let at = put(0, SERVICE_NAME);
      at = put(put(put(put(at, appId), ts), random), channel);
      at = put(put(at, decimal(uid)), expiry);
      return `004${sign(text, at)}${appId}${ts}${random}${expiry}`;
    }
    return key5(bytes, packer, fields);
  };
}

function key5(bytes: Midstates, packer: Packer5, fields: Fields): string {
  const message = packer.message(fields);
  block.set(message);
  const content = packer.content(sign(bytes, message.length).toUpperCase(), fields);
  return `005${btoa(String.fromCharCode(...content))}`;
}

function put(at: number, text: string): number {
  for (let i = 0; i < text.length; i++) block[at + i] = text.charCodeAt(i);
  return at + text.length;
}

function decimal(value: number): string {
  const high = Math.floor(value / 10_000);
  const highest = Math.floor(high / 10_000);
  return (
    (LOWER_HUNDRED[highest] as string) +
    FOUR_DIGITS[high - highest * 10_000] +
    FOUR_DIGITS[value - high * 10_000]
  );
}

const LOWER_HUNDRED = FOUR_DIGITS.slice(0, 100).map((digits) => digits.slice(2));

function hex(word: number): string {
  return (
    (LOWER[word >>> 24] as string) +
    LOWER[(word >>> 16) & 255] +
    LOWER[(word >>> 8) & 255] +
    LOWER[word & 255]
  );
}

interface Midstates {
  inner: Int32Array;
  outer: Int32Array;
}

function midstates(key: Uint8Array): Midstates {
  const after = (byte: number): Int32Array => {
    block.fill(byte, 0, 64);
    for (let i = 0; i < key.length; i++) block[i] = (key[i] as number) ^ byte;
    state.set(INITIAL);
    compress(0);
    return state.slice();
  };
  return { inner: after(0x36), outer: after(0x5c) };
}

/** Signs the first bytes of the block. */
function sign({ inner, outer }: Midstates, length: number): string {
  const padded = (length + 9 + 63) & ~63;
  block[length] = 0x80;
  for (let i = length + 1; i < padded; i++) block[i] = 0;
  block[padded - 2] = ((64 + length) * 8) >> 8;
  block[padded - 1] = (64 + length) * 8;
  restore(inner);
  for (let at = 0; at < padded; at += 64) compress(at);

  const [a = 0, b = 0, c = 0, d = 0, e = 0] = [state[0], state[1], state[2], state[3], state[4]];
  restore(outer);
  rounds(a, b, c, d, e, 0x80000000 | 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (64 + 20) * 8);
  return (
    hex(state[0] as number) +
    hex(state[1] as number) +
    hex(state[2] as number) +
    hex(state[3] as number) +
    hex(state[4] as number)
  );
}

function restore(from: Int32Array): void {
  for (let i = 0; i < 5; i++) state[i] = from[i] as number;
}

function word(at: number): number {
  return (
    ((block[at] as number) << 24) |
    ((block[at + 1] as number) << 16) |
    ((block[at + 2] as number) << 8) |
    (block[at + 3] as number)
  );
}

function compress(at: number): void {
  rounds(
    word(at),
    word(at + 4),
    word(at + 8),
    word(at + 12),
    word(at + 16),
    word(at + 20),
    word(at + 24),
    word(at + 28),
    word(at + 32),
    word(at + 36),
    word(at + 40),
    word(at + 44),
    word(at + 48),
    word(at + 52),
    word(at + 56),
    word(at + 60),
  );
}

// biome-ignore format: a line for each step
// (The constants are written out: as named ones they would make this contender 9 % slower.)
function rounds(
  w0: number, w1: number, w2: number, w3: number, w4: number, w5: number, w6: number, w7: number,
  w8: number, w9: number, w10: number, w11: number,
  w12: number, w13: number, w14: number, w15: number,
): void {
  let a = state[0] as number, b = state[1] as number, c = state[2] as number;
  let d = state[3] as number, e = state[4] as number;
  e = ((a << 5) | (a >>> 27)) + (d ^ (b & (c ^ d))) + e + 0x5a827999 + w0 | 0;
  b = (b << 30) | (b >>> 2);
  d = ((e << 5) | (e >>> 27)) + (c ^ (a & (b ^ c))) + d + 0x5a827999 + w1 | 0;
  a = (a << 30) | (a >>> 2);
  c = ((d << 5) | (d >>> 27)) + (b ^ (e & (a ^ b))) + c + 0x5a827999 + w2 | 0;
  e = (e << 30) | (e >>> 2);
  b = ((c << 5) | (c >>> 27)) + (a ^ (d & (e ^ a))) + b + 0x5a827999 + w3 | 0;
  d = (d << 30) | (d >>> 2);
  a = ((b << 5) | (b >>> 27)) + (e ^ (c & (d ^ e))) + a + 0x5a827999 + w4 | 0;
  c = (c << 30) | (c >>> 2);
  e = ((a << 5) | (a >>> 27)) + (d ^ (b & (c ^ d))) + e + 0x5a827999 + w5 | 0;
  b = (b << 30) | (b >>> 2);
  d = ((e << 5) | (e >>> 27)) + (c ^ (a & (b ^ c))) + d + 0x5a827999 + w6 | 0;
  a = (a << 30) | (a >>> 2);
  c = ((d << 5) | (d >>> 27)) + (b ^ (e & (a ^ b))) + c + 0x5a827999 + w7 | 0;
  e = (e << 30) | (e >>> 2);
  b = ((c << 5) | (c >>> 27)) + (a ^ (d & (e ^ a))) + b + 0x5a827999 + w8 | 0;
  d = (d << 30) | (d >>> 2);
  a = ((b << 5) | (b >>> 27)) + (e ^ (c & (d ^ e))) + a + 0x5a827999 + w9 | 0;
  c = (c << 30) | (c >>> 2);
  e = ((a << 5) | (a >>> 27)) + (d ^ (b & (c ^ d))) + e + 0x5a827999 + w10 | 0;
  b = (b << 30) | (b >>> 2);
  d = ((e << 5) | (e >>> 27)) + (c ^ (a & (b ^ c))) + d + 0x5a827999 + w11 | 0;
  a = (a << 30) | (a >>> 2);
  c = ((d << 5) | (d >>> 27)) + (b ^ (e & (a ^ b))) + c + 0x5a827999 + w12 | 0;
  e = (e << 30) | (e >>> 2);
  b = ((c << 5) | (c >>> 27)) + (a ^ (d & (e ^ a))) + b + 0x5a827999 + w13 | 0;
  d = (d << 30) | (d >>> 2);
  a = ((b << 5) | (b >>> 27)) + (e ^ (c & (d ^ e))) + a + 0x5a827999 + w14 | 0;
  c = (c << 30) | (c >>> 2);
  e = ((a << 5) | (a >>> 27)) + (d ^ (b & (c ^ d))) + e + 0x5a827999 + w15 | 0;
  b = (b << 30) | (b >>> 2);
  w0 ^= w13 ^ w8 ^ w2; w0 = (w0 << 1) | (w0 >>> 31);
  d = ((e << 5) | (e >>> 27)) + (c ^ (a & (b ^ c))) + d + 0x5a827999 + w0 | 0;
  a = (a << 30) | (a >>> 2);
  w1 ^= w14 ^ w9 ^ w3; w1 = (w1 << 1) | (w1 >>> 31);
  c = ((d << 5) | (d >>> 27)) + (b ^ (e & (a ^ b))) + c + 0x5a827999 + w1 | 0;
  e = (e << 30) | (e >>> 2);
  w2 ^= w15 ^ w10 ^ w4; w2 = (w2 << 1) | (w2 >>> 31);
  b = ((c << 5) | (c >>> 27)) + (a ^ (d & (e ^ a))) + b + 0x5a827999 + w2 | 0;
  d = (d << 30) | (d >>> 2);
  w3 ^= w0 ^ w11 ^ w5; w3 = (w3 << 1) | (w3 >>> 31);
  a = ((b << 5) | (b >>> 27)) + (e ^ (c & (d ^ e))) + a + 0x5a827999 + w3 | 0;
  c = (c << 30) | (c >>> 2);
  w4 ^= w1 ^ w12 ^ w6; w4 = (w4 << 1) | (w4 >>> 31);
  e = ((a << 5) | (a >>> 27)) + (b ^ c ^ d) + e + 0x6ed9eba1 + w4 | 0;
  b = (b << 30) | (b >>> 2);
  w5 ^= w2 ^ w13 ^ w7; w5 = (w5 << 1) | (w5 >>> 31);
  d = ((e << 5) | (e >>> 27)) + (a ^ b ^ c) + d + 0x6ed9eba1 + w5 | 0;
  a = (a << 30) | (a >>> 2);
  w6 ^= w3 ^ w14 ^ w8; w6 = (w6 << 1) | (w6 >>> 31);
  c = ((d << 5) | (d >>> 27)) + (e ^ a ^ b) + c + 0x6ed9eba1 + w6 | 0;
  e = (e << 30) | (e >>> 2);
  w7 ^= w4 ^ w15 ^ w9; w7 = (w7 << 1) | (w7 >>> 31);
  b = ((c << 5) | (c >>> 27)) + (d ^ e ^ a) + b + 0x6ed9eba1 + w7 | 0;
  d = (d << 30) | (d >>> 2);
  w8 ^= w5 ^ w0 ^ w10; w8 = (w8 << 1) | (w8 >>> 31);
  a = ((b << 5) | (b >>> 27)) + (c ^ d ^ e) + a + 0x6ed9eba1 + w8 | 0;
  c = (c << 30) | (c >>> 2);
  w9 ^= w6 ^ w1 ^ w11; w9 = (w9 << 1) | (w9 >>> 31);
  e = ((a << 5) | (a >>> 27)) + (b ^ c ^ d) + e + 0x6ed9eba1 + w9 | 0;
  b = (b << 30) | (b >>> 2);
  w10 ^= w7 ^ w2 ^ w12; w10 = (w10 << 1) | (w10 >>> 31);
  d = ((e << 5) | (e >>> 27)) + (a ^ b ^ c) + d + 0x6ed9eba1 + w10 | 0;
  a = (a << 30) | (a >>> 2);
  w11 ^= w8 ^ w3 ^ w13; w11 = (w11 << 1) | (w11 >>> 31);
  c = ((d << 5) | (d >>> 27)) + (e ^ a ^ b) + c + 0x6ed9eba1 + w11 | 0;
  e = (e << 30) | (e >>> 2);
  w12 ^= w9 ^ w4 ^ w14; w12 = (w12 << 1) | (w12 >>> 31);
  b = ((c << 5) | (c >>> 27)) + (d ^ e ^ a) + b + 0x6ed9eba1 + w12 | 0;
  d = (d << 30) | (d >>> 2);
  w13 ^= w10 ^ w5 ^ w15; w13 = (w13 << 1) | (w13 >>> 31);
  a = ((b << 5) | (b >>> 27)) + (c ^ d ^ e) + a + 0x6ed9eba1 + w13 | 0;
  c = (c << 30) | (c >>> 2);
  w14 ^= w11 ^ w6 ^ w0; w14 = (w14 << 1) | (w14 >>> 31);
  e = ((a << 5) | (a >>> 27)) + (b ^ c ^ d) + e + 0x6ed9eba1 + w14 | 0;
  b = (b << 30) | (b >>> 2);
  w15 ^= w12 ^ w7 ^ w1; w15 = (w15 << 1) | (w15 >>> 31);
  d = ((e << 5) | (e >>> 27)) + (a ^ b ^ c) + d + 0x6ed9eba1 + w15 | 0;
  a = (a << 30) | (a >>> 2);
  w0 ^= w13 ^ w8 ^ w2; w0 = (w0 << 1) | (w0 >>> 31);
  c = ((d << 5) | (d >>> 27)) + (e ^ a ^ b) + c + 0x6ed9eba1 + w0 | 0;
  e = (e << 30) | (e >>> 2);
  w1 ^= w14 ^ w9 ^ w3; w1 = (w1 << 1) | (w1 >>> 31);
  b = ((c << 5) | (c >>> 27)) + (d ^ e ^ a) + b + 0x6ed9eba1 + w1 | 0;
  d = (d << 30) | (d >>> 2);
  w2 ^= w15 ^ w10 ^ w4; w2 = (w2 << 1) | (w2 >>> 31);
  a = ((b << 5) | (b >>> 27)) + (c ^ d ^ e) + a + 0x6ed9eba1 + w2 | 0;
  c = (c << 30) | (c >>> 2);
  w3 ^= w0 ^ w11 ^ w5; w3 = (w3 << 1) | (w3 >>> 31);
  e = ((a << 5) | (a >>> 27)) + (b ^ c ^ d) + e + 0x6ed9eba1 + w3 | 0;
  b = (b << 30) | (b >>> 2);
  w4 ^= w1 ^ w12 ^ w6; w4 = (w4 << 1) | (w4 >>> 31);
  d = ((e << 5) | (e >>> 27)) + (a ^ b ^ c) + d + 0x6ed9eba1 + w4 | 0;
  a = (a << 30) | (a >>> 2);
  w5 ^= w2 ^ w13 ^ w7; w5 = (w5 << 1) | (w5 >>> 31);
  c = ((d << 5) | (d >>> 27)) + (e ^ a ^ b) + c + 0x6ed9eba1 + w5 | 0;
  e = (e << 30) | (e >>> 2);
  w6 ^= w3 ^ w14 ^ w8; w6 = (w6 << 1) | (w6 >>> 31);
  b = ((c << 5) | (c >>> 27)) + (d ^ e ^ a) + b + 0x6ed9eba1 + w6 | 0;
  d = (d << 30) | (d >>> 2);
  w7 ^= w4 ^ w15 ^ w9; w7 = (w7 << 1) | (w7 >>> 31);
  a = ((b << 5) | (b >>> 27)) + (c ^ d ^ e) + a + 0x6ed9eba1 + w7 | 0;
  c = (c << 30) | (c >>> 2);
  w8 ^= w5 ^ w0 ^ w10; w8 = (w8 << 1) | (w8 >>> 31);
  e = ((a << 5) | (a >>> 27)) + ((b & c) | (d & (b | c))) + e + 0x8f1bbcdc + w8 | 0;
  b = (b << 30) | (b >>> 2);
  w9 ^= w6 ^ w1 ^ w11; w9 = (w9 << 1) | (w9 >>> 31);
  d = ((e << 5) | (e >>> 27)) + ((a & b) | (c & (a | b))) + d + 0x8f1bbcdc + w9 | 0;
  a = (a << 30) | (a >>> 2);
  w10 ^= w7 ^ w2 ^ w12; w10 = (w10 << 1) | (w10 >>> 31);
  c = ((d << 5) | (d >>> 27)) + ((e & a) | (b & (e | a))) + c + 0x8f1bbcdc + w10 | 0;
  e = (e << 30) | (e >>> 2);
  w11 ^= w8 ^ w3 ^ w13; w11 = (w11 << 1) | (w11 >>> 31);
  b = ((c << 5) | (c >>> 27)) + ((d & e) | (a & (d | e))) + b + 0x8f1bbcdc + w11 | 0;
  d = (d << 30) | (d >>> 2);
  w12 ^= w9 ^ w4 ^ w14; w12 = (w12 << 1) | (w12 >>> 31);
  a = ((b << 5) | (b >>> 27)) + ((c & d) | (e & (c | d))) + a + 0x8f1bbcdc + w12 | 0;
  c = (c << 30) | (c >>> 2);
  w13 ^= w10 ^ w5 ^ w15; w13 = (w13 << 1) | (w13 >>> 31);
  e = ((a << 5) | (a >>> 27)) + ((b & c) | (d & (b | c))) + e + 0x8f1bbcdc + w13 | 0;
  b = (b << 30) | (b >>> 2);
  w14 ^= w11 ^ w6 ^ w0; w14 = (w14 << 1) | (w14 >>> 31);
  d = ((e << 5) | (e >>> 27)) + ((a & b) | (c & (a | b))) + d + 0x8f1bbcdc + w14 | 0;
  a = (a << 30) | (a >>> 2);
  w15 ^= w12 ^ w7 ^ w1; w15 = (w15 << 1) | (w15 >>> 31);
  c = ((d << 5) | (d >>> 27)) + ((e & a) | (b & (e | a))) + c + 0x8f1bbcdc + w15 | 0;
  e = (e << 30) | (e >>> 2);
  w0 ^= w13 ^ w8 ^ w2; w0 = (w0 << 1) | (w0 >>> 31);
  b = ((c << 5) | (c >>> 27)) + ((d & e) | (a & (d | e))) + b + 0x8f1bbcdc + w0 | 0;
  d = (d << 30) | (d >>> 2);
  w1 ^= w14 ^ w9 ^ w3; w1 = (w1 << 1) | (w1 >>> 31);
  a = ((b << 5) | (b >>> 27)) + ((c & d) | (e & (c | d))) + a + 0x8f1bbcdc + w1 | 0;
  c = (c << 30) | (c >>> 2);
  w2 ^= w15 ^ w10 ^ w4; w2 = (w2 << 1) | (w2 >>> 31);
  e = ((a << 5) | (a >>> 27)) + ((b & c) | (d & (b | c))) + e + 0x8f1bbcdc + w2 | 0;
  b = (b << 30) | (b >>> 2);
  w3 ^= w0 ^ w11 ^ w5; w3 = (w3 << 1) | (w3 >>> 31);
  d = ((e << 5) | (e >>> 27)) + ((a & b) | (c & (a | b))) + d + 0x8f1bbcdc + w3 | 0;
  a = (a << 30) | (a >>> 2);
  w4 ^= w1 ^ w12 ^ w6; w4 = (w4 << 1) | (w4 >>> 31);
  c = ((d << 5) | (d >>> 27)) + ((e & a) | (b & (e | a))) + c + 0x8f1bbcdc + w4 | 0;
  e = (e << 30) | (e >>> 2);
  w5 ^= w2 ^ w13 ^ w7; w5 = (w5 << 1) | (w5 >>> 31);
  b = ((c << 5) | (c >>> 27)) + ((d & e) | (a & (d | e))) + b + 0x8f1bbcdc + w5 | 0;
  d = (d << 30) | (d >>> 2);
  w6 ^= w3 ^ w14 ^ w8; w6 = (w6 << 1) | (w6 >>> 31);
  a = ((b << 5) | (b >>> 27)) + ((c & d) | (e & (c | d))) + a + 0x8f1bbcdc + w6 | 0;
  c = (c << 30) | (c >>> 2);
  w7 ^= w4 ^ w15 ^ w9; w7 = (w7 << 1) | (w7 >>> 31);
  e = ((a << 5) | (a >>> 27)) + ((b & c) | (d & (b | c))) + e + 0x8f1bbcdc + w7 | 0;
  b = (b << 30) | (b >>> 2);
  w8 ^= w5 ^ w0 ^ w10; w8 = (w8 << 1) | (w8 >>> 31);
  d = ((e << 5) | (e >>> 27)) + ((a & b) | (c & (a | b))) + d + 0x8f1bbcdc + w8 | 0;
  a = (a << 30) | (a >>> 2);
  w9 ^= w6 ^ w1 ^ w11; w9 = (w9 << 1) | (w9 >>> 31);
  c = ((d << 5) | (d >>> 27)) + ((e & a) | (b & (e | a))) + c + 0x8f1bbcdc + w9 | 0;
  e = (e << 30) | (e >>> 2);
  w10 ^= w7 ^ w2 ^ w12; w10 = (w10 << 1) | (w10 >>> 31);
  b = ((c << 5) | (c >>> 27)) + ((d & e) | (a & (d | e))) + b + 0x8f1bbcdc + w10 | 0;
  d = (d << 30) | (d >>> 2);
  w11 ^= w8 ^ w3 ^ w13; w11 = (w11 << 1) | (w11 >>> 31);
  a = ((b << 5) | (b >>> 27)) + ((c & d) | (e & (c | d))) + a + 0x8f1bbcdc + w11 | 0;
  c = (c << 30) | (c >>> 2);
  w12 ^= w9 ^ w4 ^ w14; w12 = (w12 << 1) | (w12 >>> 31);
  e = ((a << 5) | (a >>> 27)) + (b ^ c ^ d) + e + 0xca62c1d6 + w12 | 0;
  b = (b << 30) | (b >>> 2);
  w13 ^= w10 ^ w5 ^ w15; w13 = (w13 << 1) | (w13 >>> 31);
  d = ((e << 5) | (e >>> 27)) + (a ^ b ^ c) + d + 0xca62c1d6 + w13 | 0;
  a = (a << 30) | (a >>> 2);
  w14 ^= w11 ^ w6 ^ w0; w14 = (w14 << 1) | (w14 >>> 31);
  c = ((d << 5) | (d >>> 27)) + (e ^ a ^ b) + c + 0xca62c1d6 + w14 | 0;
  e = (e << 30) | (e >>> 2);
  w15 ^= w12 ^ w7 ^ w1; w15 = (w15 << 1) | (w15 >>> 31);
  b = ((c << 5) | (c >>> 27)) + (d ^ e ^ a) + b + 0xca62c1d6 + w15 | 0;
  d = (d << 30) | (d >>> 2);
  w0 ^= w13 ^ w8 ^ w2; w0 = (w0 << 1) | (w0 >>> 31);
  a = ((b << 5) | (b >>> 27)) + (c ^ d ^ e) + a + 0xca62c1d6 + w0 | 0;
  c = (c << 30) | (c >>> 2);
  w1 ^= w14 ^ w9 ^ w3; w1 = (w1 << 1) | (w1 >>> 31);
  e = ((a << 5) | (a >>> 27)) + (b ^ c ^ d) + e + 0xca62c1d6 + w1 | 0;
  b = (b << 30) | (b >>> 2);
  w2 ^= w15 ^ w10 ^ w4; w2 = (w2 << 1) | (w2 >>> 31);
  d = ((e << 5) | (e >>> 27)) + (a ^ b ^ c) + d + 0xca62c1d6 + w2 | 0;
  a = (a << 30) | (a >>> 2);
  w3 ^= w0 ^ w11 ^ w5; w3 = (w3 << 1) | (w3 >>> 31);
  c = ((d << 5) | (d >>> 27)) + (e ^ a ^ b) + c + 0xca62c1d6 + w3 | 0;
  e = (e << 30) | (e >>> 2);
  w4 ^= w1 ^ w12 ^ w6; w4 = (w4 << 1) | (w4 >>> 31);
  b = ((c << 5) | (c >>> 27)) + (d ^ e ^ a) + b + 0xca62c1d6 + w4 | 0;
  d = (d << 30) | (d >>> 2);
  w5 ^= w2 ^ w13 ^ w7; w5 = (w5 << 1) | (w5 >>> 31);
  a = ((b << 5) | (b >>> 27)) + (c ^ d ^ e) + a + 0xca62c1d6 + w5 | 0;
  c = (c << 30) | (c >>> 2);
  w6 ^= w3 ^ w14 ^ w8; w6 = (w6 << 1) | (w6 >>> 31);
  e = ((a << 5) | (a >>> 27)) + (b ^ c ^ d) + e + 0xca62c1d6 + w6 | 0;
  b = (b << 30) | (b >>> 2);
  w7 ^= w4 ^ w15 ^ w9; w7 = (w7 << 1) | (w7 >>> 31);
  d = ((e << 5) | (e >>> 27)) + (a ^ b ^ c) + d + 0xca62c1d6 + w7 | 0;
  a = (a << 30) | (a >>> 2);
  w8 ^= w5 ^ w0 ^ w10; w8 = (w8 << 1) | (w8 >>> 31);
  c = ((d << 5) | (d >>> 27)) + (e ^ a ^ b) + c + 0xca62c1d6 + w8 | 0;
  e = (e << 30) | (e >>> 2);
  w9 ^= w6 ^ w1 ^ w11; w9 = (w9 << 1) | (w9 >>> 31);
  b = ((c << 5) | (c >>> 27)) + (d ^ e ^ a) + b + 0xca62c1d6 + w9 | 0;
  d = (d << 30) | (d >>> 2);
  w10 ^= w7 ^ w2 ^ w12; w10 = (w10 << 1) | (w10 >>> 31);
  a = ((b << 5) | (b >>> 27)) + (c ^ d ^ e) + a + 0xca62c1d6 + w10 | 0;
  c = (c << 30) | (c >>> 2);
  w11 ^= w8 ^ w3 ^ w13; w11 = (w11 << 1) | (w11 >>> 31);
  e = ((a << 5) | (a >>> 27)) + (b ^ c ^ d) + e + 0xca62c1d6 + w11 | 0;
  b = (b << 30) | (b >>> 2);
  w12 ^= w9 ^ w4 ^ w14; w12 = (w12 << 1) | (w12 >>> 31);
  d = ((e << 5) | (e >>> 27)) + (a ^ b ^ c) + d + 0xca62c1d6 + w12 | 0;
  a = (a << 30) | (a >>> 2);
  w13 ^= w10 ^ w5 ^ w15; w13 = (w13 << 1) | (w13 >>> 31);
  c = ((d << 5) | (d >>> 27)) + (e ^ a ^ b) + c + 0xca62c1d6 + w13 | 0;
  e = (e << 30) | (e >>> 2);
  w14 ^= w11 ^ w6 ^ w0; w14 = (w14 << 1) | (w14 >>> 31);
  b = ((c << 5) | (c >>> 27)) + (d ^ e ^ a) + b + 0xca62c1d6 + w14 | 0;
  d = (d << 30) | (d >>> 2);
  w15 ^= w12 ^ w7 ^ w1; w15 = (w15 << 1) | (w15 >>> 31);
  a = ((b << 5) | (b >>> 27)) + (c ^ d ^ e) + a + 0xca62c1d6 + w15 | 0;
  c = (c << 30) | (c >>> 2);
  state[0] = (state[0] as number) + a;
  state[1] = (state[1] as number) + b;
  state[2] = (state[2] as number) + c;
  state[3] = (state[3] as number) + d;
  state[4] = (state[4] as number) + e;
}
