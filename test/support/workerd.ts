// The Worker as it is deployed, in a workerd process of its own: bundled by wrangler, on a port of the system's choice.

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../..", import.meta.url).href);
const require = createRequire(import.meta.url);
const WRANGLER = join(dirname(require.resolve("wrangler/package.json")), "bin/wrangler.js");

export interface Bundle {
  /** Where `index.js` and the WebAssembly lie. */
  readonly directory: string;
  readonly compatibilityDate: string;
  remove(): Promise<void>;
}

/** What `wrangler deploy` would upload. The core must be built: building it here would pull it from under other tests. */
export async function bundleWorker(entry = "src/index.ts"): Promise<Bundle> {
  const directory = await mkdtemp(join(tmpdir(), "latchkey-test-"));
  const config = await readFile(join(root, "wrangler.toml"), "utf8");
  const configPath = join(directory, "wrangler.toml");
  const withoutBuild = config.replace(/^\[build\]\n(?:(?!\[).*\n)*/m, "");
  // Its paths are relative to the configuration, which lies elsewhere here.
  const withPaths = withoutBuild
    .replaceAll('"./', `"${root}`)
    .replace(/^main = .*$/m, `main = ${JSON.stringify(join(root, entry))}`)
    .replace(
      /^directory = "(.*)"$/m,
      (_line, path: string) => `directory = ${JSON.stringify(join(root, path))}`,
    );
  await writeFile(configPath, withPaths);
  const args = [
    WRANGLER,
    "deploy",
    "--dry-run",
    "--config",
    configPath,
    "--outdir",
    join(directory, "out"),
  ];
  const env = {
    ...process.env,
    WRANGLER_SEND_METRICS: "false",
    WRANGLER_HIDE_BANNER: "true",
    CLOUDFLARE_CF_FETCH_ENABLED: "false",
  };
  await promisify(execFile)(process.execPath, args, { cwd: directory, env });
  const main = (await readdir(join(directory, "out"))).find((name) => name.endsWith(".js")) ?? "";
  if (main === "") throw new Error("wrangler wrote no script");
  return {
    directory: join(directory, "out"),
    compatibilityDate: /^compatibility_date = "(.*)"$/m.exec(config)?.[1] ?? "",
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

export interface WorkerProcess {
  readonly url: string;
  readonly pid: number;
  /** Everything that it wrote to stdout and stderr. */
  output(): string;
  /** Ends it and waits until it is gone. */
  stop(): Promise<void>;
}

/**
 * Starts a bundle with its settings. Whatever it fetches goes to `outbound`, a port on loopback, as to a proxy; without one
 * it reaches loopback, and nothing beyond.
 */
export async function startWorker(
  bundle: Bundle,
  env: Readonly<Record<string, string>>,
  outbound?: number,
): Promise<WorkerProcess> {
  const { ports, ...process } = await launch(bundle, await workerdConfig(bundle, env, outbound), 1);
  return { url: `http://127.0.0.1:${ports[0]}`, ...process };
}

export interface Launched extends Omit<WorkerProcess, "url"> {
  /** Where it listens, in the order of the sockets' names. */
  readonly ports: readonly number[];
  /** Ends it at once, with no chance to finish anything, and waits until it is gone. */
  kill(): Promise<void>;
}

/** Starts workerd with a configuration that lies beside the bundle and has so many sockets. `args`: further ones of its own. */
export async function launch(
  bundle: Bundle,
  config: string,
  sockets: number,
  args: readonly string[] = [],
): Promise<Launched> {
  const configPath = join(bundle.directory, `config-${crypto.randomUUID()}.capnp`);
  await writeFile(configPath, config);
  const workerd: string = require("workerd").default;
  const child = spawn(workerd, ["serve", configPath, "--control-fd=3", ...args], {
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr] as Readable[]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const ports = await listeningPorts(child, sockets).catch((error: unknown) => {
    child.kill("SIGKILL");
    throw new Error(`workerd did not start: ${output}`, { cause: error });
  });
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "close");
    child.kill(signal);
    await gone;
  };
  return {
    ports,
    pid: child.pid ?? 0,
    output: () => output,
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
  };
}

/** The bundle's files, as a list of modules in workerd's configuration. */
export async function moduleList({ directory }: Bundle): Promise<string> {
  const files = await readdir(directory);
  const script = files.find((name) => name.endsWith(".js")) ?? "";
  return files
    .filter((name) => name === script || name.endsWith(".wasm"))
    .sort((name) => (name === script ? -1 : 1))
    .map((name) => `(name = "${name}", ${name === script ? "esModule" : "wasm"} = embed "${name}")`)
    .join(", ");
}

async function workerdConfig(
  bundle: Bundle,
  env: Readonly<Record<string, string>>,
  outbound?: number,
): Promise<string> {
  const bindings = Object.entries(env).map(
    ([name, value]) => `(name = "${name}", text = ${JSON.stringify(value)})`,
  );
  const network =
    outbound === undefined
      ? `network = (allow = ["local"])`
      : `external = (address = "127.0.0.1:${outbound}", http = ())`;
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "latchkey", worker = .latchkey), (name = "outbound", ${network})],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "latchkey")],
);
const latchkey :Workerd.Worker = (
  modules = [${await moduleList(bundle)}],
  bindings = [${bindings.join(", ")}],
  compatibilityDate = "${bundle.compatibilityDate}",
  globalOutbound = "outbound",
);
`;
}

async function listeningPorts(child: ChildProcess, count: number): Promise<number[]> {
  const exited = once(child, "exit").then(() => {
    throw new Error("it exited");
  });
  const listening = (async () => {
    const ports = new Map<string, number>();
    for await (const line of createInterface({ input: child.stdio[3] as Readable })) {
      const { event, socket, port } = JSON.parse(line) as {
        event: string;
        socket: string;
        port?: number;
      };
      if (event === "listen" && port !== undefined) ports.set(socket, port);
      if (ports.size === count)
        return [...ports].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, at]) => at);
    }
    throw new Error("it closed its control channel");
  })();
  return Promise.race([listening, exited]);
}
