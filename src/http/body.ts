// The body of a request: not too large, whole, JSON in UTF-8, and with no duplicate field.

import { invalidRequest, ServiceError } from "../contract/service-error.ts";
import { parseJson } from "../platform/json.ts";
import { FIELD_NAME_MAX_CHARACTERS } from "../platform/limits.ts";
import { type Result, success } from "../platform/result.ts";
import { readText, type TextError } from "../platform/utf8.ts";
import type { HttpContext } from "./context.ts";

/** RFC 9110, 8.3.1, with a structured suffix (RFC 6839). */
const JSON_MEDIA_TYPE = /^application\/(?:[a-z-.]+\+)?json$/i;
/** RFC 9110, 5.6.6: the value is a token, or text in quotes. */
const PARAMETER = /^([\w-]+)=(?:"([^"]*)"|([^"]+))$/;
/** The first is its name, the second what many senders write. */
const UTF_8 = ["utf-8", "utf8"];
/**
 * What the runtime puts in the place of bytes that are not UTF-8. Its own decoding and a look for
 * this are much faster than a strict decoder. A body that holds one itself is refused too.
 */
const UNREADABLE = "\ufffd";

/** A missing body is {}, so that each missing field is named. Throws what says what is wrong. */
export async function readJson(c: HttpContext, maxBytes: number): Promise<unknown> {
  const body = await readBody(c, maxBytes);
  const type = c.req.header("content-type") ?? "";
  if (body.ok && body.value === "" && type === "") return {};
  const objection = objectionTo(type, c.req.header("content-encoding"));
  if (objection !== undefined) throw new ServiceError("unsupported_media_type", objection);
  if (!body.ok || body.value.includes(UNREADABLE)) {
    throw malformed("is not valid UTF-8, or holds U+FFFD: write that as \\ufffd");
  }
  const json = parseJson(body.value);
  if (json.ok) return json.value;
  const [error] = json.errors;
  if (error?.kind === "duplicate") {
    const path = error.name.slice(0, FIELD_NAME_MAX_CHARACTERS);
    throw invalidRequest([{ path, message: "duplicate field" }]);
  }
  throw malformed("is not valid JSON");
}

/** What keeps a body from being read as JSON in UTF-8, by its headers. */
function objectionTo(contentType: string, encoding = "identity"): string | undefined {
  // What nearly every client sends need not be taken apart.
  if (contentType === "application/json" && encoding === "identity") return undefined;
  const [mediaType = "", ...parameters] = contentType.split(";").map((part) => part.trim());
  const read = parameters.map((parameter) => PARAMETER.exec(parameter));
  if (!JSON_MEDIA_TYPE.test(mediaType)) return "Send the header Content-Type: application/json.";
  if (read.some((parameter, i) => parameter === null && parameters[i] !== "")) {
    return "The header Content-Type has a parameter that can't be read. JSON here is in UTF-8.";
  }
  for (const [, name = "", quoted, token = ""] of read.filter((parameter) => parameter !== null)) {
    const isUtf8 = UTF_8.includes((quoted ?? token).toLowerCase());
    if (name.toLowerCase() === "charset" && !isUtf8) return "Send the body in UTF-8.";
  }
  if (encoding.trim().toLowerCase() === "identity") return undefined;
  return "Send the body as it is: a Content-Encoding such as gzip is not taken.";
}

/**
 * The text, maybe with U+FFFD in it, or `notUtf8`: whoever does not use the body need not mind.
 * Throws `payload_too_large`, and `invalid_request` where the body ended too early.
 */
export async function readBody(
  c: HttpContext,
  maxBytes: number,
): Promise<Result<string, TextError>> {
  let text: Result<string, TextError>;
  try {
    // Content-Length is trusted: the runtime delivers exactly that many bytes.
    const length = c.req.header("content-length");
    if (length === undefined || c.req.header("transfer-encoding") !== undefined) {
      text = await readText(c.req.raw.body, maxBytes);
    } else {
      if (!(Number(length) <= maxBytes)) throw tooLarge(maxBytes);
      // Not Hono's c.req.text(): that keeps a copy for whoever asks next, and nobody does.
      text = success(await c.req.raw.text());
    }
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    // A connection that ends in the middle of its body is no fault of ours.
    throw malformed("ended before it was complete");
  }
  if (!text.ok && text.errors.includes("tooLarge")) throw tooLarge(maxBytes);
  return text;
}

function malformed(message: string): ServiceError {
  return invalidRequest([{ path: "", message }]);
}

function tooLarge(maxBytes: number): ServiceError {
  return new ServiceError("payload_too_large", `The body may have ${maxBytes} bytes at most.`);
}
