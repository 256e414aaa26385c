/**
 * Reverses the bytes of each word: SHA-1 and SHA-256 read big-endian (FIPS 180-4, 3.1), WebAssembly
 * little-endian.
 */
// @ts-ignore: decorator
@inline
export function bigEndian(bytes: v128): v128 {
  return i8x16.shuffle(bytes, bytes, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
}
