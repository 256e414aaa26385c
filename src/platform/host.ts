// The world around the service: clock, random numbers, network, log. Handed in, so that tests give
// it their own.

export interface Host {
  /** Unix seconds, whole. */
  now(): number;
  /** Of the same clock. */
  milliseconds(): number;
  /** Unpredictable u32s. */
  randomInts(count: number): Uint32Array;
  fetch: typeof fetch;
  /** What isolates at one location share; undefined where there is nothing of the kind. */
  cache(): Pick<Cache, "match" | "put"> | undefined;
  /** Writes one line. */
  log(line: string): void;
}

/** Lets work go on after the response has been sent (Workers' `waitUntil`). */
export type WaitUntil = (work: Promise<unknown>) => void;

export const workersHost: Host = {
  now: () => Math.floor(Date.now() / 1000),
  milliseconds: () => Date.now(),
  randomInts: createRandomInts(128),
  fetch: (input, init) => fetch(input, init),
  cache: () => (typeof caches === "undefined" ? undefined : caches.default),
  // biome-ignore lint/suspicious/noConsole: what is written there is kept as the log
  log: (line) => console.log(line),
};

/** Draws ahead: a hundred numbers take the runtime little longer than one. None is used twice. */
function createRandomInts(drawnAhead: number): (count: number) => Uint32Array {
  const drawn = new Uint32Array(drawnAhead);
  let left = 0;
  return (count) => {
    if (count > drawn.length) return crypto.getRandomValues(new Uint32Array(count));
    if (left < count) {
      crypto.getRandomValues(drawn);
      left = drawn.length;
    }
    left -= count;
    return drawn.slice(left, left + count);
  };
}
