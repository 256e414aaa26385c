// Time that passes only when a test says so. Events run in their order, in true Unix milliseconds.

export interface TimedEvent {
  atMs: number;
  /** Undefined once it ran or was cancelled. */
  run: (() => void) | undefined;
}

export class VirtualTime {
  nowMs: number;
  /** The events of the current second, soonest last. */
  private running: TimedEvent[] = [];
  private runningSecond: number;
  /** The events of each later second, unsorted. */
  private readonly later = new Map<number, TimedEvent[]>();
  private hasPromises = false;
  private readonly isFast: boolean;

  /**
   * `isFast`: lets promises settle only after settle() was called. Much faster for a crowd, whose
   * promises are all known.
   */
  constructor(startSeconds = 1_800_000_000, isFast = false) {
    this.isFast = isFast;
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

  /** Tells that promises were settled: what follows from them then runs before time goes on. */
  settle(): void {
    this.hasPromises = true;
  }

  /** Runs every event up to then. */
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
        if (this.hasPromises || !this.isFast) {
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

/** Lets every promise settle that can: setImmediate runs after them all. */
export function flush(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
