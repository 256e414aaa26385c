import { sharedCore } from "../wasm/core.ts";

/**
 * HMAC-SHA1 (RFC 2104, FIPS 180-4) of a message of any length under a key of any length: 20 bytes.
 * Throws a TypeError that names `key` or `message` if it is not a Uint8Array.
 */
export function hmacSha1(key: Uint8Array, message: Uint8Array): Uint8Array {
  assertBytes(key, message);
  return sharedCore().hmac("sha1", key, message);
}

/** The same with SHA-256: 32 bytes. */
export function hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array {
  assertBytes(key, message);
  return sharedCore().hmac("sha256", key, message);
}

function assertBytes(key: unknown, message: unknown): void {
  if (!(key instanceof Uint8Array)) throw new TypeError("key: must be a Uint8Array");
  if (!(message instanceof Uint8Array)) throw new TypeError("message: must be a Uint8Array");
}
