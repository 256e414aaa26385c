// Fuzzing that can be repeated: each run has random numbers of its own, seeded with FUZZ_SEED and
// the run's number. `npm test` does a part of the runs, always with the same seed; `npm run fuzz`
// does all of them, with a new seed that it prints.

import { inject, test } from "vitest";
import { createRandom } from "../client/simulation/random.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** `share`: the part of all runs that is done, 1 = all. */
    fuzz: { readonly seed: number; readonly share: number };
  }
}

const { seed, share } = inject("fuzz");

/** Draws numbers, choices and texts. */
export class Random {
  /** From 0 to below 1. */
  readonly #next: () => number;

  constructor(seedOfRun: number) {
    this.#next = createRandom(seedOfRun);
  }

  u32(): number {
    return this.below(2 ** 32);
  }

  /** 0 to below `count`. */
  below(count: number): number {
    return Math.floor(this.#next() * count);
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

/**
 * A test of `whole` runs, or of the share of them that `npm test` does. A failure says how to
 * repeat it.
 */
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
          { cause: error },
        );
      }
    }
  });
}
