// Fuzzing that can be repeated: every run draws from a generator seeded with FUZZ_SEED and the run's number. `npm test` does a
// part of the runs, `npm run fuzz` all of them and more seeds than one over time: it takes a new one each time and prints it.

import { inject, test } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    /** `share` of the whole is run, 1 = all. */
    fuzz: { readonly seed: number; readonly share: number };
  }
}

const { seed, share } = inject("fuzz");

/** Draws numbers, choices and texts (mulberry32: small, and the same everywhere). */
export class Random {
  #state: number;

  constructor(seedOfRun: number) {
    this.#state = seedOfRun | 0;
  }

  u32(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  }

  /** 0 to below `count`. */
  below(count: number): number {
    return Math.floor((this.u32() / 0x1_0000_0000) * count);
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T;
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.below(256));
  }

  text(characters: string, maxLength: number): string {
    return Array.from({ length: this.below(maxLength + 1) }, () => this.pick([...characters])).join(
      "",
    );
  }
}

/** A test of `whole` runs, or of this invocation's share of them. What fails says how to repeat it. */
export function fuzz(
  title: string,
  whole: number,
  run: (random: Random, i: number) => void | Promise<void>,
): void {
  const runs = Math.ceil(whole * share);
  test(title, { timeout: 1_800_000 }, async () => {
    for (let i = 0; i < runs; i++) {
      try {
        const running = run(new Random(Math.imul(seed, 0x9e3779b1) + Math.imul(i, 0x85ebca6b)), i);
        if (running) await running;
      } catch (error) {
        throw new Error(
          `run ${i} of FUZZ_SEED=${seed} failed: ${error instanceof Error ? error.message : String(error)}`,
          {
            cause: error,
          },
        );
      }
    }
  });
}
