import type { JSONWebKeySet, JWK } from "jose";

/** The types of which we know public keys. */
const KEY_TYPES = ["RSA", "EC", "OKP"];

/**
 * For a setting: a secret in a public key set is a mistake that must not go unnoticed, and at least
 * one key must be of use.
 */
export function isPublicKeySet(value: unknown): value is JSONWebKeySet {
  return isKeySet(value) && !value.keys.some(isSecret) && value.keys.some(isOfUse);
}

/** What can be used of a key set that a provider publishes. */
export interface PublishedKeys {
  readonly jwks: JSONWebKeySet;
  /** Whether the set holds a private or a shared key. It is as good as public now: never used. */
  readonly hasSecret: boolean;
}

/**
 * Skips the keys that are of no use to us (RFC 7517, 5), and not the set: whoever withdrew a key is
 * not overruled by another key's fault. Undefined where the value is no key set.
 */
export function readPublishedKeys(value: unknown): PublishedKeys | undefined {
  if (!isKeySet(value)) return undefined;
  const keys = value.keys.filter((key) => isOfUse(key) && !isSecret(key)).map(withOneName);
  return { jwks: { keys }, hasSecret: value.keys.some(isSecret) };
}

function isKeySet(value: unknown): value is JSONWebKeySet {
  if (typeof value !== "object" || value === null || !("keys" in value)) return false;
  const { keys } = value;
  return Array.isArray(keys) && keys.every(isJwk);
}

function isJwk(key: unknown): key is JWK {
  return typeof key === "object" && key !== null && !Array.isArray(key);
}

/** `d` is a private key, `k` a shared one. */
function isSecret(key: JWK): boolean {
  return "d" in key || "k" in key;
}

function isOfUse({ kty }: JWK): boolean {
  return typeof kty === "string" && KEY_TYPES.includes(kty);
}

/** RFC 9864 gave EdDSA with this curve a name of its own. Both are the same signatures. */
function withOneName(key: JWK): JWK {
  return key.alg === "Ed25519" ? { ...key, alg: "EdDSA" } : key;
}
