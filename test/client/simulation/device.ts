// A simulated device: timers and clocks in virtual time, with a clock that may be wrong or jump, a
// tab that may be frozen, and a lid that may be closed.

import type { KeySourceOptions } from "latchkey/client";
import type { TimedEvent, VirtualTime } from "./virtual-time.ts";

interface Timer {
  callback: () => void;
  event: TimedEvent;
}

export class Device {
  /** How far the wall clock is ahead of true time. */
  clockErrorSeconds = 0;
  readonly timers = new Set<Timer>();
  private asleepSinceMs: number | undefined;
  private suspendedMs = 0;
  private readonly time: VirtualTime;
  private readonly startedMs: number;

  constructor(time: VirtualTime) {
    this.time = time;
    this.startedMs = time.nowMs;
  }

  /** The platform options of a key source, but for `fetch` and `random`. */
  get platform(): Required<
    Pick<KeySourceOptions, "now" | "monotonicNow" | "setTimeout" | "clearTimeout">
  > {
    return {
      now: () => this.time.nowMs + this.clockErrorSeconds * 1000,
      monotonicNow: () => this.time.nowMs - this.startedMs - this.suspendedMs,
      setTimeout: (callback, delayMs) => {
        if (!(delayMs >= 0 && delayMs < 2 ** 31))
          throw new RangeError(`A browser would call this at once: ${delayMs}`);
        const timer: Timer = { callback, event: this.time.after(delayMs, () => this.fire(timer)) };
        this.timers.add(timer);
        return timer;
      },
      clearTimeout: (timer) => {
        if (!timer || !this.timers.delete(timer as Timer)) return;
        (timer as Timer).event.run = undefined;
      },
    };
  }

  /** Freezes the tab: its timers fire when it is back, its clocks go on. */
  freeze(seconds: number): void {
    this.asleepSinceMs = this.time.nowMs;
    this.time.after(seconds * 1000, () => {
      this.asleepSinceMs = undefined;
      for (const timer of [...this.timers]) {
        if (timer.event.run === undefined) this.fire(timer);
      }
    });
  }

  /** Closes the lid: timers and the monotonic clock stop, the wall clock goes on. */
  suspend(seconds: number): void {
    const left = [...this.timers].map((timer) => ({
      timer,
      delayMs: timer.event.atMs - this.time.nowMs,
    }));
    for (const { timer } of left) timer.event.run = undefined;
    this.time.after(seconds * 1000, () => {
      this.suspendedMs += seconds * 1000;
      for (const { timer, delayMs } of left)
        timer.event = this.time.after(delayMs, () => this.fire(timer));
    });
  }

  private fire(timer: Timer): void {
    if (this.asleepSinceMs !== undefined || !this.timers.delete(timer)) return;
    timer.callback();
  }
}
