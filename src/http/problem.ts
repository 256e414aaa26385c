// A refusal becomes a response here, and nowhere else: application/problem+json (RFC 9457).

import type { Context } from "hono";
import { type ErrorCode, PROBLEMS, Refusal } from "../errors.ts";
import { apiHeaders } from "./answer.ts";

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ErrorCode;
  readonly errors?: readonly { path: string; message: string }[];
}

export function problemOf({ code, message, errors }: Refusal): Problem {
  const { status, title } = PROBLEMS[code];
  return { type: `/docs#${code}`, title, status, detail: message, code, ...(errors && { errors }) };
}

export function problemResponse(refusal: Refusal, c: Context): Response {
  const problem = problemOf(refusal);
  const headers = apiHeaders(c, "application/problem+json");
  for (const [name, value] of Object.entries(refusal.headers ?? {})) headers.set(name, value);
  if (problem.status === 401) headers.set("WWW-Authenticate", challenge(c));
  return new Response(JSON.stringify(problem), { status: problem.status, headers });
}

/** RFC 6750, 3: no error code where no credential was given. */
function challenge(c: Context): string {
  const realm = 'Bearer realm="latchkey"';
  return c.req.header("authorization") === undefined ? realm : `${realm}, error="invalid_token"`;
}

/** Whatever a handler threw. What we did not foresee is `internal`, told to the log by its name and place alone. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  logDefect(error);
  return new Refusal(
    "internal",
    "The service failed on this request. The key, if any, was not issued.",
  );
}

/** Never the message: it may quote what it choked on. It stands in the stack too, where its lines may look like places. */
function logDefect(error: unknown): void {
  const { name, message, stack = "" } = error instanceof Error ? error : new Error();
  const start = stack.indexOf(message);
  const places = start < 0 ? "" : stack.slice(start + message.length);
  const at = places.split("\n").filter((line) => line.trimStart().startsWith("at "));
  // biome-ignore lint/suspicious/noConsole: the one line that the service logs
  console.error(
    JSON.stringify({ code: "internal", name, at: at.slice(0, 5).map((line) => line.trim()) }),
  );
}
