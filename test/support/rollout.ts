// A deployment that is rolled out as Cloudflare does: for a while requests meet the old generation or the new, and then the old
// one finishes what it has begun and ends.

import { type Bundle, startWorker, type WorkerProcess } from "./workerd.ts";

type Env = Readonly<Record<string, string>>;

interface Generation {
  readonly worker: WorkerProcess;
  /** Requests that are being answered. */
  open: number;
}

export class Rollout {
  readonly #bundle: Bundle;
  #live: Generation[] = [];
  #turn = 0;

  private constructor(bundle: Bundle) {
    this.#bundle = bundle;
  }

  static async start(bundle: Bundle, env: Env): Promise<Rollout> {
    const rollout = new Rollout(bundle);
    rollout.#live = [{ worker: await startWorker(bundle, env), open: 0 }];
    return rollout;
  }

  /** Requests take turns between the generations that are live. */
  async fetch(path: string, init?: RequestInit): Promise<Response> {
    const generation = this.#live[this.#turn++ % this.#live.length] as Generation;
    generation.open++;
    try {
      const response = await fetch(generation.worker.url + path, init);
      return new Response(await response.arrayBuffer(), response);
    } finally {
      generation.open--;
    }
  }

  /** Both generations answer until `mixed` resolves; then the new one alone does. */
  async deploy(env: Env, mixed: () => Promise<void>): Promise<void> {
    const [old] = this.#live as [Generation];
    const next: Generation = { worker: await startWorker(this.#bundle, env), open: 0 };
    this.#live = [old, next];
    await mixed();
    this.#live = [next];
    while (old.open > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await old.worker.stop();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#live.map(({ worker }) => worker.stop()));
  }
}
