// HMAC-SHA1 in plain TypeScript, written for this one use: midstates kept, rounds unrolled five at a time, words in a
// preallocated Int32Array, text formatted by tables. About the best that JavaScript can do without WebAssembly.

import { key4, type Mint, message4, Packer5 } from "./contender.ts";

const LOWER = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
const words = new Int32Array(80);
const block = new Uint8Array(192);
const state = new Int32Array(5);
const INITIAL = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0);

export function pureTypeScript(appId: string, appCertificate: string): Mint {
  const raw = Uint8Array.from(appCertificate.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const text = midstates(Uint8Array.from(appCertificate, (character) => character.charCodeAt(0)));
  const bytes = midstates(raw);
  const packer = new Packer5(appId);
  return (fields) => {
    if (fields.version === 4) {
      const message = message4(appId, fields);
      for (let i = 0; i < message.length; i++) block[i] = message.charCodeAt(i);
      return key4(appId, sign(text, message.length), fields);
    }
    const message = packer.message(fields);
    block.set(message);
    const content = packer.content(sign(bytes, message.length).toUpperCase(), fields);
    return `005${btoa(String.fromCharCode(...content))}`;
  };
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
  block.fill(0, length + 1, padded);
  block[padded - 2] = ((64 + length) * 8) >> 8;
  block[padded - 1] = (64 + length) * 8;
  state.set(inner);
  for (let at = 0; at < padded; at += 64) compress(at);

  words.fill(0, 6, 15);
  for (let i = 0; i < 5; i++) words[i] = state[i] as number;
  words[5] = 0x80000000;
  words[15] = (64 + 20) * 8;
  state.set(outer);
  rounds();
  let text = "";
  for (let i = 0; i < 5; i++) {
    const word = state[i] as number;
    text += (LOWER[word >>> 24] as string) + LOWER[(word >>> 16) & 255] + LOWER[(word >>> 8) & 255] + LOWER[word & 255];
  }
  return text;
}

function compress(at: number): void {
  for (let t = 0; t < 16; t++, at += 4) {
    words[t] =
      ((block[at] as number) << 24) |
      ((block[at + 1] as number) << 16) |
      ((block[at + 2] as number) << 8) |
      (block[at + 3] as number);
  }
  rounds();
}

function rounds(): void {
  const w = words as unknown as number[];
  for (let t = 16; t < 80; t++) {
    const x = (w[t - 3] as number) ^ (w[t - 8] as number) ^ (w[t - 14] as number) ^ (w[t - 16] as number);
    w[t] = (x << 1) | (x >>> 31);
  }
  let a = state[0] as number;
  let b = state[1] as number;
  let c = state[2] as number;
  let d = state[3] as number;
  let e = state[4] as number;
  for (let t = 0; t < 20; t += 5) {
    e = (e + ((a << 5) | (a >>> 27)) + (d ^ (b & (c ^ d))) + 0x5a827999 + (w[t] as number)) | 0;
    b = (b << 30) | (b >>> 2);
    d = (d + ((e << 5) | (e >>> 27)) + (c ^ (a & (b ^ c))) + 0x5a827999 + (w[t + 1] as number)) | 0;
    a = (a << 30) | (a >>> 2);
    c = (c + ((d << 5) | (d >>> 27)) + (b ^ (e & (a ^ b))) + 0x5a827999 + (w[t + 2] as number)) | 0;
    e = (e << 30) | (e >>> 2);
    b = (b + ((c << 5) | (c >>> 27)) + (a ^ (d & (e ^ a))) + 0x5a827999 + (w[t + 3] as number)) | 0;
    d = (d << 30) | (d >>> 2);
    a = (a + ((b << 5) | (b >>> 27)) + (e ^ (c & (d ^ e))) + 0x5a827999 + (w[t + 4] as number)) | 0;
    c = (c << 30) | (c >>> 2);
  }
  for (let t = 20; t < 40; t += 5) {
    e = (e + ((a << 5) | (a >>> 27)) + (b ^ c ^ d) + 0x6ed9eba1 + (w[t] as number)) | 0;
    b = (b << 30) | (b >>> 2);
    d = (d + ((e << 5) | (e >>> 27)) + (a ^ b ^ c) + 0x6ed9eba1 + (w[t + 1] as number)) | 0;
    a = (a << 30) | (a >>> 2);
    c = (c + ((d << 5) | (d >>> 27)) + (e ^ a ^ b) + 0x6ed9eba1 + (w[t + 2] as number)) | 0;
    e = (e << 30) | (e >>> 2);
    b = (b + ((c << 5) | (c >>> 27)) + (d ^ e ^ a) + 0x6ed9eba1 + (w[t + 3] as number)) | 0;
    d = (d << 30) | (d >>> 2);
    a = (a + ((b << 5) | (b >>> 27)) + (c ^ d ^ e) + 0x6ed9eba1 + (w[t + 4] as number)) | 0;
    c = (c << 30) | (c >>> 2);
  }
  for (let t = 40; t < 60; t += 5) {
    e = (e + ((a << 5) | (a >>> 27)) + ((b & c) | (d & (b | c))) + 0x8f1bbcdc + (w[t] as number)) | 0;
    b = (b << 30) | (b >>> 2);
    d = (d + ((e << 5) | (e >>> 27)) + ((a & b) | (c & (a | b))) + 0x8f1bbcdc + (w[t + 1] as number)) | 0;
    a = (a << 30) | (a >>> 2);
    c = (c + ((d << 5) | (d >>> 27)) + ((e & a) | (b & (e | a))) + 0x8f1bbcdc + (w[t + 2] as number)) | 0;
    e = (e << 30) | (e >>> 2);
    b = (b + ((c << 5) | (c >>> 27)) + ((d & e) | (a & (d | e))) + 0x8f1bbcdc + (w[t + 3] as number)) | 0;
    d = (d << 30) | (d >>> 2);
    a = (a + ((b << 5) | (b >>> 27)) + ((c & d) | (e & (c | d))) + 0x8f1bbcdc + (w[t + 4] as number)) | 0;
    c = (c << 30) | (c >>> 2);
  }
  for (let t = 60; t < 80; t += 5) {
    e = (e + ((a << 5) | (a >>> 27)) + (b ^ c ^ d) + 0xca62c1d6 + (w[t] as number)) | 0;
    b = (b << 30) | (b >>> 2);
    d = (d + ((e << 5) | (e >>> 27)) + (a ^ b ^ c) + 0xca62c1d6 + (w[t + 1] as number)) | 0;
    a = (a << 30) | (a >>> 2);
    c = (c + ((d << 5) | (d >>> 27)) + (e ^ a ^ b) + 0xca62c1d6 + (w[t + 2] as number)) | 0;
    e = (e << 30) | (e >>> 2);
    b = (b + ((c << 5) | (c >>> 27)) + (d ^ e ^ a) + 0xca62c1d6 + (w[t + 3] as number)) | 0;
    d = (d << 30) | (d >>> 2);
    a = (a + ((b << 5) | (b >>> 27)) + (c ^ d ^ e) + 0xca62c1d6 + (w[t + 4] as number)) | 0;
    c = (c << 30) | (c >>> 2);
  }
  state[0] = (state[0] as number) + a;
  state[1] = (state[1] as number) + b;
  state[2] = (state[2] as number) + c;
  state[3] = (state[3] as number) + d;
  state[4] = (state[4] as number) + e;
}
