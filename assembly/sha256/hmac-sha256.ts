// HMAC-SHA256, RFC 2104, for access tokens: keys of at most 32 bytes, as two vectors of native
// words with zeros after them.

import { HMAC_INNER_256, HMAC_OUTER_256, SIGN_STATE } from "../memory";
import { BLOCK_SIZE } from "../bytes/padding";
import { INITIAL_STATE_256 } from "./sha256";
import { compress256, compressWords256 } from "./sha256-block";

/** How many bits a hash takes in after a pad and 32 bytes: a digest, or the certificate. */
export const BITS_AFTER_PAD: u32 = (64 + 32) << 3;

/** Computes both midstates of a key. */
export function midstates256(key0: v128, key1: v128, inner: usize, outer: usize): void {
  afterPad(key0, key1, i32x4.splat(0x36363636), inner);
  afterPad(key0, key1, i32x4.splat(0x5c5c5c5c), outer);
}

function afterPad(key0: v128, key1: v128, pad: v128, state: usize): void {
  compressWords256(INITIAL_STATE_256, state, v128.xor(key0, pad), v128.xor(key1, pad), pad, pad);
}

/** Signs a padded message, one block or more, from a key's midstates: leaves a state. */
export function sign256(
  inner: usize,
  outer: usize,
  message: usize,
  padded: u32,
  signature: usize,
): void {
  compress256(inner, SIGN_STATE, message);
  for (let at: u32 = BLOCK_SIZE; at < padded; at += BLOCK_SIZE) {
    compress256(SIGN_STATE, SIGN_STATE, message + at);
  }
  finish256(outer, signature, v128.load(SIGN_STATE), v128.load(SIGN_STATE, 16));
}

/** The last block of a hash, after a pad and 32 bytes, which come as words. */
export function finish256(midstate: usize, to: usize, words0: v128, words1: v128): void {
  const zero = i32x4.splat(0);
  const end = i32x4.replace_lane(zero, 0, 0x80000000);
  const length = i32x4.replace_lane(zero, 3, BITS_AFTER_PAD);
  compressWords256(midstate, to, words0, words1, end, length);
}

/** HMAC of 32 bytes, as words, under a u32 as the key (its four bytes, little-endian). */
export function signUnderNumber(key: u32, words0: v128, words1: v128, to: usize): void {
  const zero = i32x4.splat(0);
  midstates256(i32x4.replace_lane(zero, 0, bswap(key)), zero, HMAC_INNER_256, HMAC_OUTER_256);
  finish256(HMAC_INNER_256, to, words0, words1);
  finish256(HMAC_OUTER_256, to, v128.load(to), v128.load(to, 16));
}
