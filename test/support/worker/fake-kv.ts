// A fake of Workers KV: the protocol that workerd's KV binding speaks, over HTTP on loopback, in
// memory. It outlives the workerd processes that use it, as Workers KV does.

import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";

/** Of a snapshot. What stands behind its entries is shorter. */
const ENTRY_BYTES = 24;

interface Entry {
  readonly value: Buffer;
  /** As JSON. */
  readonly metadata: string | undefined;
}

export class FakeKv {
  /** While true, every request fails. */
  isDown = false;
  /** While true, reads work and writes fail. */
  isReadOnly = false;
  /** How long a read takes. */
  readMilliseconds = 0;
  /** How many entries the snapshot of revocations has that was written last. */
  publishedEntries = 0;
  readonly #entries = new Map<string, Entry>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer(async (request, response) => {
      const path = new URL(request.url ?? "", "http://kv").pathname;
      const name = decodeURIComponent(path.slice(1));
      const isWrite = request.method === "PUT";
      const value = await buffer(request);
      if (!isWrite && this.readMilliseconds > 0) await sleep(this.readMilliseconds);
      if (this.isDown || (isWrite && this.isReadOnly)) response.writeHead(500).end();
      else if (isWrite) {
        const metadata = request.headers["cf-kv-metadata"] as string | undefined;
        this.#entries.set(name, { value, metadata });
        this.publishedEntries = Math.floor(value.length / ENTRY_BYTES);
        response.writeHead(204).end();
      } else {
        const entry = this.#entries.get(name);
        if (entry === undefined) response.writeHead(404).end();
        else
          response
            .writeHead(
              200,
              entry.metadata === undefined ? {} : { "CF-KV-Metadata": entry.metadata },
            )
            .end(entry.value);
      }
    });
  }

  static async start(): Promise<FakeKv> {
    const kv = new FakeKv();
    kv.#server.listen(0, "127.0.0.1");
    await once(kv.#server, "listening");
    return kv;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  put(name: string, value: Buffer, metadata: object): void {
    this.#entries.set(name, { value, metadata: JSON.stringify(metadata) });
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}
