// Two edges in a real workerd that is killed and started again, and what is asked of it in the meantime.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import type { Fetch } from "../src/client/environment.ts";
import { type Edges, startEdges } from "../test/support/edges.ts";
import { type AnswerBody, settings } from "../test/support/settings.ts";
import { SnapshotStore } from "../test/support/snapshot-store.ts";
import { type Bundle, bundleWorker } from "../test/support/workerd.ts";

/**
 * Every collection of garbage is a whole one. Without it even a Worker of one line leaves some kilobytes a request for later, and the
 * size of the process says nothing of what is held.
 */
const V8_FLAGS = ["--gc-global"];

export class Deployment {
  crashes = 0;
  requests = 0;
  /** Answers by status and code, and requests that a crash cut off. */
  readonly outcomes = new Map<string, number>();
  /** What nothing explains: a failure of the service, or of the connection while nobody killed it. */
  readonly unexplained: string[] = [];
  readonly store: SnapshotStore;
  readonly #bundle: Bundle;
  readonly #storage: string;
  readonly #outages: { from: number; to: number }[] = [];
  #generation = 0;
  #edges: Edges;
  #up: Promise<void> = Promise.resolve();

  private constructor(bundle: Bundle, store: SnapshotStore, storage: string, edges: Edges) {
    this.#bundle = bundle;
    this.store = store;
    this.#storage = storage;
    this.#edges = edges;
  }

  static async start(): Promise<Deployment> {
    const [bundle, store] = [await bundleWorker(), await SnapshotStore.start()];
    const storage = await mkdtemp(`${tmpdir()}/latchkey-soak-`);
    return new Deployment(
      bundle,
      store,
      storage,
      await startEdges(optionsOf(bundle, store, storage)),
    );
  }

  get pid(): number {
    return this.#edges.pid;
  }

  /** The snapshot store goes down, or comes back. */
  setStore(isDown: boolean): void {
    if (isDown && !this.store.isDown)
      this.#outages.push({ from: Date.now(), to: Number.POSITIVE_INFINITY });
    const outage = this.#outages.at(-1);
    if (!isDown && outage && this.store.isDown) outage.to = Date.now();
    this.store.isDown = isDown;
  }

  wasStoreDown(from: number, to: number): boolean {
    return this.#outages.some((outage) => outage.from < to && from < outage.to);
  }

  /** SIGKILL amid whatever it does, and up again on the same list. */
  async crash(): Promise<void> {
    this.crashes++;
    this.#generation++;
    this.#up = (async () => {
      await this.#edges.kill();
      this.#edges = await startEdges(optionsOf(this.#bundle, this.store, this.#storage));
    })();
    await this.#up;
  }

  /** Undefined where a crash cut it off. */
  async ask(
    method: string,
    path: string,
    credential: string,
    body?: object,
    expected: readonly number[] = [200],
  ): Promise<AnswerBody | undefined> {
    await this.#up;
    const generation = this.#generation;
    this.requests++;
    try {
      const url = this.#edges.urls[this.requests % 2];
      const headers = { Authorization: `Bearer ${credential}`, "Content-Type": "application/json" };
      const response = await fetch(url + path, {
        method,
        headers,
        ...(body && { body: JSON.stringify(body) }),
      });
      const json = (await response.json()) as AnswerBody;
      this.#count(response.status === 200 ? "200" : `${response.status} ${json.code ?? ""}`.trim());
      if (!expected.includes(response.status))
        this.unexplained.push(`${method} ${path}: ${response.status} ${json.code}`);
      return json;
    } catch (error) {
      if (generation === this.#generation)
        this.unexplained.push(`${method} ${path}: ${String(error)}, and nobody had killed it`);
      this.#count("cut off by a crash");
      return undefined;
    }
  }

  /** For the client library: sent to where an edge is now, or was, with nobody waiting for it to be up. */
  fetch: Fetch = async (path, init) => {
    const generation = this.#generation;
    const isUp = await Promise.race([this.#up.then(() => true), Promise.resolve(false)]);
    this.requests++;
    try {
      const response = await fetch(this.#edges.urls[this.requests % 2] + path, init as RequestInit);
      this.#count(String(response.status));
      if (response.status !== 200)
        this.unexplained.push(`${path}, by the client library: ${response.status}`);
      return response;
    } catch (error) {
      if (init.signal.aborted) this.#count("given up by the client library");
      else {
        this.#count("cut off by a crash");
        if (isUp && generation === this.#generation)
          this.unexplained.push(`${path}, by the client library: ${String(error)}`);
      }
      throw error;
    }
  };

  async stop(): Promise<void> {
    await this.#up.catch(() => undefined);
    await this.#edges.kill();
    await this.store.stop();
    await this.#bundle.remove();
    await rm(this.#storage, { recursive: true, force: true });
  }

  #count(outcome: string): void {
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
  }
}

function optionsOf(bundle: Bundle, store: SnapshotStore, storage: string) {
  return {
    bundle,
    envs: [settings(), settings()],
    storage,
    storePort: store.port,
    v8Flags: V8_FLAGS,
  };
}
