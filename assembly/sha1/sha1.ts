// SHA-1 of whole messages, FIPS 180-4, sections 5 and 6.1. A state is five words, native in memory.
// A digest is big-endian.

import { HASH_BLOCK, HASH_STATE } from "../memory";
import { compress } from "./sha1-block";

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

/** Writes the state as a big-endian digest of 20 bytes. */
export function storeDigest(digest: usize, state: usize): void {
  for (let i: usize = 0; i < 20; i += 4) {
    store<u32>(digest + i, bswap(load<u32>(state + i)));
  }
}

/**
 * Pads a short message in place (FIPS 180-4, 5.1.1) and returns its padded length. `before` is how
 * many bytes were hashed before it, a multiple of 64. The buffer has room for 80 bytes more than
 * the message.
 */
export function pad(message: usize, length: u32, before: u32): u32 {
  const padded: u32 = (length + 9 + 63) & ~63;
  const end = message + length;
  const zero = i32x4.splat(0);
  v128.store(end, i32x4.replace_lane(zero, 0, 0x80));
  v128.store(end, zero, 16);
  v128.store(end, zero, 32);
  v128.store(end, zero, 48);
  v128.store(end, zero, 64);
  store<u32>(message + padded - 4, bswap((before + length) << 3));
  return padded;
}

// The running hash. Its state and unfilled block are in static memory, its counters here. There is
// one at a time.
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
    compress(HASH_STATE, HASH_STATE, HASH_BLOCK);
    filled = 0;
    data += taken;
    length -= taken;
  }
  while (length >= BLOCK_SIZE) {
    compress(HASH_STATE, HASH_STATE, data);
    data += BLOCK_SIZE;
    length -= BLOCK_SIZE;
  }
  memory.copy(HASH_BLOCK, data, length);
  filled = length;
}

/** Ends the running hash: leaves its result in HASH_STATE, and wipes its block. */
export function finish(): void {
  const bits = total << 3;
  store<u8>(HASH_BLOCK + filled, 0x80);
  filled++;
  if (filled > BLOCK_SIZE - 8) {
    memory.fill(HASH_BLOCK + filled, 0, BLOCK_SIZE - filled);
    compress(HASH_STATE, HASH_STATE, HASH_BLOCK);
    filled = 0;
  }
  memory.fill(HASH_BLOCK + filled, 0, BLOCK_SIZE - 8 - filled);
  store<u64>(HASH_BLOCK, bswap(bits), 56);
  compress(HASH_STATE, HASH_STATE, HASH_BLOCK);
  memory.fill(HASH_BLOCK, 0, BLOCK_SIZE);
  total = 0;
  filled = 0;
}
