// An error becomes application/problem+json (RFC 9457) here, and nowhere else.

import { PROBLEMS } from "../contract/problem-types.ts";
import { type ErrorCode, ServiceError } from "../contract/service-error.ts";
import type { FieldError } from "../keys/fields.ts";

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ErrorCode;
  readonly errors?: readonly FieldError[];
}

export function problemOf({ code, message, errors }: ServiceError): Problem {
  const { status, title } = PROBLEMS[code];
  return { type: `/docs#${code}`, title, status, detail: message, code, ...(errors && { errors }) };
}

/** `WWW-Authenticate` after RFC 6750, 3: without an error code where no credential was given. */
export function errorHeaders(error: ServiceError, hasCredential: boolean): Record<string, string> {
  const headers: Record<string, string> = {};
  if (error.retryAfterSeconds !== undefined) {
    headers["Retry-After"] = String(error.retryAfterSeconds);
  }
  if (PROBLEMS[error.code].status === 401) {
    const realm = 'Bearer realm="latchkey"';
    headers["WWW-Authenticate"] = hasCredential ? `${realm}, error="invalid_token"` : realm;
  }
  return headers;
}

/**
 * Whatever was thrown. What we did not foresee is `internal`, logged by its name and place alone.
 */
export function serviceErrorOf(error: unknown, requestId: string): ServiceError {
  if (error instanceof ServiceError) return error;
  logDefect(error, requestId);
  return new ServiceError("internal", "The service failed on this request. No key was issued.");
}

/**
 * Never the message: it may quote what caused it. It stands in the stack too, where its own lines
 * may look like places.
 */
function logDefect(error: unknown, requestId: string): void {
  const { name, message, stack = "" } = error instanceof Error ? error : new Error();
  const start = stack.indexOf(message);
  const places = start < 0 ? "" : stack.slice(start + message.length);
  const at = places.split("\n").filter((line) => line.trimStart().startsWith("at "));
  const lines = at.slice(0, 5).map((line) => line.trim());
  const line = { type: "defect", requestId, code: "internal", name, at: lines };
  // biome-ignore lint/suspicious/noConsole: as an error, so that the log can tell it from the rest
  console.error(JSON.stringify(line));
}
