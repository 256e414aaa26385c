// Text read strictly. A lenient decoder puts U+FFFD in the place of what it can't read, and then
// two different names may become one.

import { failure, type Result, success } from "./result.ts";

/** Throws on what is not UTF-8, and leaves a byte order mark out of the text. */
const STRICT = { fatal: true, ignoreBOM: false };

export type TextError = "tooLarge" | "notUtf8";

/**
 * A whole body as text, without a byte order mark (RFC 8259, 8.1: a reader may ignore it). Reading
 * stops right after `maxBytes`. Throws what the body throws, where its sender went away.
 */
export async function readText(
  body: ReadableStream<Uint8Array> | null,
  maxBytes: number,
): Promise<Result<string, TextError>> {
  if (body === null) return success("");
  const decoder = new TextDecoder("utf-8", STRICT);
  let text = "";
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxBytes) return failure(["tooLarge"]);
    const piece = attempt(() => decoder.decode(chunk, { stream: true }));
    if (!piece.ok) return piece;
    text += piece.value;
  }
  const end = attempt(() => decoder.decode());
  return end.ok ? success(text + end.value) : end;
}

function attempt(decode: () => string): Result<string, TextError> {
  try {
    return success(decode());
  } catch {
    return failure(["notUtf8"]);
  }
}
