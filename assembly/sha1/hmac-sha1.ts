// HMAC-SHA1, RFC 2104. A key is used through its two midstates: the SHA-1 states after the inner
// and the outer pad. They are enough to sign, but they do not give the key back.

import { PAD, SIGN_STATE, SIGNATURE } from "../memory";
import { BLOCK_SIZE } from "../bytes/padding";
import { initialState } from "./sha1";
import { compress, compressWords, STATE_WORD_4 } from "./sha1-block";

/** How much the outer hash takes in, in bits: the pad and the inner digest. */
export const OUTER_BITS: u32 = (64 + 20) << 3;

/**
 * Computes both midstates of a key of at most 64 bytes, and wipes the pads. The caller hashes a
 * longer key first (RFC 2104, 2).
 */
export function midstates(key: usize, length: u32, inner: usize, outer: usize): void {
  fillPad(key, length, 0x36);
  initialState(inner);
  compress(inner, inner, PAD);
  fillPad(key, length, 0x5c);
  initialState(outer);
  compress(outer, outer, PAD);
  memory.fill(PAD, 0, BLOCK_SIZE);
}

/** Writes a key of at most 64 bytes, each byte changed by `byte`, into PAD (RFC 2104, 2). */
export function fillPad(key: usize, length: u32, byte: u8): void {
  memory.fill(PAD, byte, BLOCK_SIZE);
  for (let i: u32 = 0; i < length; i++) {
    store<u8>(PAD + i, load<u8>(key + i) ^ byte);
  }
}

/** Signs a padded message, one block or more: the signature is the state left in SIGNATURE. */
export function sign(inner: usize, outer: usize, message: usize, padded: u32): void {
  compress(inner, SIGN_STATE, message);
  for (let at: u32 = BLOCK_SIZE; at < padded; at += BLOCK_SIZE) {
    compress(SIGN_STATE, SIGN_STATE, message + at);
  }
  finishOuter(outer, SIGNATURE, SIGN_STATE);
}

/** The outer hash of an inner state. It is always one block, and all but five words are known. */
function finishOuter(outer: usize, signature: usize, inner: usize): void {
  const zero = i32x4.splat(0);
  const end = i32x4.replace_lane(zero, 1, 0x80000000);
  const rest = i32x4.replace_lane(end, 0, load<u32>(inner, STATE_WORD_4));
  const length = i32x4.replace_lane(zero, 3, OUTER_BITS);
  compressWords(outer, signature, v128.load(inner), rest, zero, length);
}
