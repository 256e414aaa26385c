// Each processor of a machine that others use too has slow phases of its own: what is compared by turns meets the same ones only on the
// same processor.

import { execFileSync } from "node:child_process";

/**
 * Keeps the first thread of a process on one processor, and with it the programs that it starts from now on; the threads that it
 * has beside (V8's helpers) stay free. Answers false, and changes nothing, where there is no such processor or no `taskset`, which
 * Linux has: then the scheduler chooses.
 */
export function keepOnProcessor(processor: number, pid = process.pid): boolean {
  try {
    execFileSync("taskset", ["-cp", String(processor), String(pid)], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
