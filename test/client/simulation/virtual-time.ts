// Time that only passes when a test says so: events in their order, in true Unix milliseconds.

export interface TimedEvent {
  atMs: number;
  /** Undefined once it ran or was cancelled. */
  run: (() => void) | undefined;
}

export class VirtualTime {
  nowMs: number;
  /** The second that is running, soonest event last; and the events of every later second, unsorted. */
  private running: TimedEvent[] = [];
  private runningSecond: number;
  private readonly later = new Map<number, TimedEvent[]>();
  private hasPromises = false;
  private readonly isHasty: boolean;

  /** A hasty one waits for promises only where it was told of some: much faster for a crowd, where all are known. */
  constructor(startSeconds = 1_800_000_000, isHasty = false) {
    this.isHasty = isHasty;
    this.nowMs = startSeconds * 1000;
    this.runningSecond = startSeconds;
  }

  get nowSeconds(): number {
    return this.nowMs / 1000;
  }

  at(atMs: number, run: () => void): TimedEvent {
    const event: TimedEvent = { atMs: Math.max(atMs, this.nowMs), run };
    const second = Math.floor(event.atMs / 1000);
    if (second <= this.runningSecond) {
      // Events of the same moment run in the order they were made.
      let place = this.running.length;
      while (place > 0 && (this.running[place - 1] as TimedEvent).atMs <= event.atMs) place--;
      this.running.splice(place, 0, event);
      return event;
    }
    const events = this.later.get(second);
    if (events) events.push(event);
    else this.later.set(second, [event]);
    return event;
  }

  after(delayMs: number, run: () => void): TimedEvent {
    return this.at(this.nowMs + delayMs, run);
  }

  /** Says that promises were settled, so that what follows from them happens before time passes on. */
  settle(): void {
    this.hasPromises = true;
  }

  /** Runs everything up to then. */
  async runUntil(endSeconds: number): Promise<void> {
    await flush();
    for (;;) {
      const next = this.running.at(-1);
      if (next) {
        if (next.atMs > endSeconds * 1000) break;
        this.running.pop();
        const { run } = next;
        if (!run) continue;
        next.run = undefined;
        this.nowMs = next.atMs;
        run();
        if (this.hasPromises || !this.isHasty) {
          this.hasPromises = false;
          await flush();
        }
      } else if (this.runningSecond < Math.floor(endSeconds)) {
        this.runningSecond++;
        const events = this.later.get(this.runningSecond) ?? [];
        this.later.delete(this.runningSecond);
        this.running = events.sort((a, b) => a.atMs - b.atMs).reverse();
      } else break;
    }
    this.nowMs = Math.max(this.nowMs, endSeconds * 1000);
  }

  runFor(seconds: number): Promise<void> {
    return this.runUntil(this.nowSeconds + seconds);
  }
}

/** Lets every promise that can settle do so: setImmediate comes after them all. */
export function flush(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
