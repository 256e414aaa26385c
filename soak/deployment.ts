// Two edges in a real workerd that is killed and started again, and the requests that it gets in
// the meantime.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import type { Fetch } from "../src/client/environment.ts";
import { type ResponseBody, settings } from "../test/support/settings.ts";
import { type Bundle, bundleWorker, removeBundle } from "../test/support/worker/bundle.ts";
import { FakeKv } from "../test/support/worker/fake-kv.ts";
import { type RunningWorker, startWorker } from "../test/support/worker/worker.ts";
import { AuditTrail } from "./audit-trail.ts";

/**
 * Each garbage collection collects everything. Without it even a Worker of one line leaves some
 * kilobytes per request for later, and the size of the process does not say how much memory is in
 * use.
 */
const V8_FLAGS = [
  "--gc-global",
  // The space for new objects has one size. Otherwise it doubles now and then, for hundreds of
  // thousands of requests, and each step looks like a leak.
  "--min-semi-space-size=16",
  "--max-semi-space-size=16",
];

export class Deployment {
  crashes = 0;
  requests = 0;
  /** Counts of responses by status and code, and of requests that a crash interrupted. */
  readonly outcomes = new Map<string, number>();
  /**
   * What nothing explains: a wrong status, or a connection that failed though nobody killed
   * workerd.
   */
  readonly unexplained: string[] = [];
  readonly trail: AuditTrail;
  readonly #kv: FakeKv;
  readonly #bundle: Bundle;
  readonly #storage: string;
  readonly #env: Readonly<Record<string, string>>;
  #generation = 0;
  #worker: RunningWorker;
  #up: Promise<void> = Promise.resolve();

  private constructor(
    bundle: Bundle,
    kv: FakeKv,
    storage: string,
    trail: AuditTrail,
    env: Readonly<Record<string, string>>,
    worker: RunningWorker,
  ) {
    this.#bundle = bundle;
    this.#kv = kv;
    this.#storage = storage;
    this.trail = trail;
    this.#env = env;
    this.#worker = worker;
  }

  /** `more`: settings beside those that every deployment has. */
  static async start(more: Readonly<Record<string, string>>): Promise<Deployment> {
    const bundle = await bundleWorker();
    const kv = await FakeKv.start();
    const storage = await mkdtemp(`${tmpdir()}/latchkey-soak-`);
    const trail = new AuditTrail();
    // Clients ask for each version, and each must verify, allowed by default or not.
    const env = settings({ GRANT_KEY_VERSIONS: "2,3,4,5", ...more });
    const worker = await startEdges(bundle, kv, storage, trail, env);
    return new Deployment(bundle, kv, storage, trail, env, worker);
  }

  get pid(): number {
    return this.#worker.pid;
  }

  /** Workers KV goes down, or comes back. */
  setKv(isDown: boolean): void {
    this.#kv.isDown = isDown;
  }

  /** SIGKILL at any moment, and started again with the same list. */
  async crash(): Promise<void> {
    this.crashes++;
    this.#generation++;
    this.#up = (async () => {
      await this.#worker.kill();
      this.trail.cut();
      this.#worker = await startEdges(this.#bundle, this.#kv, this.#storage, this.trail, this.#env);
    })();
    await this.#up;
  }

  /** Undefined where a crash interrupted it. */
  async ask(
    method: string,
    path: string,
    credential: string,
    body?: object,
    expected: readonly number[] = [200],
  ): Promise<ResponseBody | undefined> {
    await this.#up;
    const generation = this.#generation;
    this.requests++;
    try {
      const url = this.#worker.urls[this.requests % 2];
      const headers = { Authorization: `Bearer ${credential}`, "Content-Type": "application/json" };
      const response = await fetch(url + path, {
        method,
        headers,
        ...(body && { body: JSON.stringify(body) }),
      });
      const json = (response.status === 204 ? {} : await response.json()) as ResponseBody;
      this.#count(response.status === 200 ? "200" : `${response.status} ${json.code ?? ""}`.trim());
      if (!expected.includes(response.status))
        this.unexplained.push(`${method} ${path}: ${response.status} ${json.code}`);
      return json;
    } catch (error) {
      if (generation === this.#generation)
        this.unexplained.push(`${method} ${path}: ${String(error)}, and nobody had killed it`);
      this.#count("interrupted by a crash");
      return undefined;
    }
  }

  /**
   * For the client library: sent to where an edge is now, or was; it does not wait until the edge
   * is up.
   */
  fetch: Fetch = async (path, init) => {
    const generation = this.#generation;
    const isUp = await Promise.race([this.#up.then(() => true), Promise.resolve(false)]);
    this.requests++;
    try {
      const response = await fetch(
        this.#worker.urls[this.requests % 2] + path,
        init as RequestInit,
      );
      this.#count(String(response.status));
      if (response.status !== 200)
        this.unexplained.push(`${path}, by the client library: ${response.status}`);
      return response;
    } catch (error) {
      if (init.signal.aborted) this.#count("given up by the client library");
      else {
        this.#count("interrupted by a crash");
        if (isUp && generation === this.#generation)
          this.unexplained.push(`${path}, by the client library: ${String(error)}`);
      }
      throw error;
    }
  };

  async stop(): Promise<void> {
    await this.#up.catch(() => undefined);
    await this.#worker.kill();
    await this.#kv.stop();
    await removeBundle(this.#bundle);
    await rm(this.#storage, { recursive: true, force: true });
  }

  #count(outcome: string): void {
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
  }
}

function startEdges(
  bundle: Bundle,
  kv: FakeKv,
  storage: string,
  trail: AuditTrail,
  env: Readonly<Record<string, string>>,
): Promise<RunningWorker> {
  const onOutput = (text: string) => trail.take(text);
  const options = { settings: env, edges: 2, kv, storage, v8Flags: V8_FLAGS, onOutput };
  return startWorker(bundle, options);
}
