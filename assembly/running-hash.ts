// A hash or an HMAC of a message of any length, in pieces, by either algorithm. Its state and its
// unfilled block are in static memory, its counters here. There is one at a time.

import { HASH_BLOCK, HASH_STATE, HMAC_OUTER, PAD } from "./memory";
import { BLOCK_SIZE, storeDigest } from "./bytes/padding";
import { fillPad } from "./sha1/hmac-sha1";
import { DIGEST_SIZE, initialState } from "./sha1/sha1";
import { compress } from "./sha1/sha1-block";
import { DIGEST_SIZE_256, INITIAL_STATE_256 } from "./sha256/sha256";
import { compress256 } from "./sha256/sha256-block";

/** What the host calls the algorithms. */
export const SHA_1: u32 = 1;
export const SHA_256: u32 = 256;

let algorithm: u32 = SHA_1;
let total: u64 = 0;
let filled: u32 = 0;

/** Begins a hash. */
export function begin(wanted: u32): void {
  algorithm = wanted;
  total = 0;
  filled = 0;
  initial(HASH_STATE);
}

/**
 * Begins an HMAC (RFC 2104) with a key of at most 64 bytes. The caller hashes a longer one first
 * (RFC 2104, 2).
 */
export function beginHmac(wanted: u32, key: usize, length: u32): void {
  begin(wanted);
  initial(HMAC_OUTER);
  fillPad(key, length, 0x36);
  takeBlock(HASH_STATE, PAD);
  fillPad(key, length, 0x5c);
  takeBlock(HMAC_OUTER, PAD);
  memory.fill(PAD, 0, BLOCK_SIZE);
  total = BLOCK_SIZE;
}

export function update(data: usize, length: u32): void {
  total += length;
  if (filled > 0) {
    const taken = min(BLOCK_SIZE - filled, length);
    memory.copy(HASH_BLOCK + filled, data, taken);
    filled += taken;
    if (filled < BLOCK_SIZE) return;
    takeBlock(HASH_STATE, HASH_BLOCK);
    filled = 0;
    data += taken;
    length -= taken;
  }
  while (length >= BLOCK_SIZE) {
    takeBlock(HASH_STATE, data);
    data += BLOCK_SIZE;
    length -= BLOCK_SIZE;
  }
  memory.copy(HASH_BLOCK, data, length);
  filled = length;
}

/** Ends a hash: writes its digest, forgets all else, and returns the digest's length. */
export function finish(digest: usize): u32 {
  const bits = total << 3;
  store<u8>(HASH_BLOCK + filled, 0x80);
  filled++;
  if (filled > BLOCK_SIZE - 8) {
    memory.fill(HASH_BLOCK + filled, 0, BLOCK_SIZE - filled);
    takeBlock(HASH_STATE, HASH_BLOCK);
    filled = 0;
  }
  memory.fill(HASH_BLOCK + filled, 0, BLOCK_SIZE - 8 - filled);
  store<u64>(HASH_BLOCK, bswap(bits), 56);
  takeBlock(HASH_STATE, HASH_BLOCK);
  const size = algorithm == SHA_1 ? DIGEST_SIZE : DIGEST_SIZE_256;
  storeDigest(digest, HASH_STATE, size);
  memory.fill(HASH_BLOCK, 0, BLOCK_SIZE);
  memory.fill(HASH_STATE, 0, DIGEST_SIZE_256);
  total = 0;
  filled = 0;
  return size;
}

/** Ends an HMAC: its outer hash is of the inner digest. */
export function finishHmac(digest: usize): u32 {
  const size = finish(digest);
  memory.copy(HASH_STATE, HMAC_OUTER, DIGEST_SIZE_256);
  memory.fill(HMAC_OUTER, 0, DIGEST_SIZE_256);
  total = BLOCK_SIZE;
  update(digest, size);
  return finish(digest);
}

function initial(state: usize): void {
  if (algorithm == SHA_1) initialState(state);
  else memory.copy(state, INITIAL_STATE_256, DIGEST_SIZE_256);
}

function takeBlock(state: usize, block: usize): void {
  if (algorithm == SHA_1) compress(state, state, block);
  else compress256(state, state, block);
}
