// On a shared machine each processor has slow phases of its own. Contenders that take turns meet
// the same phases only on the same processor.

import { execFileSync } from "node:child_process";

/**
 * Keeps the first thread of a process on one processor, and the programs that it starts after this.
 * Its other threads (V8's helpers) stay free. Returns false, and changes nothing, if there is no
 * such processor or no `taskset` (Linux has it): then the scheduler chooses.
 */
export function keepOnProcessor(processor: number, pid = process.pid): boolean {
  try {
    execFileSync("taskset", ["-cp", String(processor), String(pid)], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
