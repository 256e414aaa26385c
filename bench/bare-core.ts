// The core's exports and nothing around them, to measure the core by itself.

import { readFileSync } from "node:fs";

export interface BareCore {
  readonly memory: WebAssembly.Memory;
  readonly INPUT: WebAssembly.Global;
  readonly OUTPUT: WebAssembly.Global;
  readonly CHUNK_KEYS: WebAssembly.Global;
  readonly UIDS: WebAssembly.Global;
  readonly RANDOM_INTS: WebAssembly.Global;
  prepareSigner(): number;
  channelKey(...fields: number[]): number;
  channelKeys(...fields: number[]): number;
}

export function readCore(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(new URL("../build/core.wasm", import.meta.url)));
}

export function instantiate(module: WebAssembly.Module): BareCore {
  return new WebAssembly.Instance(module).exports as unknown as BareCore;
}

export function writeInput(core: BareCore, text: string): void {
  Buffer.from(core.memory.buffer).write(text, core.INPUT.value, "latin1");
}
