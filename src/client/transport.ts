// One request: an answer, or a KeySourceError that says what came instead.

import { KeySourceError } from "./key-source-error.ts";
import type { Fetch, KeyAnswer } from "./public-types.ts";
import { RETRY_AFTER_MAX_SECONDS } from "./timing.ts";

/** The grant goes into a header and nowhere else: addresses end up in logs. `now` is for a Retry-After that is a date. */
export async function requestKey(
  fetch: Fetch,
  endpoint: string,
  grant: string,
  body: string,
  signal: AbortSignal,
  now: () => number,
): Promise<KeyAnswer> {
  const response = await fetch(`${endpoint.replace(/\/+$/, "")}/v1/keys`, {
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
    if (isAnswer(content)) return content;
    // A sign-in page of a hotel's network, for instance: it will pass.
    throw new KeySourceError("invalid_answer", "Not a key service", { status });
  }
  const { code = `http_${status}`, detail = code } = (content ?? {}) as Record<string, string>;
  throw new KeySourceError(code, detail, {
    status,
    retryAfterSeconds: retryAfterSeconds(response.headers.get("retry-after"), now),
  });
}

function isAnswer(content: unknown): content is KeyAnswer {
  const { key, joinBefore, expiresAt, serverTime } = (content ?? {}) as KeyAnswer;
  return (
    (key === null || typeof key === "string") &&
    [joinBefore, expiresAt ?? 0, serverTime].every(Number.isFinite)
  );
}

/** RFC 9110, 10.2.3: seconds or a date. */
function retryAfterSeconds(value: string | null, now: () => number): number {
  const seconds = /^\d*$/.test(value ?? "")
    ? Number(value)
    : Date.parse(value as string) / 1000 - now();
  return Math.min(seconds || 0, RETRY_AFTER_MAX_SECONDS);
}
