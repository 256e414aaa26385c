// Why a key did not come, and whether to try again.

import type { FieldError } from "../keys/fields.ts";

interface Details {
  status?: number;
  errors?: readonly FieldError[] | undefined;
  retryAfterSeconds?: number;
  cause?: unknown;
}

const MESSAGES: Readonly<Record<string, string>> = {
  network: "The service can't be reached",
  timeout: "No response in time",
  invalid_response: "The response is not the service's",
  grant_unavailable: "The grant function failed",
  sdk: "The SDK did not take the key",
  closed: "The key source is closed",
};

/** Holds neither the grant nor a key, nor does its `cause`. */
export class KeySourceError extends Error {
  override name = "KeySourceError";
  /**
   * The service's problem code (`forbidden_channel`, `rate_limited`, …); `http_<status>` where the
   * response had none; or one of the library's own: `network`, `timeout`, `invalid_response` (not a
   * response of the service), `grant_unavailable` (the grant function failed), `sdk` (the SDK did
   * not take the key), `closed`.
   */
  declare readonly code: string;
  /** The HTTP status, if there was a response. */
  declare readonly status?: number;
  /** What is wrong in which field, where the service named it: `{ path, message }` each. */
  declare readonly errors?: readonly FieldError[] | undefined;
  /** The response's Retry-After; 0 where it had none. */
  declare readonly retryAfterSeconds?: number;

  /** The message says also what was thrown. */
  constructor(code: string, details: Details = {}, message = MESSAGES[code] ?? code) {
    const reason = (details.cause as Error | undefined)?.message;
    super(reason ? `${message}: ${reason}` : message, details);
    Object.assign(this, details, { code });
  }
}

/**
 * Whether the service refused for good. 408 (timeout), 425 (too early), 429 (rate limit) and a
 * grant that is not valid yet are temporary; every other 4xx would be the same next time.
 */
export function isRefusal({ status = 0, code }: KeySourceError): boolean {
  const isTemporary = [408, 425, 429].includes(status) || code === "grant_not_yet_valid";
  return status >= 400 && status < 500 && !isTemporary;
}
