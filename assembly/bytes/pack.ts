// The vendor's little-endian packing (version 5, and the access tokens after it): u16, u32, strings
// with a u16 length, and maps with u16 keys. Each writer returns the address after what it wrote.

export function packU16(at: usize, value: u32): usize {
  store<u16>(at, <u16>value);
  return at + 2;
}

export function packU32(at: usize, value: u32): usize {
  store<u32>(at, value);
  return at + 4;
}

/** Copies 64 bytes. */
// @ts-ignore: decorator
@inline
export function copy64(to: usize, from: usize): void {
  v128.store(to, v128.load(from));
  v128.store(to, v128.load(from, 16), 16);
  v128.store(to, v128.load(from, 32), 32);
  v128.store(to, v128.load(from, 48), 48);
}
