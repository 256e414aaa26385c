// The Worker as it is deployed, in a workerd process of its own: the bundle that `wrangler deploy`
// would upload, with every binding of wrangler.toml. Durable Objects are real; Workers KV, rate
// limits and assets are fakes.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Bundle } from "./bundle.ts";
import { FakeKv } from "./fake-kv.ts";
import { type OnOutput, startProcess, type WorkerProcess } from "./worker-process.ts";
import type { WorkerDescription } from "./workerd-config.ts";

export interface WorkerOptions {
  /** Vars and secrets, beside the vars of wrangler.toml or in their place. */
  readonly settings: Readonly<Record<string, string>>;
  /** How many edges: each is an isolate of its own, and all share their Durable Objects and KV. */
  readonly edges?: number;
  /** false: it has nothing but its settings. */
  readonly hasBindings?: boolean;
  /** Left out: one of its own. */
  readonly kv?: FakeKv;
  /** The folder that keeps Durable Objects; left out: one of its own. */
  readonly storage?: string;
  /**
   * All that it fetches goes to this port on loopback, as to a proxy; left out: it reaches loopback
   * alone.
   */
  readonly outboundPort?: number;
  /** Its clock follows the header CLOCK_HEADER of requests. */
  readonly hasTestClock?: boolean;
  readonly v8Flags?: readonly string[];
  readonly hasInspector?: boolean;
  /** Where what the process writes goes; left out: it is kept. */
  readonly onOutput?: OnOutput;
  /** Other Workers in the same process, by name. */
  readonly beside?: Readonly<Record<string, WorkerDescription>>;
}

export interface RunningWorker extends WorkerProcess {
  /** The first edge. */
  readonly url: string;
  /** All edges. */
  readonly urls: readonly string[];
}

/** The name of the first edge among the Workers of its process. The Durable Objects are here. */
export const FIRST_EDGE = "edge-0";

export async function startWorker(bundle: Bundle, options: WorkerOptions): Promise<RunningWorker> {
  const {
    edges = 1,
    hasBindings = true,
    v8Flags,
    hasInspector = false,
    beside,
    onOutput,
  } = options;
  const stores = hasBindings ? await openStores(options) : undefined;
  const names = Array.from({ length: edges }, (_, i) => `edge-${i}`);
  const edge = describeEdge(bundle, options, stores);
  const workers = { ...Object.fromEntries(names.map((name) => [name, edge])), ...beside };
  const started = await startProcess({ workers, v8Flags }, { hasInspector, onOutput }).catch(
    async (error: unknown) => {
      await stores?.close();
      throw error;
    },
  );
  const urls = names.map((name) => `http://127.0.0.1:${started.ports.get(name)}`);
  return {
    ...started,
    url: urls[0] ?? "",
    urls,
    stop: () => started.stop().then(stores?.close),
    kill: () => started.kill().then(stores?.close),
  };
}

function describeEdge(
  { directory, compatibilityDate, vars, bindings }: Bundle,
  { settings, outboundPort, hasTestClock = false }: WorkerOptions,
  stores: Stores | undefined,
): WorkerDescription {
  const edge = {
    directory,
    compatibilityDate,
    texts: { ...vars, ...settings },
    outboundPort,
    hasTestClock,
  };
  if (!stores) return edge;
  const { rateLimits, assets, objects, kv } = bindings;
  return {
    ...edge,
    rateLimits,
    assets,
    kv: { names: kv, port: stores.kvPort },
    objects: { bindings: objects, storage: stores.storage, home: FIRST_EDGE },
  };
}

interface Stores {
  readonly kvPort: number;
  readonly storage: string;
  /** Ends those that are this process's own. */
  close(): Promise<void>;
}

async function openStores({ kv, storage }: WorkerOptions): Promise<Stores> {
  const ownKv = kv ? undefined : await FakeKv.start();
  const ownStorage = storage ? undefined : await mkdtemp(join(tmpdir(), "latchkey-objects-"));
  let isOpen = true;
  return {
    kvPort: (kv ?? ownKv)?.port ?? 0,
    storage: storage ?? ownStorage ?? "",
    close: async () => {
      if (!isOpen) return;
      isOpen = false;
      await ownKv?.stop();
      if (ownStorage) await rm(ownStorage, { recursive: true, force: true });
    },
  };
}
