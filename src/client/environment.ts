// The platform: what an app handed in, and its own for the rest. Durations in seconds.

import type { Fetch, PlatformOptions } from "./public-types.ts";

export interface Environment {
  fetch: Fetch;
  wallSeconds(): number;
  monotonicSeconds(): number;
  random(): number;
  startTimer(callback: () => void, delaySeconds: number): unknown;
  stopTimer(timer: unknown): void;
}

/** Everything is looked up when it is used, and called on nothing: browsers refuse a foreign `this`. */
export function createEnvironment(options: PlatformOptions): Environment {
  return {
    fetch: (url, init) => (options.fetch ?? (fetch as Fetch))(url, init),
    wallSeconds: () => (options.now?.() ?? Date.now()) / 1000,
    monotonicSeconds: () => (options.monotonicNow?.() ?? performance.now()) / 1000,
    random: () => options.random?.() ?? Math.random(),
    // Whole milliseconds, as platforms count, and never early.
    startTimer: (callback, delaySeconds) =>
      (options.setTimeout ?? setTimeout)(callback, Math.ceil(delaySeconds * 1000)),
    stopTimer: (timer) =>
      (options.clearTimeout ?? (clearTimeout as (timer: unknown) => void))(timer),
  };
}
