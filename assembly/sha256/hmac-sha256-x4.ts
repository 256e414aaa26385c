// HMAC-SHA256 of four messages at once, each with a key and a length of its own. A word of all four
// is 16 bytes, as in sha256-x4.ts. See hmac-sha256.ts.

import { BLOCK_X4, INITIAL_X4, INNER_X4, NEXT_X4, OUTER_X4, STATE_X4 } from "../memory";
import { bigEndian } from "../bytes/endian";
import { BITS_AFTER_PAD } from "./hmac-sha256";
import { INITIAL_STATE_256 } from "./sha256";
import { compressX4 } from "./sha256-x4";

const STATE_WORDS: usize = 8;
const BLOCK_WORDS: usize = 16;

/** Gives all lanes the initial state. */
export function beginX4(): void {
  spreadState(INITIAL_X4, INITIAL_STATE_256);
}

/** Gives all lanes one state. */
export function spreadState(to: usize, state: usize): void {
  for (let i: usize = 0; i < STATE_WORDS; i++) {
    v128.store(to + (i << 4), v128.load32_splat(state + (i << 2)));
  }
}

/** Computes the midstates of four keys of `count` words, 1 to 8, in INNER_X4 and OUTER_X4. */
export function midstatesX4(keys: usize, count: usize): void {
  afterPad(keys, count, i32x4.splat(0x36363636), INNER_X4);
  afterPad(keys, count, i32x4.splat(0x5c5c5c5c), OUTER_X4);
}

function afterPad(keys: usize, count: usize, pad: v128, states: usize): void {
  let i: usize = 0;
  for (; i < count; i++) {
    v128.store(BLOCK_X4 + (i << 4), v128.xor(v128.load(keys + (i << 4)), pad));
  }
  for (; i < BLOCK_WORDS; i++) v128.store(BLOCK_X4 + (i << 4), pad);
  compressX4(INITIAL_X4, states, BLOCK_X4);
}

/** The last block of four hashes, after a pad and eight words of each. */
export function finishX4(midstates: usize, to: usize, words: usize): void {
  const zero = i32x4.splat(0);
  for (let i: usize = 0; i < STATE_WORDS; i++) {
    v128.store(BLOCK_X4 + (i << 4), v128.load(words + (i << 4)));
  }
  v128.store(BLOCK_X4, i32x4.splat(0x80000000), 128);
  for (let i: usize = 9; i < 15; i++) v128.store(BLOCK_X4 + (i << 4), zero);
  v128.store(BLOCK_X4, i32x4.splat(BITS_AFTER_PAD), 240);
  compressX4(midstates, to, BLOCK_X4);
}

/**
 * Signs four padded messages, the first at `messages` and `distance` bytes between them, from the
 * midstates in INNER_X4 and OUTER_X4. `padded` has their lengths, 64 or more. Leaves four states in
 * STATE_X4.
 */
export function signX4(messages: usize, distance: usize, padded: v128): void {
  let at: u32 = 0;
  let inner = INNER_X4;
  for (; i32x4.all_true(i32x4.gt_u(padded, i32x4.splat(at))); at += 64) {
    gather(messages + at, distance);
    compressX4(inner, STATE_X4, BLOCK_X4);
    inner = STATE_X4;
  }
  // Some messages are at their end, others go on: of those that are, the state stays.
  for (; ; at += 64) {
    const goesOn = i32x4.gt_u(padded, i32x4.splat(at));
    if (!v128.any_true(goesOn)) break;
    gather(messages + at, distance);
    compressX4(STATE_X4, NEXT_X4, BLOCK_X4);
    for (let i: usize = 0; i < STATE_WORDS; i++) {
      const state = STATE_X4 + (i << 4);
      v128.store(
        state,
        v128.bitselect(v128.load(NEXT_X4 + (i << 4)), v128.load(state), goesOn),
      );
    }
  }
  finishX4(OUTER_X4, STATE_X4, STATE_X4);
}

/** Reads a block of each message, word by word. */
function gather(messages: usize, distance: usize): void {
  for (let part: usize = 0; part < 64; part += 16) {
    const at = messages + part;
    transpose(
      BLOCK_X4 + (part << 2),
      16,
      bigEndian(v128.load(at)),
      bigEndian(v128.load(at + distance)),
      bigEndian(v128.load(at + 2 * distance)),
      bigEndian(v128.load(at + 3 * distance)),
    );
  }
}

/** Writes the digests of the four states in STATE_X4, `distance` bytes between them. */
export function storeDigestsX4(to: usize, distance: usize): void {
  for (let half: usize = 0; half < 2; half++) {
    const words = STATE_X4 + (half << 6);
    transpose(
      to + (half << 4),
      distance,
      bigEndian(v128.load(words)),
      bigEndian(v128.load(words, 16)),
      bigEndian(v128.load(words, 32)),
      bigEndian(v128.load(words, 48)),
    );
  }
}

/** Turns four vectors, one of each message or word, into four of the other kind. */
// @ts-ignore: decorator
@inline
function transpose(to: usize, distance: usize, a: v128, b: v128, c: v128, d: v128): void {
  const ab01 = i32x4.shuffle(a, b, 0, 4, 1, 5);
  const cd01 = i32x4.shuffle(c, d, 0, 4, 1, 5);
  const ab23 = i32x4.shuffle(a, b, 2, 6, 3, 7);
  const cd23 = i32x4.shuffle(c, d, 2, 6, 3, 7);
  v128.store(to, i64x2.shuffle(ab01, cd01, 0, 2));
  v128.store(to + distance, i64x2.shuffle(ab01, cd01, 1, 3));
  v128.store(to + 2 * distance, i64x2.shuffle(ab23, cd23, 0, 2));
  v128.store(to + 3 * distance, i64x2.shuffle(ab23, cd23, 1, 3));
}
