// What the client uses of the platform it runs on. Durations are in seconds.

/** The part of `fetch` that is used. The platform's own fits. */
export type Fetch = (
  url: string,
  init: {
    method: string;
    headers: Record<string, string>;
    body: string;
    cache: "no-store";
    credentials: "omit";
    signal: AbortSignal;
  },
) => Promise<{
  status: number;
  headers: { get(name: string): string | null };
  json(): Promise<unknown>;
}>;

/** What a test or an unusual platform may replace. Left out: the platform's own. */
export interface PlatformOptions {
  fetch?: Fetch | undefined;
  /** The wall clock, in milliseconds: `Date.now`. It may be wrong, and may jump. */
  now?(): number;
  /**
   * A clock that never jumps, in milliseconds: `performance.now`. It may stop while the device
   * sleeps.
   */
  monotonicNow?(): number;
  setTimeout?(callback: () => void, delayMs: number): unknown;
  clearTimeout?(timer: unknown): void;
  /** From 0 up to, but not including, 1. */
  random?(): number;
}

export interface Environment {
  fetch: Fetch;
  wallSeconds(): number;
  monotonicSeconds(): number;
  random(): number;
  startTimer(callback: () => void, delaySeconds: number): unknown;
  stopTimer(timer: unknown): void;
}

/**
 * Looks every function up when it is used, so that a test may replace a global later, and calls
 * each without `this`: browsers refuse a `this` that is not theirs.
 */
export function createEnvironment(options: PlatformOptions): Environment {
  return {
    fetch: (url, init) => (options.fetch ?? (fetch as Fetch))(url, init),
    wallSeconds: () => (options.now?.() ?? Date.now()) / 1000,
    monotonicSeconds: () => (options.monotonicNow?.() ?? performance.now()) / 1000,
    random: () => options.random?.() ?? Math.random(),
    // Platforms count whole milliseconds. Rounded up, a timer never fires early.
    startTimer: (callback, delaySeconds) =>
      (options.setTimeout ?? setTimeout)(callback, Math.ceil(delaySeconds * 1000)),
    stopTimer: (timer) =>
      (options.clearTimeout ?? (clearTimeout as (timer: unknown) => void))(timer),
  };
}
