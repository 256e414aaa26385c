/** CRC-32 (ISO 3309, as zlib and 006 have it) of a text's UTF-8 bytes: 0 for the empty text. */
export function crc32(text: string): number {
  let crc = -1;
  for (const byte of new TextEncoder().encode(text)) {
    crc ^= byte;
    // The polynomial with its bits in reverse order.
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  }
  return ~crc >>> 0;
}
