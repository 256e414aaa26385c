// How long the first key takes in a process that has made none: compiling the core included, reading its file not. Each sample is
// a process of its own. `node bench/cold.ts` is one of them. V8's engine for WebAssembly has started by then: Node reads TypeScript with it.

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { instantiate, readCore, writeInput } from "./bare-core.ts";
import type { Result } from "./measure.ts";

const script = fileURLToPath(import.meta.url);
const STEPS = [
  "all of it",
  "  the module compiled",
  "  an instance of it",
  "  a signer (compiles SHA-1)",
  "  a key (compiles the rest)",
];

export function coldStarts(count: number): Result[] {
  const samples = Array.from({ length: count }, () => {
    const steps: number[] = JSON.parse(execFileSync(process.execPath, [script], { encoding: "utf8" }));
    return [steps.reduce((sum, step) => sum + step, 0), ...steps];
  });
  return STEPS.map((name, step) => {
    const sorted = samples.map((sample) => sample[step] as number).sort((a, b) => a - b);
    const at = (part: number) => sorted[Math.floor((sorted.length - 1) * part)] as number;
    return { name, medianNs: at(0.5), lowerQuartileNs: at(0.25), upperQuartileNs: at(0.75) };
  });
}

if (process.argv[1] === script) {
  const bytes = readCore();
  const times = [process.hrtime.bigint()];
  const lap = () => times.push(process.hrtime.bigint());
  const module = new WebAssembly.Module(bytes);
  lap();
  const core = instantiate(module);
  lap();
  writeInput(core, "0123456789abcdef".repeat(4));
  core.prepareSigner();
  lap();
  writeInput(core, "room-1");
  const length = core.channelKey(4, 1, 0, 6, 1446455472, 58964981, 42, 0);
  const key = Buffer.from(core.memory.buffer, core.OUTPUT.value, length).toString("latin1");
  lap();
  if (!key.startsWith("004")) throw new Error("no key");
  console.log(JSON.stringify(times.slice(1).map((time, i) => Number(time - (times[i] as bigint)))));
}
