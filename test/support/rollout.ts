// A new version that is rolled out as Cloudflare does it: for a while a request meets the old
// generation or the new one, then the old one finishes the requests that it has begun, and ends.

import type { Bundle } from "./worker/bundle.ts";
import { type RunningWorker, startWorker } from "./worker/worker.ts";

type Settings = Readonly<Record<string, string>>;

interface Generation {
  readonly worker: RunningWorker;
  /** Requests that have no response yet. */
  open: number;
}

export class Rollout {
  readonly #bundle: Bundle;
  #live: Generation[] = [];
  #requests = 0;

  private constructor(bundle: Bundle) {
    this.#bundle = bundle;
  }

  static async start(bundle: Bundle, settings: Settings): Promise<Rollout> {
    const rollout = new Rollout(bundle);
    rollout.#live = [await rollout.#newGeneration(settings)];
    return rollout;
  }

  /** Requests take turns between the generations that are live. */
  async fetch(path: string, init?: RequestInit): Promise<Response> {
    const generation = this.#live[this.#requests++ % this.#live.length] as Generation;
    generation.open++;
    try {
      const response = await fetch(generation.worker.url + path, init);
      return new Response(await response.arrayBuffer(), response);
    } finally {
      generation.open--;
    }
  }

  /** Both generations are live until `mixed` resolves; then the new one alone is. */
  async deploy(settings: Settings, mixed: () => Promise<void>): Promise<void> {
    const [old] = this.#live as [Generation];
    const next = await this.#newGeneration(settings);
    this.#live = [old, next];
    await mixed();
    this.#live = [next];
    while (old.open > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await old.worker.stop();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#live.map(({ worker }) => worker.stop()));
  }

  async #newGeneration(settings: Settings): Promise<Generation> {
    return { worker: await startWorker(this.#bundle, { settings }), open: 0 };
  }
}
