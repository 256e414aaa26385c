// Reads RTC tokens with the platform's own inflater, and none of ours: what does a token say?

export interface ReadToken {
  readonly channel: string | undefined;
  readonly account: string | undefined;
  /** Of each privilege its number and end: in 006 Unix seconds, in 007 seconds from its issue. */
  readonly privileges: ReadonlyMap<number, number>;
  /** Of 006: 32 bytes as hexadecimal digits, and the two checksums after it. */
  readonly signature: string;
  readonly checksums: readonly number[];
}

export function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

class Reader {
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u16(): number {
    this.#at += 2;
    return this.#view.getUint16(this.#at - 2, true);
  }

  u32(): number {
    this.#at += 4;
    return this.#view.getUint32(this.#at - 4, true);
  }

  bytes(): Uint8Array {
    const length = this.u16();
    this.#at += length;
    return new Uint8Array(this.#view.buffer, this.#view.byteOffset + this.#at - length, length);
  }

  text(): string {
    return new TextDecoder().decode(this.bytes());
  }

  privileges(): Map<number, number> {
    return new Map(Array.from({ length: this.u16() }, () => [this.u16(), this.u32()]));
  }
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A 006 token, which shows neither channel nor user. */
export function read006(token: string): ReadToken {
  const content = new Reader(bytesOf(token.slice(35)));
  const signature = hexOf(content.bytes());
  const checksums = [content.u32(), content.u32()];
  const message = new Reader(content.bytes());
  message.u32();
  message.u32();
  const privileges = message.privileges();
  return { channel: undefined, account: undefined, privileges, signature, checksums };
}

/** The first service of a 007 token, which must be rtc. */
export async function read007(token: string): Promise<ReadToken> {
  const stream = new Blob([bytesOf(token.slice(3))])
    .stream()
    .pipeThrough(new DecompressionStream("deflate"));
  const content = new Reader(new Uint8Array(await new Response(stream).arrayBuffer()));
  const signature = hexOf(content.bytes());
  content.text();
  for (let i = 0; i < 3; i++) content.u32();
  content.u16();
  if (content.u16() !== 1) throw new Error("the first service is not rtc");
  const privileges = content.privileges();
  const channel = content.text();
  return { channel, account: content.text(), privileges, signature, checksums: [] };
}
