// Where a request's time goes in workerd, by V8's sampling profiler: in the service, and in the
// floor, which is what any Worker does for the same bytes. `npm run bench -- profile`

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import type { ServerName } from "./http/contenders.ts";
import type { Slice, SliceResult } from "./http/load.ts";
import { get, grant, post, settings } from "./http/requests.ts";
import { nextMessage } from "./http/run.ts";
import { type Server, startWorkers, workerName } from "./http/servers.ts";

const WARM_UP_MS = 4000;
const PROFILE_MS = 6000;
const SAMPLE_MICROSECONDS = 100;

interface Profile {
  readonly nodes: readonly { id: number; callFrame: { functionName: string; url: string } }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/**
 * What a sample counts as: all scripts together, the runtime's functions by their names, and what
 * is no function by V8's name for it.
 */
function groupOf({ functionName, url }: Profile["nodes"][number]["callFrame"]): string {
  if (url !== "")
    return url.startsWith("wasm") ? "the core" : "scripts: the service and its libraries";
  if (functionName === "") return "native, without a name";
  return functionName.startsWith("(") ? functionName.slice(1, -1) : `native: ${functionName}`;
}

class Inspector {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (result: never) => void>();

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      const { id, result } = JSON.parse(data);
      this.#waiting.get(id)?.(result as never);
    };
  }

  static async connect(port: number, service: string): Promise<Inspector> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/${service}`);
    await once(socket, "open");
    return new Inspector(socket);
  }

  ask<T>(method: string, params: object = {}): Promise<T> {
    const id = this.#waiting.size + 1;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }

  close(): void {
    this.#socket.close();
  }
}

async function profile(
  { port }: Server,
  inspector: Inspector,
  load: ChildProcess,
  requests: string[],
): Promise<Map<string, number>> {
  const run = (durationMs: number) => {
    const slice: Slice = { port, requests, once: false, connections: 16, durationMs };
    load.send(slice);
    return nextMessage<SliceResult>(load);
  };
  await run(WARM_UP_MS);
  await inspector.ask("Profiler.enable");
  await inspector.ask("Profiler.setSamplingInterval", { interval: SAMPLE_MICROSECONDS });
  await inspector.ask("Profiler.start");
  await run(PROFILE_MS);
  const { profile } = await inspector.ask<{ profile: Profile }>("Profiler.stop");
  const groups = new Map(profile.nodes.map(({ id, callFrame }) => [id, groupOf(callFrame)]));
  const times = new Map<string, number>();
  profile.samples.forEach((node, i) => {
    const group = groups.get(node) ?? "";
    times.set(group, (times.get(group) ?? 0) + (profile.timeDeltas[i] ?? 0));
  });
  times.delete("idle");
  const total = [...times.values()].reduce((sum, time) => sum + time, 0);
  return new Map(Array.from(times, ([group, time]) => [group, time / total]));
}

const one = { channel: "room-1", uid: 42 };
const subjects: { name: string; service: ServerName; requests: string[] }[] = [
  { name: "floor", service: "floor-1", requests: [post("/v1/keys", one, settings.SERVICE_KEY)] },
  { name: "health", service: "latchkey", requests: [get("/health")] },
  {
    name: "service key",
    service: "latchkey",
    requests: [post("/v1/keys", one, settings.SERVICE_KEY)],
  },
  {
    name: "HS256 grant",
    service: "latchkey",
    requests: [post("/v1/keys", { channel: "room-1" }, grant("HS256"))],
  },
];

const load = fork(fileURLToPath(new URL("http/load.ts", import.meta.url)));
const columns: Map<string, number>[] = [];
for (const { service, requests } of subjects) {
  const workers = await startWorkers(settings, { hasInspector: true });
  const server = workers.byName.get(service) as Server;
  const inspector = await Inspector.connect(workers.inspectorPort ?? 0, workerName(service));
  columns.push(await profile(server, inspector, load, requests));
  inspector.close();
  await workers.stop();
}
load.kill();

const groups = [...new Set(columns.flatMap((column) => [...column.keys()]))]
  .map((group) => ({ group, row: columns.map((column) => column.get(group) ?? 0) }))
  .sort((a, b) => Math.max(...b.row) - Math.max(...a.row))
  .filter(({ row }) => Math.max(...row) >= 0.005);
const line = (name: string, row: readonly string[]) =>
  console.log(`  ${name.padEnd(42)}${row.map((cell) => cell.padStart(14)).join("")}`);
console.log(
  "\nShares of a request's time in workerd, by V8's profiler;",
  `Node ${process.version}, ${cpus()[0]?.model}, ${cpus().length} cores`,
);
line(
  "",
  subjects.map(({ name }) => name),
);
for (const { group, row } of groups) {
  line(
    group,
    row.map((share) => `${(share * 100).toFixed(0)} %`),
  );
}
