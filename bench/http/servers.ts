// The servers that are compared: our Worker as `wrangler deploy` would upload it, in bare workerd; Express under Node; and the
// least that a Worker can do with the same request, a step at a time, which no service in workerd can undercut.

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { type Bundle, bundleWorker, launch, moduleList } from "../../test/support/workerd.ts";
import { FLOORS, type ServerName } from "./contenders.ts";

// What stands in for the network's services. Workers KV: a map behind the protocol that workerd speaks to it. Rate limits, which
// bare workerd does not have: a counter in the isolate, as near as Cloudflare's own, that never says no.
const KV_STAND_IN = `const values = new Map();
export default {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (request.method === "PUT") values.set(pathname, await request.text());
    const value = values.get(pathname);
    return value === undefined ? new Response(null, { status: 404 }) : new Response(request.method === "PUT" ? null : value);
  },
};`;
const RATE_LIMIT_STAND_IN = `const counts = new Map();
export default () => ({
  async limit({ key }) {
    if (counts.size > 10000) counts.clear();
    counts.set(key, (counts.get(key) ?? 0) + 1);
    return { success: true };
  },
});`;
const RATE_LIMITS = ["RATE_LIMIT_BY_SUBJECT", "RATE_LIMIT_BY_SERVICE_KEY", "RATE_LIMIT_BY_ADDRESS"];

const FLOOR_STEPS = FLOORS.map((_, i) => i + 1);

export interface Server {
  readonly port: number;
  readonly pid: number;
}

export interface Servers {
  readonly byName: ReadonlyMap<ServerName, Server>;
  stop(): Promise<void>;
}

/**
 * One workerd with the Worker, and beside it the floors: then nothing but their scripts differs. The Worker has every binding of
 * wrangler.toml: the Durable Object is real, its SQLite on disk.
 */
export async function startWorkers(
  settings: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Promise<Servers> {
  const bundle = await bundleWorker();
  for (const step of FLOOR_STEPS)
    await bundleFloor(step, join(bundle.directory, "floors", `${step}.js`));
  const { ports, pid, stop } = await launch(
    bundle,
    await workersConfig(bundle, settings),
    1 + FLOOR_STEPS.length,
    args,
  );
  const names: ServerName[] = [
    ...FLOOR_STEPS.map((step): ServerName => `floor-${step}`),
    "latchkey",
  ];
  return {
    byName: new Map(names.map((name, i) => [name, { port: ports[i] as number, pid }])),
    stop: async () => {
      await stop();
      await bundle.remove();
    },
  };
}

async function bundleFloor(step: number, outfile: string): Promise<void> {
  await build({
    entryPoints: [fileURLToPath(new URL("floor-worker.ts", import.meta.url))],
    outfile,
    define: { STEP: String(step) },
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    logLevel: "warning",
  });
}

async function workersConfig(
  bundle: Bundle,
  settings: Readonly<Record<string, string>>,
): Promise<string> {
  const text = JSON.stringify;
  const bindings = [
    ...Object.entries(settings).map(([name, value]) => `(name = "${name}", text = ${text(value)})`),
    ...RATE_LIMITS.map(
      (name) => `(name = "${name}", wrapped = (moduleName = "latchkey-bench:rate-limit"))`,
    ),
    `(name = "REVOCATION_LIST", durableObjectNamespace = "RevocationList")`,
    `(name = "REVOCATION_SNAPSHOTS", kvNamespace = "kv")`,
  ];
  const floors = FLOOR_STEPS.map(
    (step) => `(name = "floor-${step}", worker = (
      modules = [(name = "floor.js", esModule = embed "floors/${step}.js")],
      compatibilityDate = "${bundle.compatibilityDate}",
    )),`,
  );
  const sockets = ["latchkey", ...FLOOR_STEPS.map((step) => `floor-${step}`)].map(
    (name) => `(name = "${name}", address = "127.0.0.1:0", http = (), service = "${name}"),`,
  );
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "latchkey", worker = .latchkey),
    (name = "kv", worker = .kv),
    (name = "objects", disk = (path = ${text(bundle.directory)}, writable = true)),
    (name = "outbound", network = (allow = ["local"])),
    ${floors.join("\n    ")}
  ],
  sockets = [
    ${sockets.join("\n    ")}
  ],
  extensions = [(modules = [
    (name = "latchkey-bench:rate-limit", internal = true, esModule = ${text(RATE_LIMIT_STAND_IN)}),
  ])],
);
const kv :Workerd.Worker = (
  modules = [(name = "kv.js", esModule = ${text(KV_STAND_IN)})],
  compatibilityDate = "${bundle.compatibilityDate}",
  globalOutbound = "outbound",
);
const latchkey :Workerd.Worker = (
  modules = [${await moduleList(bundle)}],
  bindings = [${bindings.join(", ")}],
  compatibilityDate = "${bundle.compatibilityDate}",
  durableObjectNamespaces = [(className = "RevocationList", uniqueKey = "revocations", enableSql = true)],
  durableObjectStorage = (localDisk = "objects"),
  globalOutbound = "outbound",
);
`;
}

/** The peer, in a process of its own. */
export async function startExpress(
  settings: Readonly<Record<string, string>>,
): Promise<Server & Pick<Servers, "stop">> {
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
