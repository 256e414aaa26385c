// What workerd's KV binding talks to: Workers KV's protocol over HTTP on loopback, in memory. It outlives the workerd processes
// that use it, as Workers KV does.

import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export class SnapshotStore {
  readonly port: number;
  /** While true, whatever is asked fails. */
  isDown = false;
  /** While true, it answers what it has, and takes nothing. */
  isReadOnly = false;
  /** What was stored last, whatever its name. */
  latest = "";
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  static async start(): Promise<SnapshotStore> {
    const values = new Map<
      string,
      { readonly body: Buffer; readonly metadata: string | undefined }
    >();
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const name = new URL(request.url ?? "", "http://store").pathname;
      const value = values.get(name);
      if (store.isDown || (store.isReadOnly && request.method === "PUT"))
        response.writeHead(500).end();
      else if (request.method === "PUT") {
        values.set(name, {
          body: Buffer.concat(chunks),
          metadata: request.headers["cf-kv-metadata"] as string | undefined,
        });
        store.latest = Buffer.concat(chunks).toString();
        response.writeHead(204).end();
      } else if (value)
        response
          .writeHead(200, value.metadata ? { "CF-KV-Metadata": value.metadata } : {})
          .end(value.body);
      else response.writeHead(404).end();
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const store = new SnapshotStore(server);
    return store;
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}
