// The texts that an entry names, as 16 bytes: what an edge holds of them. They are the first half
// of a SHA-256. A false match has a chance of entries times look-ups, by 2^128: with 60,000 entries
// and 10^15 look-ups it is below 10^-18.

import { sharedCore } from "../wasm/core.ts";
import type { Texts } from "./entry.ts";

export const FINGERPRINT_BYTES = 16;

/** In the order in which they are hashed. Each has a bit in a shape, the first one the lowest. */
const NAMES = ["jti", "sub", "user", "channel"] as const;
/** From this bit on a shape holds the length of the start of a name, and 1. 0: a whole name. */
const START_BIT = NAMES.length;
const CHANNEL = NAMES.indexOf("channel");

const encoder = new TextEncoder();

/** Which texts an entry names, and of the start of a channel's name how long that is. */
export function shapeOf(texts: Texts): number {
  let shape = 0;
  for (const [i, name] of NAMES.entries()) if (texts[name] !== undefined) shape |= 1 << i;
  const { channel } = texts;
  return channel?.endsWith("*") ? shape | (channel.length << START_BIT) : shape;
}

/**
 * Of those texts that the shape names: the same for an entry and an access that it ends. Undefined
 * where a text is missing, or the channel's name is shorter than that start. The next call changes
 * it.
 */
export function fingerprint(texts: Texts, shape: number): Uint8Array | undefined {
  const named: string[] = [];
  for (let i = 0; i < NAMES.length; i++) {
    if ((shape & (1 << i)) === 0) continue;
    const text =
      i === CHANNEL ? startOf(texts.channel, shape >> START_BIT) : texts[NAMES[i] as "sub"];
    if (text === undefined) return undefined;
    named.push(text);
  }
  return sharedCore().sha256((buffer) => {
    // The length before each: no two lists of texts are the same bytes.
    let end = writeNumber(buffer, 0, shape);
    for (const text of named) {
      const length = writeText(buffer, end + 2, text);
      end = writeNumber(buffer, end, length) + length;
    }
    return end;
  });
}

function startOf(channel: string | undefined, lengthAndOne: number): string | undefined {
  if (lengthAndOne === 0 || channel === undefined) return channel;
  return channel.length < lengthAndOne - 1 ? undefined : channel.slice(0, lengthAndOne - 1);
}

/** In two bytes. Returns where they end. */
function writeNumber(buffer: Uint8Array, at: number, value: number): number {
  buffer[at] = value >> 8;
  buffer[at + 1] = value & 255;
  return at + 2;
}

/** In UTF-8. Returns how many bytes. For short ASCII a loop is faster than a TextEncoder. */
function writeText(buffer: Uint8Array, at: number, text: string): number {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) return encoder.encodeInto(text, buffer.subarray(at)).written;
    buffer[at + i] = code;
  }
  return text.length;
}
