import { sharedCore } from "../wasm/core.ts";

/** SHA-256 (FIPS 180-4) of bytes, or of a text's UTF-8: 64 lower-case hexadecimal digits. */
export function sha256Hex(message: string | Uint8Array): string {
  const bytes = typeof message === "string" ? new TextEncoder().encode(message) : message;
  let digits = "";
  for (const byte of sharedCore().hash("sha256", bytes)) {
    digits += (byte < 16 ? "0" : "") + byte.toString(16);
  }
  return digits;
}
