// Runs a command and ends it, with all that it started, when standard input closes:
// `node process-group.mjs FILE ARG …`. Whoever started this holds the other end of that pipe. The
// system closes it however that process ends, kill -9 included.
//
// This must lead a process group of its own (`detached`): it ends that group, which can't be
// another's while this process lives.
import { spawn, spawnSync } from "node:child_process";
import { setTimeout as after } from "node:timers/promises";

/** How long the command may take to end by itself. */
const GRACE_MS = 3000;

const child = spawn(process.execPath, process.argv.slice(2), {
  stdio: ["ignore", "inherit", "inherit"],
});
const ended = new Promise((resolve) => {
  child.once("exit", resolve);
  child.once("error", resolve);
});

// It is the pipe that tells the end. A signal to the whole group must not end this before the rest.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => undefined);
// Whoever read the output is gone: the pipe of the input tells that as well.
process.stdout.on("error", () => undefined);

process.stdin.resume();
process.stdin.once("end", () => endAll());
process.stdin.once("error", () => endAll());
const code = await ended;
if (typeof code === "number") process.exitCode = code;
else process.exitCode = 1;
await endAll();

async function endAll() {
  if (process.platform === "win32") {
    // Windows has no process groups: its own tool ends the tree below the command.
    spawnSync("taskkill", ["/pid", String(child.pid), "/t", "/f"], { stdio: "ignore" });
    process.exit();
  }
  process.kill(-process.pid, "SIGTERM");
  await Promise.race([ended, after(GRACE_MS)]);
  // What the command started may outlive it. This ends this process too.
  process.kill(-process.pid, "SIGKILL");
}
