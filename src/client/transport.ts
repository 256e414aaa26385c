// One request: it gives a key, or a KeySourceError that says why not.

import type { IssuedKey } from "../contract/responses.ts";
import type { FieldError } from "../keys/fields.ts";
import type { Fetch } from "./environment.ts";
import { KeySourceError } from "./key-source-error.ts";
import { redact } from "./redact.ts";
import { RETRY_AFTER_MAX_SECONDS } from "./timing.ts";

/**
 * The grant goes into a header and never into the address: addresses end up in logs. `now` is
 * needed where Retry-After is a date.
 */
export async function requestKey(
  fetch: Fetch,
  endpoint: string,
  grant: string,
  body: string,
  signal: AbortSignal,
  now: () => number,
): Promise<IssuedKey> {
  const response = await fetch(`${endpoint}/v1/keys`, {
    method: "POST",
    headers: { authorization: `Bearer ${grant}`, "content-type": "application/json" },
    body,
    cache: "no-store",
    credentials: "omit",
    signal,
  });
  const { status } = response;
  const content = await response.json().catch(() => undefined);
  if (status === 200) {
    if (isIssuedKey(content)) return content;
    // For instance the sign-in page of a hotel's network. It is temporary.
    throw new KeySourceError("invalid_response", { status });
  }
  // A proxy may quote the request in its error.
  const { code, detail, errors } = redact<Problem>(content ?? {}, grant);
  // RFC 9110, 10.2.3: seconds or a date.
  const retryAfter = response.headers.get("retry-after") as string;
  const seconds = Number(retryAfter) || Date.parse(retryAfter) / 1000 - now();
  const retryAfterSeconds = Math.min(Math.max(seconds || 0, 0), RETRY_AFTER_MAX_SECONDS);
  const known = typeof code === "string" ? code : `http_${status}`;
  throw new KeySourceError(known, { status, retryAfterSeconds, errors }, detail);
}

/** The part of the service's problem that is used. Another server may answer anything. */
interface Problem {
  code?: unknown;
  detail?: string;
  errors?: readonly FieldError[];
}

/** Checks the fields that the library itself uses. */
function isIssuedKey(content: unknown): content is IssuedKey {
  const { key, joinBefore, expiresAt, serverTime } = (content ?? {}) as IssuedKey;
  return (
    (key === null || typeof key === "string") &&
    [joinBefore, expiresAt ?? 0, serverTime].every(Number.isFinite)
  );
}
