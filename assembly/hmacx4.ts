// HMAC-SHA1 of four messages of equal length under one key, from its midstates. See hmac.ts.

import { INNER_X4, MESSAGE_X4, OUTER_BLOCK_X4, OUTER_X4, SIGNATURE_X4, SIGNATURES } from "./memory";
import { OUTER_BITS } from "./hmac";
import { BLOCK_SIZE } from "./sha1";
import { BLOCK_SIZE_X4, compressX4 } from "./sha1x4";

/** Gives all lanes the midstates of one key, and the outer block its padding, which follows the inner digest's five words. */
export function begin(inner: usize, outer: usize): void {
  for (let word: usize = 0; word < 5; word++) {
    v128.store(INNER_X4 + (word << 4), v128.load32_splat(inner + (word << 2)));
    v128.store(OUTER_X4 + (word << 4), v128.load32_splat(outer + (word << 2)));
  }
  memory.fill(OUTER_BLOCK_X4, 0, BLOCK_SIZE_X4);
  v128.store(OUTER_BLOCK_X4, i32x4.splat(0x80000000), 80);
  v128.store(OUTER_BLOCK_X4, i32x4.splat(OUTER_BITS), 240);
}

/** Signs the padded messages in MESSAGE_X4 into SIGNATURES: four states of five words, 32 bytes apart. */
export function sign(padded: u32): void {
  compressX4(INNER_X4, OUTER_BLOCK_X4, MESSAGE_X4);
  const end = MESSAGE_X4 + (padded << 2);
  for (let block = MESSAGE_X4 + BLOCK_SIZE_X4; block < end; block += BLOCK_SIZE_X4) {
    compressX4(OUTER_BLOCK_X4, OUTER_BLOCK_X4, block);
  }
  compressX4(OUTER_X4, SIGNATURE_X4, OUTER_BLOCK_X4);
  separate();
}

/** From a vector for each word to a state for each lane. */
function separate(): void {
  const a = v128.load(SIGNATURE_X4);
  const b = v128.load(SIGNATURE_X4, 16);
  const c = v128.load(SIGNATURE_X4, 32);
  const d = v128.load(SIGNATURE_X4, 48);
  const ab01 = i32x4.shuffle(a, b, 0, 4, 1, 5);
  const cd01 = i32x4.shuffle(c, d, 0, 4, 1, 5);
  const ab23 = i32x4.shuffle(a, b, 2, 6, 3, 7);
  const cd23 = i32x4.shuffle(c, d, 2, 6, 3, 7);
  v128.store(SIGNATURES, i64x2.shuffle(ab01, cd01, 0, 2));
  v128.store(SIGNATURES, i64x2.shuffle(ab01, cd01, 1, 3), 32);
  v128.store(SIGNATURES, i64x2.shuffle(ab23, cd23, 0, 2), 64);
  v128.store(SIGNATURES, i64x2.shuffle(ab23, cd23, 1, 3), 96);
  const e = v128.load(SIGNATURE_X4, 64);
  v128.store32_lane(SIGNATURES, e, 0, 16);
  v128.store32_lane(SIGNATURES, e, 1, 48);
  v128.store32_lane(SIGNATURES, e, 2, 80);
  v128.store32_lane(SIGNATURES, e, 3, 112);
}
