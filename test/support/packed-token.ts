// Access tokens written by the format alone, with a stored block for zlib: whatever a token may
// say, and what no builder makes. Shares no code with the reader.

import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";

export const hmacSha256 = (key: Uint8Array, message: Uint8Array) => hmac(sha256, key, message);

/** A piece of packed bytes. */
export type Packed = readonly number[];

export const u16 = (value: number): Packed => [value & 255, (value >> 8) & 255];
export const u32 = (value: number): Packed => [...u16(value & 0xffff), ...u16(value >>> 16)];
export const string = (bytes: Iterable<number>): Packed => [...u16([...bytes].length), ...bytes];
export const text = (value: string): Packed => string(new TextEncoder().encode(value));

/** In the order given. */
export const map = (entries: readonly (readonly [key: number, value: Packed])[]): Packed => [
  ...u16(entries.length),
  ...entries.flatMap(([key, value]) => [...u16(key), ...value]),
];
export const privileges = (entries: readonly (readonly [number, number])[]): Packed =>
  map(entries.map(([key, value]) => [key, u32(value)]));

/** A service: its type, its privileges, then its own fields. */
export const service = (
  type: number,
  entries: readonly (readonly [number, number])[],
  ...fields: readonly Packed[]
): Packed => [...u16(type), ...privileges(entries), ...fields.flat()];

export interface Fields007 {
  readonly appId: string;
  readonly appCertificate: string;
  readonly issueTs: number;
  readonly expire: number;
  readonly salt?: number;
  readonly services: readonly Packed[];
  /** What follows the services. */
  readonly rest?: Packed;
  /** How many services the token says it has. */
  readonly count?: number;
}

export function token007({
  appId,
  appCertificate,
  issueTs,
  expire,
  salt = 7,
  services,
  rest = [],
  count = services.length,
}: Fields007): string {
  const body = [
    ...text(appId),
    ...u32(issueTs),
    ...u32(expire),
    ...u32(salt),
    ...u16(count),
    ...services.flat(),
    ...rest,
  ];
  const ofSecond = hmacSha256(Uint8Array.from(u32(issueTs)), bytesOf(appCertificate));
  const key = hmacSha256(Uint8Array.from(u32(salt)), ofSecond);
  const signature = hmacSha256(key, Uint8Array.from(body));
  return text007([...string(signature), ...body]);
}

/** The text of any content, signed or not. */
export function text007(content: Packed): string {
  return `007${base64([0x78, 0x01, ...stored(content), ...adler32(content)])}`;
}

function stored(content: Packed): Packed {
  return [1, ...u16(content.length), ...u16(~content.length), ...content];
}

function adler32(content: Packed): Packed {
  let [a, b] = [1, 0];
  for (const byte of content) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return [b >> 8, b & 255, a >> 8, a & 255];
}

export interface Fields006 {
  readonly appId: string;
  readonly appCertificate: string;
  readonly channel: string;
  /** The user as text. */
  readonly user: string;
  readonly salt?: number;
  readonly ts: number;
  readonly privileges: readonly (readonly [number, number])[];
  /** What follows the privileges, and is signed too. */
  readonly rest?: Packed;
  /** What follows the signed message. */
  readonly behind?: Packed;
}

export function token006(fields: Fields006): string {
  const { appId, appCertificate, channel, user, salt = 7, ts, rest = [], behind = [] } = fields;
  const message = [...u32(salt), ...u32(ts), ...privileges(fields.privileges), ...rest];
  const signed = Uint8Array.from([...bytesOf(appId + channel + user), ...message]);
  const signature = hmacSha256(bytesOf(appCertificate), signed);
  const content = [
    ...string(signature),
    ...u32(crc32(channel)),
    ...u32(crc32(user)),
    ...string(message),
    ...behind,
  ];
  return `006${appId}${base64(content)}`;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let i = 0; i < 8; i++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

export function crc32(value: string): number {
  let crc = 0xffffffff;
  for (const byte of bytesOf(value)) crc = (crc >>> 8) ^ (CRC_TABLE[(crc ^ byte) & 255] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}

function bytesOf(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

function base64(bytes: Packed): string {
  return btoa(bytes.map((byte) => String.fromCharCode(byte)).join(""));
}
