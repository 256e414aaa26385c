// What a section of the benchmark found: tables of nanoseconds a key, and the ratios of medians
// that are our goals.

import { cpus } from "node:os";
import type { Result } from "./measure.ts";
import { print } from "./print.ts";

export interface Ratio {
  what: string;
  ratio: number;
  goal: number;
}

export class Report {
  readonly #section: string;
  readonly #about: string;
  readonly #tables: { title: string; results: readonly Result[] }[] = [];
  readonly #ratios: Ratio[] = [];
  readonly #isJson = process.argv.includes("--json");

  constructor(section: string, about: string) {
    this.#section = section;
    this.#about = `${about}; Node ${process.version}, ${cpus()[0]?.model}, ${cpus().length} cores`;
    if (!this.#isJson) console.log(this.#about);
  }

  table(title: string, results: readonly Result[]): void {
    this.#tables.push({ title, results });
    if (!this.#isJson) print(title, results);
  }

  /** How many times as long `other` takes as `ours`, in one table. */
  ratio(what: string, results: readonly Result[], ours: string, other: string, goal: number): void {
    const median = (name: string) =>
      results.find((result) => result.name === name)?.medianNs ?? Number.NaN;
    this.#ratios.push({ what, ratio: median(other) / median(ours), goal });
  }

  end(): void {
    if (this.#isJson) {
      console.log(
        JSON.stringify({
          section: this.#section,
          machine: this.#about,
          tables: this.#tables,
          ratios: this.#ratios,
        }),
      );
      return;
    }
    console.log("\nGoals");
    for (const { what, ratio, goal } of this.#ratios)
      console.log(`  ${what.padEnd(58)}${ratio.toFixed(2).padStart(8)}   (${goal})`);
  }
}
