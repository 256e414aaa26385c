import { sharedCore } from "../wasm/core.ts";

/** SHA-256 (FIPS 180-4) of a text's UTF-8 bytes: 64 lower-case hexadecimal digits. */
export function sha256Hex(text: string): string {
  const digest = sharedCore().hash("sha256", new TextEncoder().encode(text));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
