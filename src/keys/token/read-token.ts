// Reading an access token, 006 or 007 (the vendor's AccessToken and AccessToken2). The reader is
// strict and bounded, verifies nothing, and throws nothing on any text.

import {
  ACCESS_TOKEN_CONTENT_MAX_BYTES,
  ACCESS_TOKEN_MAX_CHARACTERS,
} from "../../platform/limits.ts";
import type { Result } from "../../platform/result.ts";
import { isHex32 } from "../fields.ts";
import { attempt, EndsTooSoon, Unreadable } from "../unreadable.ts";
import { ByteReader, hex, type TokenSegment } from "./byte-reader.ts";
import { inflate } from "./inflate.ts";
import { noOddities, type Oddities, readPrivileges, readServices } from "./read-services.ts";
import { decodeBase64 } from "./strict-base64.ts";
import { PRIVILEGES_006, type TokenService } from "./token-services.ts";

/** What a 006 token says. It has no channel and no user, only a checksum of each. */
export interface InspectedToken006 {
  version: 6;
  /** 32 hexadecimal digits, as written. */
  appId: string;
  salt: number;
  /** When the token expires, Unix seconds. */
  ts: number;
  /** Unix seconds; 0 = no end of its own. */
  privileges: Partial<Record<keyof typeof PRIVILEGES_006, number>>;
  /** CRC-32 of the channel's name, and of the user's: 0 = the empty text. */
  channelCrc32: number;
  userCrc32: number;
  /** 64 lower-case hexadecimal digits. */
  signature: string;
}

/** What a 007 token says. */
export interface InspectedToken007 {
  version: 7;
  /** 32 hexadecimal digits, as written. */
  appId: string;
  /** Unix seconds. */
  issueTs: number;
  /** Seconds after issueTs, as are the privileges. */
  expire: number;
  salt: number;
  services: TokenService[];
  /** 64 lower-case hexadecimal digits. */
  signature: string;
}

export interface ReadToken006 extends ReadAny {
  readonly version: 6;
  readonly token: InspectedToken006;
}
export interface ReadToken007 extends ReadAny {
  readonly version: 7;
  readonly token: InspectedToken007;
}
export type InspectedToken = InspectedToken006 | InspectedToken007;
export type ReadToken = ReadToken006 | ReadToken007;

interface ReadAny {
  /** The bytes of `token.signature`. */
  readonly signature: Uint8Array;
  /** What is signed of the content: all after the signature in 007, the message in 006. */
  readonly signed: Uint8Array;
  readonly oddities: Oddities;
  /** What the base64 holds, inflated in 007, and its segments in order. */
  readonly content: Uint8Array;
  readonly segments: readonly TokenSegment[];
}

const PREFIX_SIZE = 3;
const APP_ID_SIZE = 32;
const SIGNATURE_BYTES = 32;
const SALT_BYTES = 4;
/** Where the base64 begins in each version. */
export const CONTENT_STARTS = { 6: PREFIX_SIZE + APP_ID_SIZE, 7: PREFIX_SIZE } as const;

/** By how it begins. A channel key may begin so too: its length tells (keys/layout.ts). */
export function tokenVersion(text: string): 6 | 7 | undefined {
  return text.startsWith("006") ? 6 : text.startsWith("007") ? 7 : undefined;
}

export function readToken(text: string): Result<ReadToken, Unreadable> {
  return attempt(() => {
    if (text.length > ACCESS_TOKEN_MAX_CHARACTERS)
      throw new Unreadable(`it has ${text.length} characters, too many for an access token`);
    const version = tokenVersion(text);
    if (version === undefined) throw new Unreadable('an access token begins with "006" or "007"');
    return version === 6 ? read006(text) : read007(text);
  });
}

function base64Of(text: string, version: 6 | 7): Uint8Array {
  const bytes = decodeBase64(text.slice(CONTENT_STARTS[version]));
  if (bytes) return bytes;
  const before = version === 6 ? "its App ID" : '"007"';
  throw new Unreadable(`what follows ${before} is not base64 with its padding`);
}

function read006(text: string): ReadToken006 {
  const appId = checkedAppId(text.slice(PREFIX_SIZE, CONTENT_STARTS[6]));
  const content = base64Of(text, 6);
  const reader = new ByteReader(content);
  const oddities = noOddities();
  const signature = readSignature(reader);
  const channelCrc32 = reader.segment("channelCrc32", () => reader.u32());
  const userCrc32 = reader.segment("userCrc32", () => reader.u32());
  // The signed message is the rest. The length before it goes with its first field.
  const salt = reader.segment("salt", () => {
    const size = reader.u16();
    if (size > reader.left) throw new EndsTooSoon("it ends too soon");
    if (size < reader.left) throw new Unreadable("bytes follow its end");
    return reader.u32();
  });
  const signed = content.subarray(content.length - reader.left - SALT_BYTES);
  const ts = reader.segment("ts", () => reader.u32());
  const privileges = readPrivileges(reader, PRIVILEGES_006, oddities);
  readRest(reader, oddities);
  return {
    version: 6,
    token: {
      version: 6,
      appId,
      salt,
      ts,
      privileges,
      channelCrc32,
      userCrc32,
      signature: hex(signature),
    },
    signature,
    signed,
    oddities,
    content,
    segments: reader.segments,
  };
}

function read007(text: string): ReadToken007 {
  const content = inflate(base64Of(text, 7), ACCESS_TOKEN_CONTENT_MAX_BYTES);
  const result = attempt(() => readContent007(content));
  if (result.ok) return result.value;
  // The text is whole, as its checksum says: it is no part of a token.
  throw new Unreadable(`inside, ${result.errors[0]?.message}`);
}

function readContent007(content: Uint8Array): ReadToken007 {
  const reader = new ByteReader(content);
  const oddities = noOddities();
  const signature = readSignature(reader);
  const signed = content.subarray(content.length - reader.left);
  const appId = checkedAppId(reader.segment("appId", () => reader.text()));
  const issueTs = reader.segment("issueTs", () => reader.u32());
  const expire = reader.segment("expire", () => reader.u32());
  const salt = reader.segment("salt", () => reader.u32());
  const services = readServices(reader, oddities);
  readRest(reader, oddities);
  return {
    version: 7,
    token: { version: 7, appId, issueTs, expire, salt, services, signature: hex(signature) },
    signature,
    signed,
    oddities,
    content,
    segments: reader.segments,
  };
}

/** What follows a service of an unknown type belongs to it. */
function readRest(reader: ByteReader, oddities: Oddities): void {
  if (oddities.unknownService === undefined) oddities.extraBytes = reader.left;
  if (reader.left > 0) reader.segment("rest", () => reader.take(reader.left), hex);
}

function readSignature(reader: ByteReader): Uint8Array {
  const signature = reader.segment("signature", () => reader.string(), hex);
  if (signature.length === SIGNATURE_BYTES) return signature;
  throw new Unreadable(`its signature does not have ${SIGNATURE_BYTES} bytes`);
}

function checkedAppId(text: string): string {
  if (isHex32(text)) return text;
  throw new Unreadable("its App ID is not 32 hexadecimal digits");
}
