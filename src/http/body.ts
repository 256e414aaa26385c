// The body of a request: not too large, whole, JSON, and with no duplicate field.

import { invalidRequest, ServiceError } from "../contract/service-error.ts";
import { parseJson } from "../platform/json.ts";
import { FIELD_NAME_MAX_CHARACTERS } from "../platform/limits.ts";
import type { HttpContext } from "./context.ts";

/** RFC 9110, 8.3.1; with a structured suffix (RFC 6839) and parameters. */
const JSON_MEDIA_TYPE = /^application\/([a-z-.]+\+)?json\s*(;\s*[a-zA-Z0-9-]+=([^;]+))*$/i;

/** A missing body is {}, so that each missing field is named. Throws what says what is wrong. */
export async function readJson(c: HttpContext, maxBytes: number): Promise<unknown> {
  const encoding = c.req.header("content-encoding") ?? "identity";
  if (encoding.toLowerCase() !== "identity") {
    const detail = "Send the body as it is: a Content-Encoding such as gzip is not taken.";
    throw new ServiceError("unsupported_media_type", detail);
  }
  const text = await readBody(c, maxBytes);
  const type = c.req.header("content-type") ?? "";
  if (text === "" && type === "") return {};
  if (!JSON_MEDIA_TYPE.test(type)) {
    const detail = "Send the header Content-Type: application/json.";
    throw new ServiceError("unsupported_media_type", detail);
  }
  const json = parseJson(text);
  if (json.ok) return json.value;
  const [error] = json.errors;
  if (error?.kind === "duplicate") {
    const path = error.name.slice(0, FIELD_NAME_MAX_CHARACTERS);
    throw invalidRequest([{ path, message: "duplicate field" }]);
  }
  throw invalidRequest([{ path: "", message: "is not valid JSON" }]);
}

/** Throws `payload_too_large`. */
export async function readBody(c: HttpContext, maxBytes: number): Promise<string> {
  try {
    // Content-Length is trusted: the runtime delivers exactly that many bytes.
    const length = c.req.header("content-length");
    if (length === undefined || c.req.header("transfer-encoding") !== undefined) {
      return await readAtMost(c.req.raw.body, maxBytes);
    }
    if (!(Number(length) <= maxBytes)) throw tooLarge(maxBytes);
    // Not Hono's c.req.text(): that keeps a copy for whoever asks next, and nobody does.
    return await c.req.raw.text();
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    // A sender that went away in the middle of its body is no defect of ours.
    throw invalidRequest([{ path: "", message: "ended before it was complete" }]);
  }
}

async function readAtMost(body: ReadableStream<Uint8Array> | null, maxBytes: number) {
  if (body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge(maxBytes);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function tooLarge(maxBytes: number): ServiceError {
  return new ServiceError("payload_too_large", `The body may have ${maxBytes} bytes at most.`);
}
