import type { JSONWebKeySet, JWK } from "jose";

/**
 * A secret in a public key set is a mistake that must not go unnoticed: `d` is a private key, `k` a
 * shared one. Keys of types that we don't know are ignored (RFC 7517, section 5), but at least one
 * must be of use.
 */
export function isPublicKeySet(value: unknown): value is JSONWebKeySet {
  if (typeof value !== "object" || value === null || !("keys" in value)) return false;
  const { keys } = value;
  if (!Array.isArray(keys) || !keys.every(isPublicKey)) return false;
  return keys.some(({ kty }) => ["RSA", "EC", "OKP"].includes(kty));
}

function isPublicKey(key: unknown): key is JWK & { kty: string } {
  if (typeof key !== "object" || key === null || !("kty" in key)) return false;
  return typeof key.kty === "string" && !("d" in key || "k" in key);
}
