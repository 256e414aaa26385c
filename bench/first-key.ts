// How long the library takes to make the first key of a Node process: the core compiled, but its
// file not read. Each sample is a process of its own: `node bench/first-key.ts` is one. By then
// V8's engine for WebAssembly runs, since Node reads TypeScript with it. `node bench/first-key.ts
// floor` is a process with five functions of four bytes instead of the core: what V8 needs for any
// module.

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
const FLOOR_STEPS = [
  "five functions of 4 bytes instead",
  "  compiled",
  "  an instance of it",
  "  called",
];

/**
 * Five times (func (result i32) i32.const 1), the first exported as f. V8 has a threshold: four
 * compile in half the time of five.
 */
const FUNCTION = [4, 0, 0x41, 1, 0x0b];
const FLOOR = Uint8Array.from([
  ...[
    0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 5, 1, 0x60, 0, 1, 0x7f, 3, 6, 5, 0, 0, 0, 0, 0, 7, 5, 1, 1,
    0x66, 0, 0, 10, 26, 5,
  ],
  ...[...FUNCTION, ...FUNCTION, ...FUNCTION, ...FUNCTION, ...FUNCTION],
]);

export function measureFirstKeys(count: number): Result[] {
  const samples = Array.from({ length: count }, () => [...sample(), ...sample("floor")]);
  return [...STEPS, ...FLOOR_STEPS].map((name, step) => {
    const sorted = samples.map((sample) => sample[step] as number).sort((a, b) => a - b);
    const at = (part: number) => sorted[Math.floor((sorted.length - 1) * part)] as number;
    return { name, medianNs: at(0.5), lowerQuartileNs: at(0.25), upperQuartileNs: at(0.75) };
  });
}

function sample(...args: string[]): number[] {
  const steps: number[] = JSON.parse(
    execFileSync(process.execPath, [script, ...args], { encoding: "utf8" }),
  );
  return [steps.reduce((sum, step) => sum + step, 0), ...steps];
}

if (process.argv[1] === script) {
  const times: bigint[] = [];
  const lap = () => times.push(process.hrtime.bigint());
  if (process.argv[2] === "floor") floor(lap);
  else firstKey(lap);
  console.log(JSON.stringify(times.slice(1).map((time, i) => Number(time - (times[i] as bigint)))));
}

function floor(lap: () => void): void {
  lap();
  const module = new WebAssembly.Module(FLOOR);
  lap();
  const { f } = new WebAssembly.Instance(module).exports as unknown as { f(): number };
  lap();
  if (f() !== 1) throw new Error("not called");
  lap();
}

function firstKey(lap: () => void): void {
  const bytes = readCore();
  lap();
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
}
