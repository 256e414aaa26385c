// The body of a request: not too large, whole, and with no field said twice.

import type { Context, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { duplicateMember } from "../access/duplicate-members.js";
import { invalidRequest, Refusal } from "../errors.js";

/** Reads a body of at most so many bytes; what comes after finds it read (`c.req.text()`, `c.req.json()`). */
export function readBody(maxBytes: number): MiddlewareHandler {
  const tooLarge = () => {
    throw new Refusal("payload_too_large", `The body may have ${maxBytes} bytes at most.`);
  };
  const counted = bodyLimit({ maxSize: maxBytes, onError: tooLarge });
  return async (c, next) => {
    // A length that was told needs no counting: the runtime hands on so many bytes. Hono's counter begins by asking for the body's
    // stream, which is much more work than reading its text.
    const length = c.req.header("content-length");
    if (length === undefined || c.req.header("transfer-encoding") !== undefined) {
      await counted(c, async () => {}).catch(refuseCutOff);
    } else if (!(Number(length) <= maxBytes)) tooLarge();
    await refuseDuplicates(c);
    await next();
  };
}

/** The body of a request that `readBody` has let through. */
export function bodyText(c: Context): Promise<string> {
  return c.req.text().catch(refuseCutOff);
}

/** A sender that goes away amid its body is no defect of ours. */
function refuseCutOff(error: unknown): never {
  throw error instanceof Refusal ? error : invalidRequest([{ path: "", message: "ended before it was whole" }]);
}

/** A body that says a field twice is refused: no reader could know which of the two was meant. */
async function refuseDuplicates(c: Context): Promise<void> {
  // Another body than JSON is refused by its media type, unread.
  if (!/\bjson\b/i.test(c.req.header("content-type") ?? "")) return;
  const twice = duplicateMember(await bodyText(c));
  if (twice !== undefined) throw invalidRequest([{ path: twice.slice(0, 64), message: "is given twice" }]);
}
