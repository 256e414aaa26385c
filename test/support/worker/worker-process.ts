// A workerd process: started with a configuration of its own, on ports of the system's choice, and
// ended with all that it wrote.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { type WorkerdDescription, workerdConfig } from "./workerd-config.ts";

const workerd: string = createRequire(import.meta.url)("workerd").default;
/** The file descriptor on which workerd says where it listens. */
const CONTROL_FD = 3;

export interface WorkerProcess {
  readonly pid: number;
  /** By `performance.now()`, right before the process was started. */
  readonly startedAt: number;
  /** The port of each Worker, by its name. */
  readonly ports: ReadonlyMap<string, number>;
  /** Undefined where it was started without an inspector. */
  readonly inspectorPort: number | undefined;
  /** Everything that it wrote to stdout and stderr, unless somebody else gets it. */
  output(): string;
  /** Ends it and waits until it is gone. */
  stop(): Promise<void>;
  /** Ends it at once, with no chance to finish anything, and waits until it is gone. */
  kill(): Promise<void>;
}

export type OnOutput = ((text: string) => void) | "discard";

export interface ProcessOptions {
  readonly hasInspector?: boolean;
  /** Gets what the process writes; "discard": nobody does; left out: it is kept for `output()`. */
  readonly onOutput?: OnOutput | undefined;
}

export async function startProcess(
  description: WorkerdDescription,
  { hasInspector = false, onOutput }: ProcessOptions = {},
): Promise<WorkerProcess> {
  const directory = await mkdtemp(join(tmpdir(), "latchkey-workerd-"));
  const configPath = join(directory, "config.capnp");
  await writeFile(configPath, workerdConfig(description, directory));
  const args = ["serve", configPath, `--control-fd=${CONTROL_FD}`];
  if (hasInspector) args.push("--inspector-addr=127.0.0.1:0");
  const startedAt = performance.now();
  const stdout = onOutput === "discard" ? "ignore" : "pipe";
  const child = spawn(workerd, args, { stdio: ["ignore", stdout, "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      if (typeof onOutput === "function") onOutput(chunk.toString());
      else output += chunk.toString();
    });
  }
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, "close");
      child.kill(signal);
      await gone;
    }
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const names = Object.keys(description.workers);
    const { ports, inspectorPort } = await listening(child, names.length);
    return {
      pid: child.pid ?? 0,
      startedAt,
      ports,
      inspectorPort,
      output: () => output,
      stop: () => end("SIGTERM"),
      kill: () => end("SIGKILL"),
    };
  } catch (error) {
    await end("SIGKILL");
    throw new Error(`workerd did not start: ${output}`, { cause: error });
  }
}

interface ControlMessage {
  readonly event: string;
  readonly socket?: string;
  readonly port?: number;
}

/** The inspector's port comes before those of the sockets. */
async function listening(
  child: ChildProcess,
  socketCount: number,
): Promise<Pick<WorkerProcess, "ports" | "inspectorPort">> {
  const ports = new Map<string, number>();
  let inspectorPort: number | undefined;
  const exited = once(child, "exit").then(() => {
    throw new Error("it exited");
  });
  const told = (async () => {
    for await (const line of createInterface({ input: child.stdio[CONTROL_FD] as Readable })) {
      const { event, socket, port } = JSON.parse(line) as ControlMessage;
      if (event === "listen-inspector") inspectorPort = port;
      if (event === "listen" && socket !== undefined && port !== undefined) ports.set(socket, port);
      if (ports.size === socketCount) return;
    }
    throw new Error("it closed its control channel");
  })();
  await Promise.race([told, exited]);
  // It will exit one day, and nobody waits for that here.
  exited.catch(() => undefined);
  return { ports, inspectorPort };
}
