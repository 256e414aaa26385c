// Somebody who has just found this repository: a folder of their own, a shell, and the Node of
// their machine. Each command that they type is a step.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const PATIENCE_MS = 600_000;

export class Newcomer {
  steps = 0;
  /** The repository that is cloned. */
  source = fileURLToPath(new URL("../..", import.meta.url));
  folder = mkdtempSync(join(tmpdir(), "latchkey-stopwatch-"));
  clone = join(this.folder, "latchkey");
  app = join(this.folder, "app");
  /** npm puts the Node of this repository first in PATH: a newcomer has not got it yet. */
  #env = {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name))),
    PATH: process.env.PATH.split(delimiter)
      .filter((path) => !path.includes("node_modules"))
      .join(delimiter),
    npm_config_cache: join(this.folder, "cache"),
    // A browser stays closed, and nothing is counted.
    WRANGLER_SEND_METRICS: "false",
  };
  #running;

  get node() {
    return execFileSync("node", ["--version"], { env: this.#env, encoding: "utf8" }).trim();
  }

  /** Steps that are no commands: files that are edited, copied or opened. */
  count(steps = 1) {
    this.steps += steps;
  }

  /** Runs a command to its end. What it printed to stdout. */
  async run(command, cwd = this.folder) {
    const child = this.#spawn(command, cwd);
    const [stdout, stderr] = [child.stdout, child.stderr].map(collect);
    const [status] = await once(child, "close");
    if (status !== 0) throw new Error(`${command}\n${stdout.text}${stderr.text}`);
    return stdout.text;
  }

  /** Starts a command that goes on. What `pattern` captures of what it prints. */
  async start(command, pattern, cwd) {
    this.#env.PORT = String(await freePort());
    const child = this.#spawn(command, cwd);
    this.#running = child;
    const printed = collect(child.stdout);
    collect(child.stderr);
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      const match = pattern.exec(printed.text);
      if (match) return match[1];
      if (child.exitCode !== null || Date.now() > end)
        throw new Error(`${command}\n${printed.text}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Ends what is still running, and removes the folder. */
  async end() {
    const child = this.#running;
    if (child && child.exitCode === null) {
      const gone = once(child, "close");
      process.kill(-child.pid, "SIGTERM");
      await gone;
    }
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #spawn(command, cwd) {
    this.count();
    const stdio = ["ignore", "pipe", "pipe"];
    return spawn(command, { cwd, shell: true, detached: true, stdio, env: this.#env });
  }
}

function collect(stream) {
  const collected = { text: "" };
  stream.setEncoding("utf8").on("data", (text) => {
    collected.text += text;
  });
  return collected;
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
