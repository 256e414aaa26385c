// The servers that are compared: the Worker as `wrangler deploy` would upload it, in bare workerd;
// the least that a Worker can do with the same request, one step at a time, in the same workerd;
// and Express under Node.

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { bundleWorker, removeBundle } from "../../test/support/worker/bundle.ts";
import { FIRST_EDGE, startWorker } from "../../test/support/worker/worker.ts";
import type { WorkerDescription } from "../../test/support/worker/workerd-config.ts";
import { bundleSmallWorker } from "../small-worker.ts";
import { FLOORS, type ServerName } from "./contenders.ts";

const FLOOR_WORKER = new URL("floor-worker.ts", import.meta.url);

export interface Server {
  readonly port: number;
  readonly pid: number;
}

export interface Workers {
  readonly byName: ReadonlyMap<ServerName, Server>;
  /** Undefined where they were started without an inspector. */
  readonly inspectorPort: number | undefined;
  stop(): Promise<void>;
}

/** The Worker's name in its process, by that of the server. */
export function workerName(server: ServerName): string {
  return server === "latchkey" ? FIRST_EDGE : server;
}

/** One workerd with the Worker and the floors: nothing but their scripts and bindings differs. */
export async function startWorkers(
  settings: Readonly<Record<string, string>>,
  { hasInspector = false } = {},
): Promise<Workers> {
  const bundle = await bundleWorker();
  const floors: Record<string, WorkerDescription> = {};
  for (const [i] of FLOORS.entries()) {
    const [name, step] = [`floor-${i + 1}`, { STEP: String(i + 1) }];
    floors[name] = await bundleSmallWorker(bundle, name, FLOOR_WORKER, step);
  }
  // The log goes nowhere: to read it here would cost the processors that are measured.
  const onOutput = "discard" as const;
  const worker = await startWorker(bundle, { settings, beside: floors, hasInspector, onOutput });
  const names = ["latchkey", ...Object.keys(floors)] as ServerName[];
  const { pid, ports, inspectorPort } = worker;
  return {
    byName: new Map(names.map((name) => [name, { port: ports.get(workerName(name)) ?? 0, pid }])),
    inspectorPort,
    stop: async () => {
      await worker.stop();
      await removeBundle(bundle);
    },
  };
}

/** The peer, in a process of its own. */
export async function startExpress(
  settings: Readonly<Record<string, string>>,
): Promise<Server & Pick<Workers, "stop">> {
  const env = { ...process.env, ...settings, NODE_ENV: "production" };
  const child: ChildProcess = fork(fileURLToPath(new URL("express-peer.ts", import.meta.url)), {
    env,
  });
  const exited = once(child, "exit").then(() =>
    Promise.reject(new Error("the Express peer did not start")),
  );
  const [port] = await Promise.race([once(child, "message"), exited]);
  exited.catch(() => {});
  return {
    port: port as number,
    pid: child.pid ?? 0,
    stop: async () => {
      const gone = once(child, "exit");
      child.kill("SIGTERM");
      await gone;
    },
  };
}
