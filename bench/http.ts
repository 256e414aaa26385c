// Over HTTP on bare workerd: `npm run bench -- http [--quick] [--json]`

import { cpus } from "node:os";
import { type HttpPlan, type HttpResult, measureHttp } from "./http/run.ts";

const quick = process.argv.includes("--quick");
const only = process.argv
  .find((a) => a.startsWith("--only="))
  ?.slice(7)
  .split(",");
const plan: HttpPlan = quick
  ? { rounds: 60, sliceMs: 60, warmUpMs: 1000, connections: 16 }
  : { rounds: 101, sliceMs: 100, warmUpMs: 3000, connections: 16 };

export function printHttp(results: readonly HttpResult[]): void {
  const rate = (id: string) => results.find((result) => result.id === id)?.requestsPerSecond ?? Number.NaN;
  for (const { name, requestsPerSecond, lowerQuartile, upperQuartile, serverCpuMicroseconds } of results) {
    console.log(
      `  ${name.padEnd(42)} ${requestsPerSecond.toFixed(0).padStart(7)}/s  (${lowerQuartile.toFixed(0)} to ${upperQuartile.toFixed(0)})`.padEnd(
        76,
      ),
      `${(requestsPerSecond / rate("health")).toFixed(2).padStart(6)} x health `,
      `${(requestsPerSecond / rate("express")).toFixed(2).padStart(6)} x peer `,
      `${serverCpuMicroseconds?.toFixed(1).padStart(8)} us CPU`,
    );
  }
}
console.log(`Node ${process.version}, ${cpus()[0]?.model}, ${cpus().length} cores; ${plan.rounds} interleaved rounds, medians`);
printHttp(await measureHttp(plan, only));
