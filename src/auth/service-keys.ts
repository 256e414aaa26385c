// Service keys: plain ones, and named ones of which only the hash is known here.

import { ServiceError } from "../contract/service-error.ts";
import { sha256Hex } from "../keys/sha-256.ts";
import { crc32 } from "../keys/token/crc-32.ts";
import { SECRET_MIN_BYTES, SERVICE_KEY_MAX_CHARACTERS } from "../platform/limits.ts";
import type { ServiceKeyCaller } from "./caller.ts";

/** Who sends a key, and what the key is compared with. */
interface Known {
  readonly caller: ServiceKeyCaller;
  /** A plain key itself, or the SHA-256 of a named one as lower-case hexadecimal digits. */
  readonly text: string;
}

export interface ServiceKeys {
  readonly plain: readonly Known[];
  readonly hashed: readonly Known[];
}

/**
 * Who sends this key; undefined: a stranger. Plain keys come first, so that only a named one costs
 * a hash. Throws `unauthenticated` for a named key that has ended, or has a typing error.
 */
export function identifyServiceKey(
  credential: string,
  { plain, hashed }: ServiceKeys,
  nowSeconds: number,
): ServiceKeyCaller | undefined {
  const caller = find(credential, plain);
  if (caller) return caller;
  const ownId = readOwnId(credential);
  if (hashed.length === 0 || !canBeNamed(credential)) return undefined;
  const named = find(sha256Hex(credential), hashed);
  if (!named) return undefined;
  if (ownId !== undefined && ownId !== named.id) {
    throw refused("It is in SERVICE_KEYS under another id than its own: correct the id there.");
  }
  const { notAfter } = named.scope;
  if (notAfter === undefined || nowSeconds < notAfter) return named;
  throw refused(`It ended ${nowSeconds - notAfter} s ago, at its notAfter.`);
}

/** Whether a text can be a named service key, by its length. */
export function canBeNamed({ length }: string): boolean {
  return length >= SECRET_MIN_BYTES && length <= SERVICE_KEY_MAX_CHARACTERS;
}

/** Compares with every one, in constant time. */
function find(text: string, known: readonly Known[]): ServiceKeyCaller | undefined {
  let found: ServiceKeyCaller | undefined;
  for (const each of known) if (equalsInConstantTime(text, each.text)) found ??= each.caller;
  return found;
}

/**
 * The time depends on the length of `expected` alone. Written by hand: the runtime's
 * `timingSafeEqual` needs bytes of equal length, and the encoding of each credential costs more
 * than this loop.
 */
function equalsInConstantTime(credential: string, expected: string): boolean {
  let difference = credential.length ^ expected.length;
  for (let i = 0; i < expected.length; i++) {
    // Beyond the end of `credential` charCodeAt is NaN, which counts as 0.
    difference |= credential.charCodeAt(i) ^ expected.charCodeAt(i);
  }
  return difference === 0;
}

/** lk_, the id, 32 random bytes as base64url, and the CRC-32 of all that is before it. */
const GENERATED_KEY = /^(lk_([a-z0-9-]{1,32})_[\w-]{43})_([0-9a-f]{8})$/;

/** The id that a generated key has in itself; undefined: the key is of another kind. */
function readOwnId(credential: string): string | undefined {
  if (!credential.startsWith("lk_")) return undefined;
  const [, named = "", id, checksum] = GENERATED_KEY.exec(credential) ?? [];
  if (crc32(named).toString(16).padStart(8, "0") === checksum) return id;
  throw refused("It is cut short or mistyped: its checksum is wrong. Copy it anew.");
}

function refused(why: string): ServiceError {
  return new ServiceError("unauthenticated", `This service key is refused. ${why}`);
}
