// What happened in a call, in the order in which it did, and the same as the stretches and marks of a chart. Seconds of the call.

import { millisecondsText } from "./text.ts";

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
      /** By a switch: the request never left the page. */
      readonly isPutOn: boolean;
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
      return "The new key was handed to the SDK: renewToken";
    case "token-privilege-will-expire":
    case "token-privilege-did-expire":
      return `The SDK says ${entry.type}`;
    case "hungUp":
      return "Hung up: close()";
    case "request":
      return `Asked for a ${entry.what}: ${entry.outcome}${entry.isPutOn ? ", put on" : ` in ${millisecondsText(entry.latencyMs)}`}`;
    case "renewed":
      return entry.lifeSeconds === undefined
        ? "A key came that never ends"
        : `A key came, good for ${Math.round(entry.lifeSeconds)} s`;
    case "retrying":
      return `Failed (${entry.code}), attempt ${entry.attempt}: asks again in ${entry.delaySeconds.toFixed(1)} s`;
    case "stopped":
      return `Refused for good: ${entry.code}. Nothing more is asked.`;
  }
}

export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Chart {
  readonly range: Span;
  /** Each key from when it came until it ends or the next one takes over. */
  readonly inForce: readonly Span[];
  /** When nobody held a key that was good any more. */
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
/** How many lives of a key the chart shows at most. */
const RANGE_LIVES = 5;

/** The chart of everything up to `now`. Once it no longer fits, the oldest leaves it. */
export function chartOf(entries: readonly Entry[], now: number): Chart {
  const keys = entries.filter((entry) => entry.type === "renewed");
  const ends = keys.map(({ at, lifeSeconds }) => at + (lifeSeconds ?? Number.POSITIVE_INFINITY));
  const longest = Math.max(RANGE_MIN_SECONDS, ...keys.map(({ lifeSeconds = 0 }) => lifeSeconds));
  const ahead = Math.max(now, Math.min(ends.at(-1) ?? now, now + longest));
  const width = Math.max(RANGE_MIN_SECONDS, longest * RANGE_LIVES);
  const from = Math.max(0, ahead - width);
  const stoppedAt = entries.find(({ type }) => type === "hungUp" || type === "stopped")?.at;

  const inForce = keys.map(({ at }, index) => ({
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
    range: { from, to: Math.max(ahead, from + RANGE_MIN_SECONDS) },
    inForce,
    gaps,
    waits,
    renewals: keys.slice(1).map(({ at }) => at),
    requests: entries.filter((entry) => entry.type === "request"),
  };
}

function nextRequest(entries: readonly Entry[], after: number): number | undefined {
  return entries.find((entry) => entry.type === "request" && entry.at > after)?.at;
}
