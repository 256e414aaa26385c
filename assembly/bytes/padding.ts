// What SHA-1 and SHA-256 have in common (FIPS 180-4, 5.1.1 and 5.2.1): blocks of 64 bytes, and a
// padding that ends in the message's length.

export const BLOCK_SIZE: u32 = 64;

/**
 * Pads a message in place and returns its padded length. `before` is how many bytes were hashed
 * before it, a multiple of 64. The buffer has room for 80 bytes more than the message.
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

/** Writes a state of `size` bytes as a big-endian digest. */
export function storeDigest(digest: usize, state: usize, size: u32): void {
  for (let i: u32 = 0; i < size; i += 4) store<u32>(digest + i, bswap(load<u32>(state + i)));
}
