// Text writers. Each takes where to write and returns where it stopped; the caller has made sure of the room.

const LOWER: usize = memory.data<u8>([48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 97, 98, 99, 100, 101, 102]);
const UPPER: usize = memory.data<u8>([48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 65, 66, 67, 68, 69, 70]);

/** Ten decimal digits, zero-padded: enough for every u32. */
export function putDecimal(at: usize, value: u32): usize {
  for (let i = at + 9; i >= at; i--) {
    store<u8>(i, 48 + (value % 10));
    value /= 10;
  }
  return at + 10;
}

/** Eight lower-case hex digits, zero-padded. */
export function putHex(at: usize, value: u32): usize {
  for (let shift: i32 = 28; shift >= 0; shift -= 4) {
    store<u8>(at++, load<u8>(LOWER + ((value >> shift) & 15)));
  }
  return at;
}

export function putHexBytesLower(at: usize, bytes: usize, length: u32): usize {
  return putHexBytes(at, bytes, length, LOWER);
}

export function putHexBytesUpper(at: usize, bytes: usize, length: u32): usize {
  return putHexBytes(at, bytes, length, UPPER);
}

function putHexBytes(at: usize, bytes: usize, length: u32, digits: usize): usize {
  for (let i: u32 = 0; i < length; i++) {
    const byte = load<u8>(bytes + i);
    store<u8>(at++, load<u8>(digits + (byte >> 4)));
    store<u8>(at++, load<u8>(digits + (byte & 15)));
  }
  return at;
}

/** Standard base64 with padding (RFC 4648, section 4). */
export function putBase64(at: usize, bytes: usize, length: u32): usize {
  let i: u32 = 0;
  for (; i + 2 < length; i += 3) {
    const group: u32 =
      ((<u32>load<u8>(bytes + i)) << 16) | ((<u32>load<u8>(bytes + i, 1)) << 8) | (<u32>load<u8>(bytes + i, 2));
    at = putSextets(at, group, 4);
  }
  const left = length - i;
  if (left == 1) {
    at = putSextets(at, (<u32>load<u8>(bytes + i)) << 16, 2);
    store<u16>(at, 0x3d3d);
    return at + 2;
  }
  if (left == 2) {
    at = putSextets(at, ((<u32>load<u8>(bytes + i)) << 16) | ((<u32>load<u8>(bytes + i, 1)) << 8), 3);
    store<u8>(at, 0x3d);
    return at + 1;
  }
  return at;
}

const BASE64: usize = memory.data<u8>([
  65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 80, 81, 82, 83, 84, 85, 86, 87, 88, 89, 90, 97, 98, 99, 100, 101,
  102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 114, 115, 116, 117, 118, 119, 120, 121, 122, 48, 49, 50, 51, 52,
  53, 54, 55, 56, 57, 43, 47,
]);

function putSextets(at: usize, group: u32, count: i32): usize {
  for (let shift: i32 = 18; count > 0; count--, shift -= 6) {
    store<u8>(at++, load<u8>(BASE64 + ((group >> shift) & 63)));
  }
  return at;
}

/** The value of a hex digit in either case, or -1. */
function hexValue(digit: u8): i32 {
  const number = <u32>digit - 48;
  if (number < 10) return <i32>number;
  const letter = ((<u32>digit) | 32) - 97;
  return letter < 6 ? <i32>(letter + 10) : -1;
}

/** Decodes 32 hex digits into 16 bytes; false, with some bytes written, where one is not a hex digit. */
export function decodeHex32(text: usize, bytes: usize): bool {
  let wrong: i32 = 0;
  for (let i: usize = 0; i < 16; i++) {
    const high = hexValue(load<u8>(text + 2 * i));
    const low = hexValue(load<u8>(text + 2 * i, 1));
    wrong |= high | low;
    store<u8>(bytes + i, (high << 4) | low);
  }
  return wrong >= 0;
}
