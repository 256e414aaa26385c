// One timer that goes off at a point of the elapsed time, however far away and however the device slept meanwhile.

import type { Environment } from "./environment.ts";
import type { ServerClock } from "./server-clock.ts";
import { TICK_MAX_SECONDS } from "./timing.ts";

export interface Alarm {
  /** In elapsed seconds; undefined while none is set. */
  due(): number | undefined;
  /** `holdsProcess`: whether Node stays alive for it. */
  set(due: number, holdsProcess: boolean): void;
  clear(): void;
}

export function createAlarm(
  { startTimer, stopTimer }: Environment,
  clock: ServerClock,
  goOff: () => void,
): Alarm {
  let timer: unknown;
  let due: number | undefined;

  const clear = () => {
    stopTimer(timer);
    due = undefined;
  };
  const set = (at: number, holdsProcess: boolean) => {
    clear();
    const delaySeconds = at - clock.elapsed();
    if (delaySeconds <= 0) return goOff();
    due = at;
    timer = startTimer(() => set(at, holdsProcess), Math.min(delaySeconds, TICK_MAX_SECONDS));
    if (!holdsProcess) (timer as { unref?(): void } | undefined)?.unref?.();
  };
  return { due: () => due, set, clear };
}
