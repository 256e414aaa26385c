// Whether the keys of GRANT_JWKS can verify grants. Which algorithm a key is for can be read at
// once; whether it can be imported is known only when it was, so `GET /ready` tries.

import { type CryptoKey, importJWK, type JSONWebKeySet, type JWK } from "jose";
import { RSA_MIN_BITS } from "../platform/limits.ts";

/** The algorithm that a public key verifies grants with; undefined where it is for none of ours. */
export function grantAlgorithm({ kty, crv, alg, use, key_ops: operations }: JWK) {
  if (use !== undefined && use !== "sig") return undefined;
  if (Array.isArray(operations) && !operations.includes("verify")) return undefined;
  const is = (...names: readonly string[]) => alg === undefined || names.includes(alg);
  if (kty === "RSA" && is("RS256")) return "RS256";
  if (kty === "EC" && crv === "P-256" && is("ES256")) return "ES256";
  if (kty === "OKP" && crv === "Ed25519" && is("EdDSA", "Ed25519")) return "EdDSA";
  return undefined;
}

/** The keys that can't verify a grant although they should, by their place in the set. */
export async function keySetProblem(jwks: JSONWebKeySet): Promise<string | undefined> {
  const problems = await Promise.all(jwks.keys.map(keyProblem));
  const found = problems.flatMap((problem, i) => (problem ? [`keys[${i}] ${problem}`] : []));
  return found.length === 0 ? undefined : found.join("; ");
}

async function keyProblem(jwk: JWK): Promise<string | undefined> {
  const algorithm = grantAlgorithm(jwk);
  if (algorithm === undefined) return undefined;
  let key: CryptoKey;
  try {
    // Bytes come of shared keys alone, and config/jwks.ts takes none.
    key = (await importJWK(jwk, algorithm)) as CryptoKey;
  } catch {
    return `can't be imported as a key of ${algorithm}: export it from its owner once more`;
  }
  const { modulusLength = RSA_MIN_BITS } = key.algorithm as { readonly modulusLength?: number };
  if (modulusLength >= RSA_MIN_BITS) return undefined;
  return `has ${modulusLength} bits: RS256 needs ${RSA_MIN_BITS} or more (RFC 7518, 3.3)`;
}
