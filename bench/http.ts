// Over HTTP: the service in bare workerd, and as peer an Express server with the vendor's library
// that asks nobody who he is. `npm run bench -- http [--quick] [--json]`

import { cpus } from "node:os";
import { type HttpPlan, type HttpResult, measureHttp } from "./http/run.ts";

const plan: HttpPlan = process.argv.includes("--quick")
  ? { rounds: 40, sliceMs: 60, leadInMs: 40, warmUpMs: 800, connections: 16 }
  : { rounds: 301, sliceMs: 30, leadInMs: 20, warmUpMs: 3000, connections: 16 };

/** What the project wants to reach: ratios of medians. */
const GOALS = [
  {
    what: "a key by service key, to GET /health",
    goal: 0.85,
    of: "service-key",
    to: "health",
    by: "requests",
  },
  {
    what: "a key by grant HS256, to GET /health",
    goal: 0.7,
    of: "hs256",
    to: "health",
    by: "requests",
  },
  {
    what: "a key by grant HS256, to the peer",
    goal: 1.2,
    of: "hs256",
    to: "express",
    by: "requests",
  },
  {
    what: "keys a second by batches, to the peer",
    goal: 100,
    of: "batch",
    to: "express",
    by: "keys",
  },
] as const;

const machine = `Node ${process.version}, ${cpus()[0]?.model}, ${cpus().length} cores`;
const results = await measureHttp(plan);
const ratios = GOALS.map((goal) => ({
  ...goal,
  ratio: rate(goal.of, goal.by) / rate(goal.to, goal.by),
}));
if (process.argv.includes("--json"))
  console.log(JSON.stringify({ section: "http", machine, plan, results, ratios }));
else print();

function rate(id: string, by: "requests" | "keys"): number {
  const result = results.find((one) => one.id === id);
  if (!result) return Number.NaN;
  return result.requestsPerSecond * (by === "keys" ? result.keysPerRequest : 1);
}

function print(): void {
  const { rounds, sliceMs, leadInMs, warmUpMs, connections } = plan;
  console.log(`\nOver HTTP: ${machine}`);
  console.log(
    `${rounds} interleaved rounds of ${sliceMs} ms, each after ${leadInMs} ms of its own kind; ${warmUpMs} ms of warm-up; ${connections} connections`,
  );
  console.log(
    `${" ".repeat(46)}requests/s  (half of the rounds)   to health   to floor   to peer   server's CPU`,
  );
  for (const result of results) console.log(row(result));
  console.log("\nGoals");
  for (const { what, goal, ratio } of ratios)
    console.log(`  ${what.padEnd(42)}${ratio.toFixed(2).padStart(8)}   (${goal})`);
}

function row({
  id,
  name,
  requestsPerSecond,
  lowerQuartile,
  upperQuartile,
  serverCpuMicroseconds,
}: HttpResult): string {
  const spread = `(${lowerQuartile.toFixed(0)} to ${upperQuartile.toFixed(0)})`;
  const cpu = serverCpuMicroseconds === undefined ? "" : `${serverCpuMicroseconds.toFixed(0)} us`;
  return [
    `  ${name.padEnd(44)}`,
    requestsPerSecond.toFixed(0).padStart(10),
    `  ${spread.padEnd(20)}`,
    (rate(id, "requests") / rate("health", "requests")).toFixed(2).padStart(12),
    (rate(id, "requests") / rate("floor", "requests")).toFixed(2).padStart(11),
    (rate(id, "requests") / rate("express", "requests")).toFixed(2).padStart(10),
    cpu.padStart(15),
  ].join("");
}
