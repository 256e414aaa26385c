// Tells when npm is gone, although no signal says so: npm passes SIGTERM to its shell alone, and
// nothing passes on a SIGKILL.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

const INTERVAL_MS = 500;

/** Calls `onEnd` once, when npm or its shell has ended. Without npm, it does nothing. */
export function whenNpmEnds(onEnd) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const shell = process.ppid;
  const npm = parentOf(shell);
  const timer = setInterval(() => {
    if (process.ppid === shell && isRunning(shell) && parentOf(shell) === npm) return;
    clearInterval(timer);
    onEnd();
  }, INTERVAL_MS);
  timer.unref();
}

/** Windows keeps the number of a parent that is gone. */
function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** The process that started another, or adopted it; undefined where that can't be told. */
function parentOf(pid) {
  if (process.platform === "win32") return undefined;
  if (existsSync("/proc/self/stat")) {
    try {
      // pid (name) state parent …; the name may hold anything.
      return /^.*\) \S (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1];
    } catch {
      return undefined;
    }
  }
  return spawnSync("ps", ["-o", "ppid=", "-p", String(pid)], { encoding: "utf8" }).stdout?.trim();
}
