// The vendor's little-endian packing (version 5, and the access tokens after it): u16, u32, strings with a u16 length, and
// maps of u16 keys. Each writer returns where it stopped.

export function packU16(at: usize, value: u32): usize {
  store<u16>(at, <u16>value);
  return at + 2;
}

export function packU32(at: usize, value: u32): usize {
  store<u32>(at, value);
  return at + 4;
}

export function packBytes(at: usize, bytes: usize, length: u32): usize {
  at = packU16(at, length);
  memory.copy(at, bytes, length);
  return at + length;
}
