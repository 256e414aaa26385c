// The body of a request: not too large, whole, JSON, and with no field said twice.

import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { duplicateMember } from "../access/duplicate-members.ts";
import { invalidRequest, Refusal } from "../errors.ts";

/** The media types that zod-openapi takes for JSON. */
const JSON_MEDIA_TYPE = /^application\/([a-z-.]+\+)?json(;\s*[a-zA-Z0-9-]+=([^;]+))*$/i;

/** The text of a body of at most so many bytes. */
export async function readBody(c: Context, maxBytes: number): Promise<string> {
  const tooLarge = () => {
    throw new Refusal("payload_too_large", `The body may have ${maxBytes} bytes at most.`);
  };
  // A length that was told needs no counting: the runtime hands on so many bytes. Hono's counter begins by asking for the body's
  // stream, which is much more work than reading its text.
  const length = c.req.header("content-length");
  if (length === undefined || c.req.header("transfer-encoding") !== undefined) {
    await bodyLimit({ maxSize: maxBytes, onError: tooLarge })(c, async () => {}).catch(
      refuseCutOff,
    );
  } else if (!(Number(length) <= maxBytes)) tooLarge();
  // Hono would keep it for whoever asks next; nobody does.
  return c.req.raw.text().catch(refuseCutOff);
}

/** A sender that goes away amid its body is no defect of ours. */
function refuseCutOff(error: unknown): never {
  throw error instanceof Refusal
    ? error
    : invalidRequest([{ path: "", message: "ended before it was whole" }]);
}

/** A body that says a field twice is refused: no reader could know which was meant. None at all is {}, so that each missing field is named. */
export async function readJson(c: Context, maxBytes: number): Promise<unknown> {
  const text = await readBody(c, maxBytes);
  const type = c.req.header("content-type") ?? "";
  if (type === "" && text === "") return {};
  if (!JSON_MEDIA_TYPE.test(type)) {
    throw new Refusal("unsupported_media_type", "Send the header Content-Type: application/json.");
  }
  const twice = duplicateMember(text);
  if (twice !== undefined)
    throw invalidRequest([{ path: twice.slice(0, 64), message: "is given twice" }]);
  try {
    return JSON.parse(text);
  } catch {
    throw invalidRequest([{ path: "", message: "is not valid JSON" }]);
  }
}
