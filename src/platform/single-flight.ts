// A fetch that many requests need at once: it runs once, and all of them share it.

import type { WaitUntil } from "./host.ts";

type Work = (nowSeconds: number, waitUntil: WaitUntil) => Promise<void>;

export class SingleFlight {
  readonly #coolDownSeconds: number;
  readonly #work: Work;
  #startedAt = Number.NEGATIVE_INFINITY;
  #flight: Promise<void> | undefined;

  /**
   * `work` must not throw. A new flight starts `coolDownSeconds` after the last one at the
   * earliest.
   */
  constructor(coolDownSeconds: number, work: Work) {
    this.#coolDownSeconds = coolDownSeconds;
    this.#work = work;
  }

  /**
   * The flight under way, or a new one. Undefined where the last one has ended and the cool-down
   * has not. A flight that is still open after the cool-down hangs: a new one takes its place.
   */
  join(nowSeconds: number, waitUntil: WaitUntil): Promise<void> | undefined {
    if (nowSeconds - this.#startedAt < this.#coolDownSeconds) return this.#flight;
    this.#startedAt = nowSeconds;
    const flight = this.#work(nowSeconds, waitUntil).finally(() => {
      if (this.#flight === flight) this.#flight = undefined;
    });
    this.#flight = flight;
    waitUntil(flight);
    return flight;
  }
}
