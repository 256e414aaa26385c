// Cold starts: how long a workerd process that has just been started takes until its first
// response. `npm run bench -- cold [--quick] [--json]`

import { cpus } from "node:os";
import { type ColdStart, measureColdStarts, type Spread } from "./cold/run.ts";

const ROUNDS = process.argv.includes("--quick") ? 7 : 21;
/**
 * How long the fake of Workers KV takes for a read. It runs in this process, so its own start is
 * not counted.
 */
const KV_MS = 50;

const machine = `Node ${process.version}, ${cpus()[0]?.model}, ${cpus().length} cores`;
const { starts, grantOverServiceKeyMs } = await measureColdStarts(ROUNDS, KV_MS);
const goals = [
  {
    what: "by service key, over the empty Worker",
    goalMs: 26,
    beyondMs: 20,
    ms: overEmpty("service-key").median,
  },
  {
    what: `by grant, over service key and ${KV_MS} ms of KV`,
    goalMs: 8,
    ms: grantOverServiceKeyMs.median,
  },
];
if (process.argv.includes("--json"))
  console.log(
    JSON.stringify({
      section: "cold",
      machine,
      rounds: ROUNDS,
      kvMs: KV_MS,
      starts,
      grantOverServiceKeyMs,
      goals,
    }),
  );
else print();

function overEmpty(id: ColdStart["id"]): Spread {
  const start = starts.find((one) => one.id === id);
  if (!start) throw new Error(`no contender ${id}`);
  return start.overEmptyMs;
}

function print(): void {
  console.log(`\nCold starts in bare workerd, from the spawn to the first response: ${machine}`);
  console.log(
    `${ROUNDS} interleaved rounds after one that is not counted; medians (half of the rounds), ms; Workers KV takes ${KV_MS} ms`,
  );
  console.log(`${" ".repeat(46)}${"first response".padEnd(28)}over the empty Worker`);
  for (const { id, name, ms, overEmptyMs } of starts) {
    row(name, ms, id === "empty" ? undefined : overEmptyMs);
    if (id === "grant") row("  less the time of KV", less(ms, KV_MS), less(overEmptyMs, KV_MS));
  }
  console.log("\nGoals, ms");
  for (const { what, ms, goalMs, beyondMs } of goals) {
    const beyond = beyondMs === undefined ? "" : `; beyond that ${beyondMs}`;
    console.log(`  ${what.padEnd(42)}${ms.toFixed(1).padStart(8)}   (at most ${goalMs}${beyond})`);
  }
}

function row(name: string, ms: Spread, overEmptyMs: Spread | undefined): void {
  console.log(`  ${name.padEnd(44)}${cell(ms).padEnd(28)}${overEmptyMs ? cell(overEmptyMs) : ""}`);
}

function cell({ median, lowerQuartile, upperQuartile }: Spread): string {
  const quartiles = `(${lowerQuartile.toFixed(1)} to ${upperQuartile.toFixed(1)})`;
  return `${median.toFixed(1).padStart(6)}  ${quartiles}`;
}

function less({ median, lowerQuartile, upperQuartile }: Spread, ms: number): Spread {
  return {
    median: median - ms,
    lowerQuartile: lowerQuartile - ms,
    upperQuartile: upperQuartile - ms,
  };
}
