// Does a certificate verify an access token? Each signature is an HMAC-SHA256 (the vendor's
// AccessToken and AccessToken2), compared in constant time.

import { hmacSha256 } from "../hmac.ts";
import { crc32 } from "./crc-32.ts";
import type { InspectedToken006, ReadToken006, ReadToken007 } from "./read-token.ts";

/** For whom a 006 token may have been made. It shows neither. */
export interface Names006 {
  readonly channel: string;
  /** The user as one text; empty: anyone. */
  readonly user: string;
}

const UTF_8 = new TextEncoder();

/**
 * 006 signs its fields without a boundary: "room1" with "23" signs what "room12" with "3" does.
 * Only the checksums, which are not signed, tell them apart, so both must fit as well.
 */
export function verify006(
  { token, signature, signed }: ReadToken006,
  appCertificate: string,
  names: Names006,
): boolean {
  const beginning = UTF_8.encode(token.appId + names.channel + names.user);
  const message = new Uint8Array(beginning.length + signed.length);
  message.set(beginning);
  message.set(signed, beginning.length);
  const expected = hmacSha256(UTF_8.encode(appCertificate), message);
  return areEqual(signature, expected) && fits006(token, names);
}

/** Whether the token's checksums are those of the names. Needs no certificate. */
export function fits006(token: InspectedToken006, { channel, user }: Names006): boolean {
  return crc32(channel) === token.channelCrc32 && crc32(user) === token.userCrc32;
}

/** 007 needs nothing but the certificate, which is the message of its first HMAC. */
export function verify007(
  { token, signature, signed }: ReadToken007,
  appCertificate: string,
): boolean {
  const ofSecond = hmacSha256(u32Bytes(token.issueTs), UTF_8.encode(appCertificate));
  const key = hmacSha256(u32Bytes(token.salt), ofSecond);
  return areEqual(signature, hmacSha256(key, signed));
}

function u32Bytes(value: number): Uint8Array {
  return Uint8Array.of(value, value >>> 8, value >>> 16, value >>> 24);
}

/** Takes as long wherever the first difference is. */
function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
  return difference === 0;
}
