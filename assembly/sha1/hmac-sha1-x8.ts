// HMAC-SHA1 of eight messages of equal length under one key, from its midstates. See hmac-sha1.ts.

import { INNER_X8, MESSAGE_X8, OUTER_BLOCK_X8, OUTER_X8, SIGNATURE_X8, SIGNATURES } from "../memory";
import { OUTER_BITS } from "./hmac-sha1";
import { BLOCK_SIZE_X8, compressX8 } from "./sha1-x8";

/**
 * Gives all lanes the midstates of one key, and gives the outer block its padding, which comes
 * after the five words of the inner digest.
 */
export function begin(inner: usize, outer: usize): void {
  for (let word: usize = 0; word < 5; word++) {
    fillWord(INNER_X8, word, load<u32>(inner + (word << 2)));
    fillWord(OUTER_X8, word, load<u32>(outer + (word << 2)));
  }
  memory.fill(OUTER_BLOCK_X8, 0, BLOCK_SIZE_X8);
  fillWord(OUTER_BLOCK_X8, 5, 0x80000000);
  fillWord(OUTER_BLOCK_X8, 15, OUTER_BITS);
}

function fillWord(at: usize, word: usize, value: u32): void {
  v128.store(at + (word << 5), i32x4.splat(value));
  v128.store(at + (word << 5), i32x4.splat(value), 16);
}

/** Signs the padded messages in MESSAGE_X8 into SIGNATURES: eight states, 32 bytes apart. */
export function sign(padded: u32): void {
  compressX8(INNER_X8, OUTER_BLOCK_X8, MESSAGE_X8);
  const end = MESSAGE_X8 + <usize>(padded >> 6) * BLOCK_SIZE_X8;
  for (let block = MESSAGE_X8 + BLOCK_SIZE_X8; block < end; block += BLOCK_SIZE_X8) {
    compressX8(OUTER_BLOCK_X8, OUTER_BLOCK_X8, block);
  }
  compressX8(OUTER_X8, SIGNATURE_X8, OUTER_BLOCK_X8);
  separate(SIGNATURES, SIGNATURE_X8);
  separate(SIGNATURES + 128, SIGNATURE_X8 + 16);
}

/** Turns a vector for each word, with four lanes, into a state for each lane. */
function separate(to: usize, words: usize): void {
  const a = v128.load(words);
  const b = v128.load(words, 32);
  const c = v128.load(words, 64);
  const d = v128.load(words, 96);
  const e = v128.load(words, 128);
  const ab01 = i32x4.shuffle(a, b, 0, 4, 1, 5);
  const cd01 = i32x4.shuffle(c, d, 0, 4, 1, 5);
  const ab23 = i32x4.shuffle(a, b, 2, 6, 3, 7);
  const cd23 = i32x4.shuffle(c, d, 2, 6, 3, 7);
  v128.store(to, i64x2.shuffle(ab01, cd01, 0, 2));
  v128.store(to, i64x2.shuffle(ab01, cd01, 1, 3), 32);
  v128.store(to, i64x2.shuffle(ab23, cd23, 0, 2), 64);
  v128.store(to, i64x2.shuffle(ab23, cd23, 1, 3), 96);
  v128.store32_lane(to, e, 0, 16);
  v128.store32_lane(to, e, 1, 48);
  v128.store32_lane(to, e, 2, 80);
  v128.store32_lane(to, e, 3, 112);
}
