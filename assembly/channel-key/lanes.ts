// The messages of eight keys in eight lanes, as sha1-x8.ts reads them: each word of all eight in 32
// bytes, native. They differ only in numbers, which come four at a time: `half` is 0 for lanes 0 to
// 3 and 1 for lanes 4 to 7.

import { DECIMALS, HEXES, MESSAGE, MESSAGE_X8 } from "../memory";
import { bigEndian } from "../bytes/endian";
import { BLOCK_SIZE_X8 } from "../sha1/sha1-x8";
import { DECIMALS_X4 } from "../bytes/text";

/** Copies the padded message in MESSAGE into all lanes. */
export function spread(padded: u32): void {
  for (let at: u32 = 0; at < padded; at += 4) spreadWord(at);
}

/** Puts zeros into MESSAGE where each lane will have its own number. */
export function clear(at: u32, size: u32): void {
  memory.fill(MESSAGE + at, 0, size);
}

/** Writes the words around the `size` bytes from `at` on again, as they are in MESSAGE. */
export function restore(at: u32, size: u32): void {
  for (let word = at & ~3; word < at + size; word += 4) spreadWord(word);
}

// @ts-ignore: decorator
@inline
function spreadWord(at: u32): void {
  const word = bigEndian(v128.load32_splat(MESSAGE + at));
  v128.store(wordAt(at), word);
  v128.store(wordAt(at), word, 16);
}

/** The address of the word with byte `at` of the message. */
// @ts-ignore: decorator
@inline
function wordAt(at: u32): usize {
  return MESSAGE_X8 + <usize>(at >> 6) * BLOCK_SIZE_X8 + ((at & 60) << 3);
}

/** Puts four numbers, little-endian, where the message has zeros. */
export function orNumbers(at: u32, half: usize, numbers: v128): void {
  orBytes(at, half, bigEndian(numbers));
}

/** Puts the eight hex digits of four numbers, from HEXES, where the message has zeros. */
export function orHexes(at: u32, half: usize): void {
  const first = v128.load(HEXES + (half << 5));
  const second = v128.load(HEXES + (half << 5), 16);
  orBytes(at, half, bigEndian(i32x4.shuffle(first, second, 0, 2, 4, 6)));
  orBytes(at + 4, half, bigEndian(i32x4.shuffle(first, second, 1, 3, 5, 7)));
}

/** Puts the ten digits of four numbers, from DECIMALS, where the message has zeros. */
export function orDecimals(at: u32, half: usize): void {
  const digits = DECIMALS + half * DECIMALS_X4;
  orBytes(at, half, i32x4.shl(bigEndian(v128.load(digits)), 16));
  orBytes(at + 2, half, bigEndian(v128.load(digits, 16)));
  orBytes(at + 6, half, bigEndian(v128.load(digits, 32)));
}

/**
 * Four bytes for each lane, anywhere in the message: they go into the end of one word and the start
 * of the next.
 */
// @ts-ignore: decorator
@inline
function orBytes(at: u32, half: usize, bytes: v128): void {
  const words = wordAt(at) + (half << 4);
  const shift: i32 = (at & 3) << 3;
  v128.store(words, v128.or(v128.load(words), i32x4.shr_u(bytes, shift)));
  // In two steps, because a shift by 32 is a shift by 0.
  const rest = i32x4.shl(i32x4.shl(bytes, 24 - shift), 8);
  const next = wordAt(at + 4) + (half << 4);
  v128.store(next, v128.or(v128.load(next), rest));
}
