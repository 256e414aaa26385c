// HMAC-SHA1, RFC 2104. A key is used through its two midstates: the SHA-1 states after the inner and the outer pad. Whoever
// holds them can sign, but cannot get the key back.

import { DIGEST, HASH_STATE, HMAC_OUTER, OUTER_BLOCK, PAD } from "./memory";
import * as sha1 from "./sha1";

/** Computes both midstates of a key of at most 64 bytes, and wipes the pads. A longer key is hashed first (RFC 2104, 2). */
export function midstates(key: usize, length: u32, inner: usize, outer: usize): void {
  pad(key, length, 0x36);
  sha1.initialState(inner);
  sha1.compress(inner, PAD);
  pad(key, length, 0x5c);
  sha1.initialState(outer);
  sha1.compress(outer, PAD);
  memory.fill(PAD, 0, sha1.BLOCK_SIZE);
}

function pad(key: usize, length: u32, byte: u8): void {
  memory.fill(PAD, byte, sha1.BLOCK_SIZE);
  for (let i: u32 = 0; i < length; i++) {
    store<u8>(PAD + i, load<u8>(key + i) ^ byte);
  }
}

/** Signs one whole message, which is padded in place, into DIGEST. */
export function sign(inner: usize, outer: usize, message: usize, length: u32): void {
  memory.copy(HASH_STATE, inner, sha1.DIGEST_SIZE);
  sha1.compressFinal(HASH_STATE, message, length, sha1.BLOCK_SIZE);
  finishOuter(outer, HASH_STATE);
}

/** The outer hash over an inner state: always one block. */
function finishOuter(outer: usize, innerState: usize): void {
  sha1.storeDigest(OUTER_BLOCK, innerState);
  memory.copy(HASH_STATE, outer, sha1.DIGEST_SIZE);
  sha1.compressFinal(HASH_STATE, OUTER_BLOCK, sha1.DIGEST_SIZE, sha1.BLOCK_SIZE);
  sha1.storeDigest(DIGEST, HASH_STATE);
}

/** Begins a running HMAC, whose message then goes through `sha1.update`. */
export function begin(key: usize, length: u32): void {
  midstates(key, length, DIGEST, HMAC_OUTER);
  sha1.begin(DIGEST, sha1.BLOCK_SIZE);
}

/** Ends a running HMAC into DIGEST, and forgets its key. */
export function finish(): void {
  sha1.finish(OUTER_BLOCK);
  memory.copy(HASH_STATE, HMAC_OUTER, sha1.DIGEST_SIZE);
  memory.fill(HMAC_OUTER, 0, sha1.DIGEST_SIZE);
  sha1.compressFinal(HASH_STATE, OUTER_BLOCK, sha1.DIGEST_SIZE, sha1.BLOCK_SIZE);
  sha1.storeDigest(DIGEST, HASH_STATE);
}
