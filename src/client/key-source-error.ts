// Why a key did not come, and what follows from it.

interface Details {
  status?: number;
  retryAfterSeconds?: number;
  cause?: unknown;
}

/** Carries neither the grant nor a key. */
export class KeySourceError extends Error {
  override name = "KeySourceError";
  /**
   * The service's problem code (`forbidden_channel`, `rate_limited`, …), `http_<status>` where the answer had none, or
   * `network`, `timeout`, `invalid_answer` (not an answer of the service), `grant_unavailable` (the grant function failed),
   * `sdk` (the SDK did not take the key), `closed`.
   */
  declare readonly code: string;
  /** The HTTP status, if there was an answer. */
  declare readonly status?: number;
  /** How long the service asked to be left alone, if it did. */
  declare readonly retryAfterSeconds?: number;

  constructor(code: string, message: string, details: Details = {}) {
    super(message, details);
    Object.assign(this, details, { code });
  }
}

/** 408 (timeout), 425 (too early) and 429 (rate limit) pass by themselves; every other 4xx would be the same next time. */
export function isRefusal({ status = 0 }: KeySourceError): boolean {
  return status >= 400 && status < 500 && ![408, 425, 429].includes(status);
}
