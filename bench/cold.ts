// How long the first key takes in a process that has made none: compiling the core included, reading its file not. Each sample is
// a process of its own. `node bench/cold.ts` is one of them.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Result } from "./measure.ts";

interface Core {
  readonly memory: WebAssembly.Memory;
  readonly INPUT: WebAssembly.Global;
  readonly OUTPUT: WebAssembly.Global;
  prepareSigner(): number;
  channelKey(...fields: number[]): number;
}

const script = fileURLToPath(import.meta.url);

export function coldStarts(count: number): Result[] {
  const samples = Array.from({ length: count }, () => Number(execFileSync(process.execPath, [script]))).sort((a, b) => a - b);
  const at = (part: number) => samples[Math.floor((samples.length - 1) * part)] as number;
  return [{ name: "latchkey", medianNs: at(0.5), lowerQuartileNs: at(0.25), upperQuartileNs: at(0.75) }];
}

if (process.argv[1] === script) {
  const bytes = readFileSync(new URL("../build/core.wasm", import.meta.url));
  const start = process.hrtime.bigint();
  const core = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as unknown as Core;
  const memory = Buffer.from(core.memory.buffer);
  memory.write("0123456789abcdef".repeat(4), core.INPUT.value, "latin1");
  core.prepareSigner();
  memory.write("room-1", core.INPUT.value, "latin1");
  const length = core.channelKey(4, 1, 0, 6, 1446455472, 58964981, 42, 0);
  const key = memory.toString("latin1", core.OUTPUT.value, core.OUTPUT.value + length);
  const took = process.hrtime.bigint() - start;
  if (!key.startsWith("004")) throw new Error("no key");
  console.log(String(took));
}
