// One timer for a moment that may be far away, on a device that may sleep until then.

import type { Environment } from "./environment.ts";
import type { ServerClock } from "./server-clock.ts";
import { TICK_MAX_SECONDS } from "./timing.ts";

export interface Alarm {
  /**
   * Replaces the alarm that was set. `due` is in elapsed seconds; if that has passed, the alarm
   * goes off before this returns. `holdsProcess`: whether Node stays alive for it.
   */
  set(due: number, holdsProcess: boolean): void;
  clear(): void;
}

export function createAlarm(
  { startTimer, stopTimer }: Environment,
  clock: ServerClock,
  goOff: () => void,
): Alarm {
  let timer: unknown;

  const clear = () => stopTimer(timer);
  const set = (due: number, holdsProcess: boolean) => {
    clear();
    const delaySeconds = due - clock.elapsed();
    if (delaySeconds <= 0) return goOff();
    timer = startTimer(() => set(due, holdsProcess), Math.min(delaySeconds, TICK_MAX_SECONDS));
    if (!holdsProcess) (timer as { unref?(): void } | undefined)?.unref?.();
  };
  return { set, clear };
}
