// `npm start` in a copy of the repository of its own, as a user runs it.

import { type ChildProcessByStdio, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as after } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url).href);
const POLL_MS = 50;
/** Under load a start takes long. This only ends what hangs. */
const PATIENCE_MS = 50_000;
/** How long processes may take to end: longer than scripts/dev/process-group.mjs waits. */
const ENDING_MS = 10_000;
/** What a clone does not have, and what is not worth a copy. */
const LEFT_OUT = new Set([
  ...["node_modules", ".git", ".wrangler", ".dev.vars"],
  ...["build", "dist", "coverage", "bench", "soak"],
]);

/** Every process that a run starts has this variable, in each of them with another value. */
const MARK = "LATCHKEY_TEST_RUN";

export const hasProc = existsSync("/proc/self/environ");

export class NpmStart {
  readonly folder = mkdtempSync(join(tmpdir(), "latchkey-start-"));
  /** All that was printed so far. */
  output = "";
  process: ChildProcessByStdio<null, Readable, Readable> | undefined;
  readonly #mark = randomUUID();
  /** All of its output has been read. */
  #hasEnded = false;

  constructor() {
    cpSync(root, this.folder, {
      recursive: true,
      filter: (path) => !LEFT_OUT.has(basename(path)),
    });
    symlinkSync(join(root, "node_modules"), join(this.folder, "node_modules"), "junction");
  }

  /** Starts `npm start`, or another command that does. */
  start(port: number, command: readonly string[] = ["npm", "start"]): void {
    const [file = "", ...args] = command;
    const home = join(this.folder, "home");
    const child = spawn(file, args, {
      cwd: this.folder,
      // A process group of its own, as a shell gives it.
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, PORT: String(port), XDG_CONFIG_HOME: home, [MARK]: this.#mark },
    });
    this.process = child;
    child.once("close", () => {
      this.#hasEnded = true;
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        this.output += text;
      });
    }
  }

  /** Waits until `pattern` is printed after the first `from` characters of the output. */
  async prints(pattern: RegExp, from = 0): Promise<RegExpExecArray> {
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      const match = pattern.exec(this.output.slice(from));
      if (match) return match;
      if (this.#hasEnded || Date.now() > end)
        throw new Error(`${pattern} was not printed:\n${this.output}`);
      await after(POLL_MS);
    }
  }

  write(path: string, text: string): void {
    writeFileSync(join(this.folder, path), text);
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), "utf8");
  }

  /** Replaces text in a file, which must be in it. Returns what undoes it. */
  edit(path: string, from: string, to: string): () => void {
    const before = this.read(path);
    if (!before.includes(from)) throw new Error(`${path} has no ${from}`);
    this.write(path, before.replace(from, to));
    return () => this.write(path, before);
  }

  /** The processes of this run, each by its arguments. */
  processes(): { pid: number; command: string }[] {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => {
        try {
          const environment = readFileSync(`/proc/${name}/environ`, "latin1").split("\0");
          if (!environment.includes(`${MARK}=${this.#mark}`)) return [];
          const command = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ");
          // A process that has ended and that nobody asked about has no arguments.
          return command === "" ? [] : [{ pid: Number(name), command }];
        } catch {
          return [];
        }
      });
  }

  /** The number of the only process of this run whose arguments match. */
  pidOf(command: RegExp): number {
    const found = this.processes().filter((process) => command.test(process.command));
    if (found.length !== 1) throw new Error(`${command} is not one: ${JSON.stringify(found)}`);
    return found[0]?.pid ?? 0;
  }

  /** The arguments of the processes that still run when there was time to end. */
  async leftovers(): Promise<string[]> {
    const end = Date.now() + ENDING_MS;
    for (;;) {
      const left = this.processes().map(({ command }) => command);
      if (left.length === 0 || Date.now() > end) return left;
      await after(POLL_MS);
    }
  }

  /** Ends what a failed test left. */
  async clean(): Promise<void> {
    if (hasProc) {
      for (const { pid } of this.processes()) {
        try {
          process.kill(pid, "SIGKILL");
        } catch {
          // It has ended meanwhile.
        }
      }
      await this.leftovers();
    } else if (this.process?.exitCode === null && this.process.pid) {
      process.kill(-this.process.pid, "SIGTERM");
      await once(this.process, "exit");
    }
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A port that was free just now. */
export async function unusedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
