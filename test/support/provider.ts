// A provider of grant keys: a real HTTP server on loopback that counts its requests and responds as
// the test chooses.

import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export class Provider {
  readonly requests: string[] = [];
  readonly #server: Server;
  #respond: RequestListener;

  private constructor(respond: RequestListener) {
    this.#respond = respond;
    this.#server = createServer((request, response) => {
      this.requests.push(`${request.headers.host}${request.url}`);
      this.#respond(request, response);
    });
  }

  static async start(respond: RequestListener): Promise<Provider> {
    const provider = new Provider(respond);
    await provider.listen(0);
    return provider;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  respondWith(respond: RequestListener): void {
    this.#respond = respond;
  }

  /** From now on it refuses connections. */
  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async listen(port: number): Promise<void> {
    this.#server.listen(port, "127.0.0.1");
    await once(this.#server, "listening");
  }
}

export function sends(
  body: unknown,
  { status = 200, type = "application/json" } = {},
): RequestListener {
  return (_request, response) => {
    response.writeHead(status, { "Content-Type": type });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  };
}

/** Takes the request and never responds. */
export const hangs: RequestListener = () => undefined;
