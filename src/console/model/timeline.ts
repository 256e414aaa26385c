// What happened in a call: in the order of time, and as the bars and marks of a chart. Times are
// seconds of the call.

import { millisecondsText } from "./time-text.ts";

/** Something that happened. */
export type What =
  | {
      readonly type:
        | "joined"
        | "renewToken"
        | "token-privilege-will-expire"
        | "token-privilege-did-expire"
        | "hungUp";
    }
  | {
      readonly type: "request";
      readonly what: "key" | "grant";
      readonly latencyMs: number;
      readonly outcome: string;
      readonly isOk: boolean;
      /** By a switch: the request did not leave the page. */
      readonly isSimulated: boolean;
    }
  | { readonly type: "renewed"; readonly lifeSeconds: number | undefined }
  | {
      readonly type: "retrying";
      readonly code: string;
      readonly attempt: number;
      readonly delaySeconds: number;
    }
  | { readonly type: "stopped"; readonly code: string };

/** Something that happened, and when. */
export type Entry = { readonly at: number } & What;

type Request = Extract<What, { type: "request" }>;
type Retry = Extract<What, { type: "retrying" }>;

export type Tone = "good" | "bad" | "plain";

export function toneOf(entry: Entry): Tone {
  if (entry.type === "request") return entry.isOk ? "plain" : "bad";
  if (entry.type === "renewed" || entry.type === "joined") return "good";
  if (
    entry.type === "retrying" ||
    entry.type === "stopped" ||
    entry.type === "token-privilege-did-expire"
  )
    return "bad";
  return "plain";
}

/** One entry as a sentence. */
export function describe(entry: Entry): string {
  switch (entry.type) {
    case "joined":
      return "Joined the channel with the first key";
    case "renewToken":
      return "Passed the new key to the SDK: renewToken";
    case "token-privilege-will-expire":
    case "token-privilege-did-expire":
      return `SDK event: ${entry.type}`;
    case "hungUp":
      return "Hung up: close()";
    case "request":
      return `Requested a ${entry.what}: ${entry.outcome}${origin(entry)}`;
    case "renewed":
      return entry.lifeSeconds === undefined
        ? "Received a key that never expires"
        : `Received a key, valid for ${Math.round(entry.lifeSeconds)} s`;
    case "retrying":
      return retryText(entry);
    case "stopped":
      return `Refused: ${entry.code}. There are no more requests.`;
  }
}

function retryText({ code, attempt, delaySeconds }: Retry): string {
  return `Attempt ${attempt} failed (${code}): next in ${delaySeconds.toFixed(1)} s`;
}

function origin({ isSimulated, latencyMs }: Request): string {
  return isSimulated ? ", simulated" : ` in ${millisecondsText(latencyMs)}`;
}

export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Chart {
  readonly range: Span;
  /** Each key from when it came until it expires or the next one comes. */
  readonly valid: readonly Span[];
  /** When there was no valid key. */
  readonly gaps: readonly Span[];
  readonly waits: readonly Span[];
  readonly renewals: readonly number[];
  readonly requests: readonly {
    readonly at: number;
    readonly isOk: boolean;
    readonly latencyMs: number;
  }[];
}

const RANGE_MIN_SECONDS = 30;
/** The chart shows this many lives of a key at most. */
const RANGE_LIVES = 5;

/**
 * The chart of everything up to `now`. When it is full, it leaves out the oldest. `expected`: how
 * long a key is expected to live, in seconds; the chart has room for one from the beginning.
 */
export function chartOf(entries: readonly Entry[], now: number, expected = 0): Chart {
  const keys = entries.filter((entry) => entry.type === "renewed");
  const ends = keys.map(({ at, lifeSeconds }) => at + (lifeSeconds ?? Number.POSITIVE_INFINITY));
  const longest = Math.max(RANGE_MIN_SECONDS, ...keys.map(({ lifeSeconds = 0 }) => lifeSeconds));
  const ahead = Math.max(now, Math.min(ends.at(-1) ?? now, now + longest));
  const width = Math.max(RANGE_MIN_SECONDS, longest * RANGE_LIVES);
  const from = Math.max(0, ahead - width);
  const stoppedAt = entries.find(({ type }) => type === "hungUp" || type === "stopped")?.at;

  const valid = keys.map(({ at }, index) => ({
    from: at,
    to: Math.min(ends[index] as number, keys[index + 1]?.at ?? Number.POSITIVE_INFINITY, ahead),
  }));
  const gaps = keys
    .map((_, index) => ({
      from: ends[index] as number,
      to: keys[index + 1]?.at ?? stoppedAt ?? now,
    }))
    .filter(({ from: start, to }) => to > start);
  const waits = entries
    .filter((entry) => entry.type === "retrying")
    .map(({ at, delaySeconds }) => ({
      from: at,
      to: Math.min(
        at + delaySeconds,
        nextRequest(entries, at) ?? stoppedAt ?? Number.POSITIVE_INFINITY,
      ),
    }));
  return {
    range: { from, to: Math.max(ahead, from + Math.max(RANGE_MIN_SECONDS, expected)) },
    valid,
    gaps,
    waits,
    renewals: keys.slice(1).map(({ at }) => at),
    requests: entries.filter((entry) => entry.type === "request"),
  };
}

function nextRequest(entries: readonly Entry[], after: number): number | undefined {
  return entries.find((entry) => entry.type === "request" && entry.at > after)?.at;
}
