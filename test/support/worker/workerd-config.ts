// A description of what one workerd process runs, and the same as the configuration that workerd
// reads.

import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { FAKE_ASSETS, FAKE_RATE_LIMIT, moduleWithClock } from "./fake-bindings.ts";

/** One Worker. Each has a socket of its own. */
export interface WorkerDescription {
  /** The folder of its script (one file) and of its WebAssembly. */
  readonly directory: string;
  readonly compatibilityDate: string;
  /** Bindings that are text. */
  readonly texts?: Readonly<Record<string, string>>;
  /** Names of KV bindings. All have the same server behind them: the port of a FakeKv. */
  readonly kv?: { readonly names: readonly string[]; readonly port: number };
  /** Names of rate limits that never say no. */
  readonly rateLimits?: readonly string[];
  readonly assets?: { readonly name: string; readonly directory: string } | undefined;
  readonly objects?: DurableObjects;
  /** Service bindings: the other Worker of this process that each name stands for. */
  readonly services?: Readonly<Record<string, string>>;
  /**
   * All that it fetches goes to this port on loopback, as to a proxy; left out: it reaches loopback
   * alone.
   */
  readonly outboundPort?: number | undefined;
  /** Its clock follows the header CLOCK_HEADER. */
  readonly hasTestClock?: boolean;
}

export interface DurableObjects {
  readonly bindings: readonly { readonly name: string; readonly className: string }[];
  /** The folder that keeps them. */
  readonly storage: string;
  /** The Worker of this process whose classes they are; left out: this one. */
  readonly home?: string | undefined;
}

export interface WorkerdDescription {
  readonly workers: Readonly<Record<string, WorkerDescription>>;
  readonly v8Flags?: readonly string[] | undefined;
}

const RATE_LIMIT_MODULE = "latchkey-test:rate-limit";
const CLOCK_MODULE = "test-clock.js";

/**
 * `configDirectory`: the folder of the configuration, to which the paths of modules are relative.
 */
export function workerdConfig(
  { workers, v8Flags = [] }: WorkerdDescription,
  configDirectory: string,
): string {
  const names = Object.keys(workers);
  const services = Object.entries(workers).flatMap(([name, worker]) => [
    `(name = ${quoted(name)}, worker = (${workerFields(name, worker, configDirectory)}))`,
    ...servicesBehind(name, worker),
  ]);
  const sockets = names.map(
    (name) =>
      `(name = ${quoted(name)}, address = "127.0.0.1:0", http = (), service = ${quoted(name)})`,
  );
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  v8Flags = ${list(v8Flags.map(quoted))},
  services = ${list(services)},
  sockets = ${list(sockets)},
  extensions = [(modules = [
    (name = ${quoted(RATE_LIMIT_MODULE)}, internal = true, esModule = ${quoted(FAKE_RATE_LIMIT)}),
  ])],
);
`;
}

function workerFields(name: string, worker: WorkerDescription, configDirectory: string): string {
  const { compatibilityDate, objects } = worker;
  const isHome = objects !== undefined && (objects.home ?? name) === name;
  const namespaces = objects?.bindings.map(
    ({ className }) =>
      `(className = ${quoted(className)}, uniqueKey = ${quoted(className)}, enableSql = true)`,
  );
  return [
    `modules = ${list(modulesOf(worker, configDirectory))}`,
    `bindings = ${list(bindingsOf(name, worker))}`,
    `compatibilityDate = ${quoted(compatibilityDate)}`,
    `globalOutbound = ${quoted(`${name}-outbound`)}`,
    ...(isHome
      ? [
          `durableObjectNamespaces = ${list(namespaces ?? [])}`,
          `durableObjectStorage = (localDisk = ${quoted(`${name}-objects`)})`,
        ]
      : []),
  ].join(", ");
}

/** workerd runs the first one. */
function modulesOf(worker: WorkerDescription, configDirectory: string): string[] {
  const { directory, hasTestClock = false } = worker;
  const files = readdirSync(directory);
  const script = files.find((file) => file.endsWith(".js"));
  if (script === undefined) throw new Error(`${directory} has no script`);
  const embed = (file: string) =>
    `embed ${quoted(relative(configDirectory, join(directory, file)))}`;
  const clock = `(name = ${quoted(CLOCK_MODULE)}, esModule = ${quoted(moduleWithClock(script))})`;
  return [
    ...(hasTestClock ? [clock] : []),
    `(name = ${quoted(script)}, esModule = ${embed(script)})`,
    ...files
      .filter((file) => file.endsWith(".wasm"))
      .map((file) => `(name = ${quoted(file)}, wasm = ${embed(file)})`),
  ];
}

function bindingsOf(
  worker: string,
  { texts = {}, kv, rateLimits = [], assets, objects, services = {} }: WorkerDescription,
): string[] {
  const home = objects?.home ?? worker;
  const serviceName = home === worker ? "" : `, serviceName = ${quoted(home)}`;
  const binding = (name: string, value: string) => `(name = ${quoted(name)}, ${value})`;
  return [
    ...Object.entries(texts).map(([name, value]) => binding(name, `text = ${quoted(value)}`)),
    ...(kv?.names ?? []).map((name) => binding(name, `kvNamespace = ${quoted(`${worker}-kv`)}`)),
    ...rateLimits.map((name) =>
      binding(name, `wrapped = (moduleName = ${quoted(RATE_LIMIT_MODULE)})`),
    ),
    ...(objects?.bindings ?? []).map(({ name, className }) =>
      binding(name, `durableObjectNamespace = (className = ${quoted(className)}${serviceName})`),
    ),
    ...(assets ? [binding(assets.name, `service = ${quoted(`${worker}-assets`)}`)] : []),
    ...Object.entries(services).map(([name, other]) => binding(name, `service = ${quoted(other)}`)),
  ];
}

/** What a Worker's bindings and its requests lead to. */
function servicesBehind(
  worker: string,
  { compatibilityDate, kv, assets, objects, outboundPort }: WorkerDescription,
): string[] {
  const service = (name: string, value: string) =>
    `(name = ${quoted(`${worker}-${name}`)}, ${value})`;
  const server = (port: number) => `external = (address = "127.0.0.1:${port}", http = ())`;
  const folder = (path: string, isWritable: boolean) =>
    `disk = (path = ${quoted(path)}, writable = ${isWritable})`;
  const outbound =
    outboundPort === undefined ? `network = (allow = ["local"])` : server(outboundPort);
  const services = [service("outbound", outbound)];
  if (kv) services.push(service("kv", server(kv.port)));
  if (objects) services.push(service("objects", folder(objects.storage, true)));
  if (assets) {
    const script = `modules = [(name = "assets.js", esModule = ${quoted(FAKE_ASSETS)})]`;
    const files = `bindings = [(name = "FILES", service = ${quoted(`${worker}-files`)})]`;
    const date = `compatibilityDate = ${quoted(compatibilityDate)}`;
    services.push(
      service("assets", `worker = (${script}, ${files}, ${date})`),
      service("files", folder(assets.directory, false)),
    );
  }
  return services;
}

/** A text as Cap'n Proto writes it: as JSON does, for any text without control characters. */
function quoted(text: string): string {
  return JSON.stringify(text);
}

function list(items: readonly string[]): string {
  return `[${items.join(", ")}]`;
}
