// Time that only passes when a test says so: a queue of events, the earliest first, in true Unix milliseconds.

export interface TimedEvent {
  atMs: number;
  /** Undefined once it ran or was cancelled. */
  run: (() => void) | undefined;
}

interface Queued extends TimedEvent {
  /** Events of the same moment run in the order they were made. */
  turn: number;
}

export class VirtualTime {
  nowMs: number;
  private readonly queue: Queued[] = [];
  private turns = 0;
  private hasPromises = false;

  constructor(startSeconds = 1_800_000_000) {
    this.nowMs = startSeconds * 1000;
  }

  get nowSeconds(): number {
    return this.nowMs / 1000;
  }

  at(atMs: number, run: () => void): TimedEvent {
    const event: Queued = { atMs: Math.max(atMs, this.nowMs), run, turn: this.turns++ };
    const { queue } = this;
    let place = queue.push(event) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!isBefore(event, queue[parent] as Queued)) break;
      queue[place] = queue[parent] as Queued;
      place = parent;
    }
    queue[place] = event;
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
    for (let next = this.queue[0]; next && next.atMs <= endSeconds * 1000; next = this.queue[0]) {
      this.takeFirst();
      const { run } = next;
      if (!run) continue;
      next.run = undefined;
      this.nowMs = next.atMs;
      run();
      if (this.hasPromises) {
        this.hasPromises = false;
        await flush();
      }
    }
    this.nowMs = Math.max(this.nowMs, endSeconds * 1000);
  }

  runFor(seconds: number): Promise<void> {
    return this.runUntil(this.nowSeconds + seconds);
  }

  private takeFirst(): void {
    const { queue } = this;
    const last = queue.pop() as Queued;
    if (queue.length === 0) return;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= queue.length) break;
      if (child + 1 < queue.length && isBefore(queue[child + 1] as Queued, queue[child] as Queued)) child++;
      if (!isBefore(queue[child] as Queued, last)) break;
      queue[place] = queue[child] as Queued;
      place = child;
    }
    queue[place] = last;
  }
}

function isBefore(a: Queued, b: Queued): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.turn < b.turn);
}

/** Lets every promise that can settle do so: setImmediate comes after them all. */
export function flush(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
