// The time of a call that runs faster than real time. While a request is under way it runs at real
// speed, so that a request of 20 ms takes 20 ms of the call as well. All in milliseconds.

export interface RealTime {
  now(): number;
  setTimeout(callback: () => void, delay: number): unknown;
  clearTimeout(timer: unknown): void;
}

export interface CallTime {
  /** Since the start. */
  now(): number;
  setTimeout(callback: () => void, delay: number): number;
  clearTimeout(timer: unknown): void;
  setSpeed(speed: number): void;
  /** Time runs at real speed as long as the work takes. */
  during<T>(work: () => Promise<T>): Promise<T>;
  /** Ends every timer. */
  stop(): void;
}

export function createCallTime(real: RealTime, initialSpeed: number): CallTime {
  const timers = new Map<number, { due: number; callback: () => void }>();
  let speed = initialSpeed;
  let underWay = 0;
  let lastTimer = 0;
  let alarm: unknown;
  let at = 0;
  let lookedAt = real.now();

  const rate = () => (underWay > 0 ? 1 : speed);
  const now = () => {
    const reading = real.now();
    at += (reading - lookedAt) * rate();
    lookedAt = reading;
    return at;
  };
  /** The time that has passed is counted at the old rate before the rate changes. */
  const change = (apply: () => void) => {
    now();
    apply();
    setAlarm();
  };
  const setAlarm = () => {
    real.clearTimeout(alarm);
    if (timers.size === 0) return;
    const due = Math.min(...Array.from(timers.values(), (timer) => timer.due));
    alarm = real.setTimeout(goOff, Math.max(0, due - now()) / rate());
  };
  const goOff = () => {
    const time = now();
    const dueTimers = [...timers]
      .filter(([, { due }]) => due <= time)
      .sort(([, a], [, b]) => a.due - b.due);
    for (const [id, { callback }] of dueTimers) {
      // A callback may have cleared the next timer.
      if (timers.delete(id)) callback();
    }
    setAlarm();
  };

  return {
    now,
    setTimeout(callback, delay) {
      lastTimer++;
      timers.set(lastTimer, { due: now() + delay, callback });
      setAlarm();
      return lastTimer;
    },
    clearTimeout(timer) {
      if (timers.delete(timer as number)) setAlarm();
    },
    setSpeed: (value) =>
      change(() => {
        speed = value;
      }),
    async during(work) {
      change(() => underWay++);
      try {
        return await work();
      } finally {
        change(() => underWay--);
      }
    },
    stop() {
      timers.clear();
      real.clearTimeout(alarm);
    },
  };
}
