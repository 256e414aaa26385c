// SHA-1, FIPS 180-4, sections 5.1.1, 5.3.1 and 6.1. All words are big-endian in memory but for the state, which is native.

import { HASH_BLOCK, HASH_STATE, SCHEDULE } from "./memory";

export const BLOCK_SIZE: u32 = 64;
export const DIGEST_SIZE: u32 = 20;

/** The initial hash value (FIPS 180-4, 5.3.1). */
export function initialState(state: usize): void {
  store<u32>(state, 0x67452301);
  store<u32>(state, 0xefcdab89, 4);
  store<u32>(state, 0x98badcfe, 8);
  store<u32>(state, 0x10325476, 12);
  store<u32>(state, 0xc3d2e1f0, 16);
}

/** Folds one 64-byte block into the state (FIPS 180-4, 6.1.2). */
export function compress(state: usize, block: usize): void {
  for (let t: u32 = 0; t < 64; t += 4) {
    store<u32>(SCHEDULE + t, bswap(load<u32>(block + t)));
  }
  for (let t: usize = SCHEDULE + 64; t < SCHEDULE + 320; t += 4) {
    store<u32>(t, rotl(load<u32>(t - 12) ^ load<u32>(t - 32) ^ load<u32>(t - 56) ^ load<u32>(t - 64), 1));
  }

  let a = load<u32>(state);
  let b = load<u32>(state, 4);
  let c = load<u32>(state, 8);
  let d = load<u32>(state, 12);
  let e = load<u32>(state, 16);
  for (let t: u32 = 0; t < 80; t++) {
    let f: u32;
    if (t < 20) f = (d ^ (b & (c ^ d))) + 0x5a827999;
    else if (t < 40) f = (b ^ c ^ d) + 0x6ed9eba1;
    else if (t < 60) f = ((b & c) | (d & (b | c))) + 0x8f1bbcdc;
    else f = (b ^ c ^ d) + 0xca62c1d6;
    const next = rotl(a, 5) + f + e + load<u32>(SCHEDULE + (t << 2));
    e = d;
    d = c;
    c = rotl(b, 30);
    b = a;
    a = next;
  }
  store<u32>(state, load<u32>(state) + a);
  store<u32>(state, load<u32>(state, 4) + b, 4);
  store<u32>(state, load<u32>(state, 8) + c, 8);
  store<u32>(state, load<u32>(state, 12) + d, 12);
  store<u32>(state, load<u32>(state, 16) + e, 16);
}

/** Writes the state as a big-endian digest of 20 bytes. */
export function storeDigest(digest: usize, state: usize): void {
  for (let i: usize = 0; i < 20; i += 4) {
    store<u32>(digest + i, bswap(load<u32>(state + i)));
  }
}

/**
 * Pads a message in place (FIPS 180-4, 5.1.1) and folds all of it into the state. `before` is how many bytes the state has
 * already taken in, a multiple of 64. The buffer has room for the padding: up to 72 bytes more than the message.
 */
export function compressFinal(state: usize, message: usize, length: u32, before: u64): void {
  const bits: u64 = (before + length) << 3;
  const padded: u32 = (length + 9 + 63) & ~63;
  store<u8>(message + length, 0x80);
  memory.fill(message + length + 1, 0, padded - length - 9);
  store<u64>(message + padded - 8, bswap(bits));
  for (let at: u32 = 0; at < padded; at += BLOCK_SIZE) {
    compress(state, message + at);
  }
}

// The running hash: its state and unfilled block in static memory, its counters here. One at a time.
let total: u64 = 0;
let filled: u32 = 0;

/** Begins a running hash from a state that has taken in `before` bytes, a multiple of 64. */
export function begin(state: usize, before: u64): void {
  memory.copy(HASH_STATE, state, DIGEST_SIZE);
  total = before;
  filled = 0;
}

export function beginPlain(): void {
  initialState(HASH_STATE);
  total = 0;
  filled = 0;
}

export function update(data: usize, length: u32): void {
  total += length;
  if (filled > 0) {
    const taken = min(BLOCK_SIZE - filled, length);
    memory.copy(HASH_BLOCK + filled, data, taken);
    filled += taken;
    if (filled < BLOCK_SIZE) return;
    compress(HASH_STATE, HASH_BLOCK);
    filled = 0;
    data += taken;
    length -= taken;
  }
  while (length >= BLOCK_SIZE) {
    compress(HASH_STATE, data);
    data += BLOCK_SIZE;
    length -= BLOCK_SIZE;
  }
  memory.copy(HASH_BLOCK, data, length);
  filled = length;
}

/** Ends the running hash, writes its digest and wipes its block. */
export function finish(digest: usize): void {
  const bits = total << 3;
  store<u8>(HASH_BLOCK + filled, 0x80);
  filled++;
  if (filled > BLOCK_SIZE - 8) {
    memory.fill(HASH_BLOCK + filled, 0, BLOCK_SIZE - filled);
    compress(HASH_STATE, HASH_BLOCK);
    filled = 0;
  }
  memory.fill(HASH_BLOCK + filled, 0, BLOCK_SIZE - 8 - filled);
  store<u64>(HASH_BLOCK, bswap(bits), 56);
  compress(HASH_STATE, HASH_BLOCK);
  storeDigest(digest, HASH_STATE);
  memory.fill(HASH_BLOCK, 0, BLOCK_SIZE);
  memory.fill(HASH_STATE, 0, DIGEST_SIZE);
  total = 0;
  filled = 0;
}
