// What every contender for access tokens is: JavaScript values in, an RTC token's text out. All of
// them sign the same four privileges of a publisher.

import { Buffer } from "node:buffer";

export interface TokenFields {
  channel: string;
  uid: number;
  salt: number;
  /** 007: when it is issued. */
  issueTs: number;
  /** 007: seconds, of the token and its privileges. 006: their end, and the token's. */
  end: number;
}

export type MintToken = (fields: TokenFields) => string;
export type MintTokenAsync = (fields: TokenFields) => Promise<string>;

const PRIVILEGES = 4;
const MAX_BYTES = 512;

/** Packs 007 into one buffer, used again: JavaScript can't do it with less. */
export class Packer007 {
  readonly bytes: Buffer = Buffer.alloc(MAX_BYTES);
  /** Where the content, the signature and what is signed begin: before them is a zlib header. */
  static readonly CONTENT = 7;
  static readonly SIGNATURE = 9;
  static readonly BODY = 41;

  constructor(appId: string) {
    this.bytes.writeUInt16BE(0x7801, 0);
    this.bytes[2] = 1;
    this.bytes.writeUInt16LE(32, Packer007.CONTENT);
    this.bytes.writeUInt16LE(32, Packer007.BODY);
    this.bytes.write(appId, Packer007.BODY + 2, "latin1");
    this.bytes.writeUInt16LE(1, 87);
    this.bytes.writeUInt16LE(1, 89);
    this.bytes.writeUInt16LE(PRIVILEGES, 91);
  }

  /** Writes what is signed. Returns its end. */
  pack({ channel, uid, salt, issueTs, end }: TokenFields): number {
    const { bytes } = this;
    bytes.writeUInt32LE(issueTs, 75);
    bytes.writeUInt32LE(end, 79);
    bytes.writeUInt32LE(salt, 83);
    let at = 93;
    for (let number = 1; number <= PRIVILEGES; number++) {
      bytes.writeUInt16LE(number, at);
      bytes.writeUInt32LE(end, at + 2);
      at += 6;
    }
    const user = uid === 0 ? "" : String(uid);
    bytes.writeUInt16LE(channel.length, at);
    at += 2 + bytes.write(channel, at + 2, "latin1");
    bytes.writeUInt16LE(user.length, at);
    return at + 2 + bytes.write(user, at + 2, "latin1");
  }

  /** The text with one stored block of zlib, once the signature is written. */
  storedText(end: number): string {
    const { bytes } = this;
    const size = end - Packer007.CONTENT;
    bytes.writeUInt16LE(size, 3);
    bytes.writeUInt16LE(~size & 0xffff, 5);
    let a = 1;
    let b = 0;
    for (let i = Packer007.CONTENT; i < end; i++) {
      a += bytes[i] as number;
      b += a;
    }
    bytes.writeUInt32BE((((b % 65521) << 16) | (a % 65521)) >>> 0, end);
    return `007${bytes.toString("base64", 0, end + 4)}`;
  }
}

/** Packs 006: App ID, channel and user, then the message that is also in the content. */
export class Packer006 {
  readonly bytes: Buffer = Buffer.alloc(MAX_BYTES);
  readonly content: Buffer = Buffer.alloc(78);
  readonly #appId: string;

  constructor(appId: string) {
    this.#appId = appId;
    this.bytes.write(appId, 0, "latin1");
    this.content.writeUInt16LE(32, 0);
    this.content.writeUInt16LE(34, 42);
  }

  /** A view of what is signed, until the next call. */
  pack({ channel, uid, salt, end }: TokenFields, crc32: (bytes: Buffer) => number): Buffer {
    const { bytes, content } = this;
    const user = 32 + bytes.write(channel, 32, "latin1");
    const message = user + bytes.write(uid === 0 ? "" : String(uid), user, "latin1");
    bytes.writeUInt32LE(salt, message);
    bytes.writeUInt32LE(end, message + 4);
    bytes.writeUInt16LE(PRIVILEGES, message + 8);
    for (let i = 0, at = message + 10; i < PRIVILEGES; i++, at += 6) {
      bytes.writeUInt16LE(i + 1, at);
      bytes.writeUInt32LE(end, at + 2);
    }
    content.writeUInt32LE(crc32(bytes.subarray(32, user)), 34);
    content.writeUInt32LE(crc32(bytes.subarray(user, message)), 38);
    bytes.copy(content, 44, message, message + 34);
    return bytes.subarray(0, message + 34);
  }

  text(signature: Uint8Array): string {
    this.content.set(signature, 2);
    return `006${this.#appId}${this.content.toString("base64")}`;
  }
}

/** A u32 as the four bytes of an HMAC key. */
export function numberKey(value: number): Buffer {
  const key = Buffer.allocUnsafe(4);
  key.writeUInt32LE(value);
  return key;
}
