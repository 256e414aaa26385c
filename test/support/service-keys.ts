// Named service keys as `npx latchkey service-key new` makes them, written apart from src/.

import { sha256 } from "@noble/hashes/sha2.js";
import type { ServiceKeyCaller } from "../../src/auth/caller.ts";
import { base64url } from "./grants.ts";

export const ALL_OPERATIONS = ["keys", "batch", "tokens", "grants", "inspect", "revocations"];

/** What an entry of SERVICE_KEYS says beside its id and its hash; wrong values included. */
export interface ScopeSays {
  readonly allow?: readonly string[];
  readonly channels?: readonly string[] | undefined;
  readonly services?: readonly string[] | undefined;
  readonly maxExpiresIn?: number | undefined;
  readonly notAfter?: number | undefined;
}

export interface NamedKey {
  readonly key: string;
  readonly entry: object;
}

const utf8 = new TextEncoder();

export function hashOf(key: string): string {
  return Array.from(sha256(utf8.encode(key)), (byte) => byte.toString(16).padStart(2, "0")).join(
    "",
  );
}

/** RFC 1952, 8, a bit at a time. */
export function crcOf(text: string): string {
  let crc = 0xffffffffn;
  for (const byte of utf8.encode(text)) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ 0xedb88320n : crc >> 1n;
  }
  return (crc ^ 0xffffffffn).toString(16).padStart(8, "0");
}

export function keyText(id: string): string {
  const text = `lk_${id}_${base64url(crypto.getRandomValues(new Uint8Array(32)))}`;
  return `${text}_${crcOf(text)}`;
}

/** May do everything but revoke, where it says no more. */
export function newKey(id: string, scope: ScopeSays = {}, key = keyText(id)): NamedKey {
  const allow = ALL_OPERATIONS.filter((name) => name !== "revocations");
  return { key, entry: { id, sha256: hashOf(key), allow, ...scope } };
}

/** As the setting SERVICE_KEYS has them. */
export function serviceKeys(...keys: readonly NamedKey[]): string {
  return JSON.stringify(keys.map(({ entry }) => entry));
}

/** Who SERVICE_KEY is, for tests that call an operation themselves. */
export const UNLIMITED: ServiceKeyCaller = {
  kind: "serviceKey",
  id: "SERVICE_KEY",
  isNamed: false,
  scope: { allow: ["keys", "batch", "tokens", "grants", "inspect", "revocations"] },
};
