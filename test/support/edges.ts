// Edges as Cloudflare runs them, in one workerd process: each an isolate with its own memory, over one list on disk and one
// snapshot store. Killing the process and starting it again on the same folder is what a crash is.

import { type Bundle, type Launched, launch, moduleList } from "./workerd.ts";

export interface EdgesOptions {
  readonly bundle: Bundle;
  /** One edge for each. */
  readonly envs: readonly Readonly<Record<string, string>>[];
  /** The folder in which the list is kept. */
  readonly storage: string;
  /** The port of a SnapshotStore. */
  readonly storePort: number;
  readonly v8Flags?: readonly string[];
}

export interface Edges extends Launched {
  readonly urls: readonly string[];
}

export async function startEdges(options: EdgesOptions): Promise<Edges> {
  const launched = await launch(options.bundle, await edgesConfig(options), options.envs.length);
  return { ...launched, urls: launched.ports.map((port) => `http://127.0.0.1:${port}`) };
}

async function edgesConfig({
  bundle,
  envs,
  storage,
  storePort,
  v8Flags = [],
}: EdgesOptions): Promise<string> {
  const modules = await moduleList(bundle);
  const workers = envs.map((env, i) => {
    const texts = Object.entries(env).map(
      ([name, value]) => `(name = "${name}", text = ${JSON.stringify(value)})`,
    );
    const list = `className = "RevocationList"${i === 0 ? "" : ', serviceName = "edge-0"'}`;
    // Each edge is a worker of its own, and the list's class is the first one's.
    const home = `
  durableObjectNamespaces = [(className = "RevocationList", uniqueKey = "revocations", enableSql = true)],
  durableObjectStorage = (localDisk = "disk"),`;
    return `
const edge${i} :Workerd.Worker = (
  modules = [${modules}],
  bindings = [
    ${texts.join(",\n    ")},
    (name = "REVOCATION_LIST", durableObjectNamespace = (${list})),
    (name = "REVOCATION_SNAPSHOTS", kvNamespace = "store"),
  ],
  compatibilityDate = "${bundle.compatibilityDate}",
  globalOutbound = "nowhere",${i === 0 ? home : ""}
);
`;
  });
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  v8Flags = [${v8Flags.map((flag) => JSON.stringify(flag)).join(", ")}],
  services = [
    ${envs.map((_, i) => `(name = "edge-${i}", worker = .edge${i})`).join(",\n    ")},
    (name = "store", external = (address = "127.0.0.1:${storePort}", http = ())),
    (name = "disk", disk = (path = ${JSON.stringify(storage)}, writable = true)),
    (name = "nowhere", network = (allow = [])),
  ],
  sockets = [
    ${envs.map((_, i) => `(name = "socket-${i}", address = "127.0.0.1:0", http = (), service = "edge-${i}")`).join(",\n    ")},
  ],
);
${workers.join("")}`;
}
