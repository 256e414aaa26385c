// The service's time, on a device whose own clock may be wrong, jump, or stop. All in seconds.

import type { Environment } from "./environment.ts";

export interface ServerClock {
  /** Since the start. Never runs backwards. */
  elapsed(): number;
  /** The service's Unix time now. Until the first response, the device's. */
  now(): number;
  /** A response to the request sent at `sent` (in elapsed seconds) said `serverTime`. */
  set(serverTime: number, sent: number): void;
}

/**
 * A monotonic clock stops while some devices sleep, and the wall clock jumps when it is corrected.
 * So the time that passed between two readings is the larger of the two clocks' differences. A jump
 * back has no effect. A jump forward looks like sleep, and makes a key seem older than it is: that
 * costs one early renewal, while a key that seems younger than it is would cost the call.
 */
export function createServerClock({ wallSeconds, monotonicSeconds }: Environment): ServerClock {
  let wall = wallSeconds();
  let monotonic = monotonicSeconds();
  let total = 0;
  let serverTimeAtStart = wall;

  const elapsed = () => {
    const wallBefore = wall;
    const monotonicBefore = monotonic;
    wall = wallSeconds();
    monotonic = monotonicSeconds();
    total += Math.max(wall - wallBefore, monotonic - monotonicBefore);
    return total;
  };

  return {
    elapsed,
    now: () => serverTimeAtStart + elapsed(),
    // As if the service had read its clock when the request was sent. The estimate is then ahead by
    // no more than the request took, and behind by less than the second that serverTime rounds off.
    set(serverTime, sent) {
      serverTimeAtStart = serverTime - sent;
    },
  };
}
