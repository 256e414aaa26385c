// The servers that are compared: our Worker as `wrangler deploy` would upload it, in bare workerd; Express under Node; and the
// least that a Worker can do with the same request, which no service in workerd can undercut.

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Bundle, bundleWorker, launch, moduleList } from "../../test/support/workerd.ts";

export interface Server {
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

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

/** The Worker with every binding of wrangler.toml: the Durable Object is real, its SQLite on disk. */
export async function startLatchkey(settings: Readonly<Record<string, string>>, args: readonly string[] = []): Promise<Server> {
  const bundle = await bundleWorker();
  const { ports, pid, stop } = await launch(bundle, await latchkeyConfig(bundle, settings), 1, args);
  return {
    port: ports[0] as number,
    pid,
    stop: async () => {
      await stop();
      await bundle.remove();
    },
  };
}

export async function latchkeyConfig(bundle: Bundle, settings: Readonly<Record<string, string>>): Promise<string> {
  const text = JSON.stringify;
  const bindings = [
    ...Object.entries(settings).map(([name, value]) => `(name = "${name}", text = ${text(value)})`),
    ...RATE_LIMITS.map((name) => `(name = "${name}", wrapped = (moduleName = "latchkey-bench:rate-limit"))`),
    `(name = "REVOCATION_LIST", durableObjectNamespace = "RevocationList")`,
    `(name = "REVOCATION_SNAPSHOTS", kvNamespace = "kv")`,
  ];
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "latchkey", worker = .latchkey),
    (name = "kv", worker = .kv),
    (name = "objects", disk = (path = ${text(bundle.directory)}, writable = true)),
    (name = "outbound", network = (allow = ["local"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "latchkey")],
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

// The body read and parsed, an answer of the same length written: no framework, no credential, no check, no key.
const FLOOR = `const answer = (channel) => JSON.stringify({
  key: "x".repeat(103), version: 5, service: "mediaChannel", appId: "x".repeat(32), channel, uid: 42, randomInt: 1234567890,
  issuedAt: 1800000000, joinBefore: 1800000300, expiresAt: 1800003600, renewAt: 1800001800, serverTime: 1800000000,
});
export default {
  async fetch(request) {
    const { channel } = JSON.parse(await request.text());
    return new Response(answer(channel), { headers: { "Content-Type": "application/json" } });
  },
};`;

/** A Worker of a dozen lines, in a workerd of its own. */
export async function startFloor(args: readonly string[] = []): Promise<Server> {
  const directory = await mkdtemp(join(tmpdir(), "latchkey-floor-"));
  const remove = () => rm(directory, { recursive: true, force: true });
  const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "floor", worker = .floor)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "floor")],
);
const floor :Workerd.Worker = (
  modules = [(name = "floor.js", esModule = ${JSON.stringify(FLOOR)})],
  compatibilityDate = "2026-01-01",
);
`;
  const { ports, pid, stop } = await launch({ directory, compatibilityDate: "2026-01-01", remove }, config, 1, args);
  return {
    port: ports[0] as number,
    pid,
    stop: async () => {
      await stop();
      await remove();
    },
  };
}

/** The peer, in a process of its own. */
export async function startExpress(settings: Readonly<Record<string, string>>): Promise<Server> {
  const env = { ...process.env, ...settings, NODE_ENV: "production" };
  const child: ChildProcess = fork(fileURLToPath(new URL("express-peer.ts", import.meta.url)), { env });
  const exited = once(child, "exit").then(() => Promise.reject(new Error("the Express peer did not start")));
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
