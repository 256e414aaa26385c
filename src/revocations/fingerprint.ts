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

/** The longest: a jti and a sub of 256 characters, an account, and a channel. */
const message = new Uint8Array(2_048);
const view = new DataView(message.buffer);
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
 * where a text is missing, or the channel's name is shorter than that start.
 */
export function fingerprint(texts: Texts, shape: number): Uint8Array | undefined {
  view.setUint16(0, shape);
  let end = 2;
  for (const [i, name] of NAMES.entries()) {
    if ((shape & (1 << i)) === 0) continue;
    const text = name === "channel" ? startOf(texts.channel, shape >> START_BIT) : texts[name];
    if (text === undefined) return undefined;
    // The length before each: no two lists of texts are the same bytes.
    const { written } = encoder.encodeInto(text, message.subarray(end + 2));
    view.setUint16(end, written);
    end += 2 + written;
  }
  return sharedCore().hash("sha256", message.subarray(0, end)).subarray(0, FINGERPRINT_BYTES);
}

function startOf(channel: string | undefined, lengthAndOne: number): string | undefined {
  if (lengthAndOne === 0 || channel === undefined) return channel;
  return channel.length < lengthAndOne - 1 ? undefined : channel.slice(0, lengthAndOne - 1);
}
