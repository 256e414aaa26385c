// Base64 of whole contents (RFC 4648, section 4), with padding.

import { putBase64 } from "./text";

/**
 * Writes `length` bytes as text, and returns the text's length. 16 bytes after the last one are
 * read, and up to 15 characters after the text are written.
 */
export function putBase64Text(at: usize, bytes: usize, length: u32): u32 {
  // The last group may have one or two bytes, and zeros for the others.
  store<u16>(bytes + length, 0);
  for (let group: u32 = 0, i: usize = 0; group < length; group += 12, i += 16) {
    putBase64(at + i, bytes + group);
  }
  const size: u32 = ((length + 2) / 3) << 2;
  const padding: u32 = (3 - (length % 3)) % 3;
  if (padding > 0) store<u8>(at + size - 1, 0x3d);
  if (padding > 1) store<u8>(at + size - 2, 0x3d);
  return size;
}
