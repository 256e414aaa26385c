// What the OpenAPI description says of refusals: the same for every route but for which can occur.

import * as z from "zod";
import { type ErrorCode, PROBLEMS } from "../errors.ts";

const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.enum(Object.keys(PROBLEMS) as [ErrorCode, ...ErrorCode[]]),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .openapi("Problem");

const PER_ROUTE: readonly ErrorCode[] = [
  "invalid_request",
  "unauthenticated",
  "forbidden",
  "payload_too_large",
  "unsupported_media_type",
  "rate_limited",
  "internal",
  "not_configured",
];

/** The refusals that a route with a credential and a JSON body can answer, and `more`, by their status. */
export function refusals(more: readonly ErrorCode[] = []) {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of [...PER_ROUTE, ...more]) {
    const { status } = PROBLEMS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    Array.from(byStatus, ([status, codes]) => [
      status,
      {
        description: `Refused: ${codes.join(", ")}`,
        content: { "application/problem+json": { schema: problem } },
      },
    ]),
  );
}
