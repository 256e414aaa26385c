// On a shared machine each processor has slow phases of its own. Contenders that take turns meet
// the same phases only on the same processor.

import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

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

/** What all threads of a process have used. Undefined where the system does not say: Linux does. */
export function cpuNanoseconds(pid: number): number | undefined {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    return threads.reduce(
      (sum, id) =>
        sum + Number(readFileSync(`/proc/${pid}/task/${id}/schedstat`, "utf8").split(" ")[0]),
      0,
    );
  } catch {
    return undefined;
  }
}
