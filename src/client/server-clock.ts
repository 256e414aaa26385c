// The service's time, kept on a device whose own clock may be wrong, jump, or stand still. All in seconds.

import type { Environment } from "./environment.ts";

export interface ServerClock {
  /** Since the start. Never runs backwards. */
  elapsed(): number;
  /** The service's Unix time now. The device's own until the service has answered. */
  now(): number;
  /** The service said `serverTime` in answer to a request sent at `sent` (of elapsed). */
  set(serverTime: number, sent: number): void;
}

/**
 * A monotonic clock stands still while some devices sleep, and the wall clock jumps when it is put right. So time passes by
 * whichever of the two went further since the last look: a jump back does nothing, and a jump forward, which cannot be told from a
 * sleep, makes a key look older than it is. That costs one early renewal; the reverse would cost the call.
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
    // As if the service had looked at its clock the moment it was asked: the estimate is then ahead by the way back at most,
    // and behind by no more than the second that serverTime leaves out.
    set(serverTime, sent) {
      serverTimeAtStart = serverTime - sent;
    },
  };
}
