// Packed bytes of an access token, read in order: numbers little-endian, a text after its length.

import { EndsTooSoon, Unreadable } from "../unreadable.ts";

/** What a stretch of the bytes says: from `start` up to, but not including, `end`. */
export interface TokenSegment {
  readonly name: TokenSegmentName;
  readonly start: number;
  readonly end: number;
  /** For people: a text, a number in decimal, or bytes in hexadecimal. */
  readonly value: string;
}

export type TokenSegmentName =
  | "signature"
  | "appId"
  | "issueTs"
  | "expire"
  | "ts"
  | "salt"
  | "channelCrc32"
  | "userCrc32"
  | "serviceCount"
  | "service"
  | "privileges"
  | "channel"
  | "account"
  | "userId"
  | "roomUuid"
  | "userUuid"
  | "role"
  | "permissions"
  | "rest";

/** A byte order mark is a part of the text: without it, two names would become one. */
const UTF_8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Throws EndsTooSoon where bytes are missing, and Unreadable for a text that is not UTF-8. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #segments: TokenSegment[] = [];
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get segments(): readonly TokenSegment[] {
    return this.#segments;
  }

  /** How many bytes are still to read. */
  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** Records what `read` reads as a segment. */
  segment<T>(name: TokenSegmentName, read: () => T, show: (value: T) => string = String): T {
    const start = this.#at;
    const value = read();
    this.#segments.push({ name, start, end: this.#at, value: show(value) });
    return value;
  }

  u16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  i16(): number {
    return this.#view.getInt16(this.#advance(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  take(count: number): Uint8Array {
    const start = this.#advance(count);
    return this.#bytes.subarray(start, start + count);
  }

  /** The bytes after their length, a u16. */
  string(): Uint8Array {
    return this.take(this.u16());
  }

  text(): string {
    const bytes = this.string();
    try {
      return UTF_8.decode(bytes);
    } catch {
      throw new Unreadable("a text in it is not UTF-8");
    }
  }

  #advance(count: number): number {
    if (count > this.left) throw new EndsTooSoon("it ends too soon");
    const start = this.#at;
    this.#at += count;
    return start;
  }
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
