// A proxy between a recipe and the Worker: it records requests and responses, and responds itself
// where a test says so.

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { setImmediate } from "node:timers/promises";
import type { IssuedKey } from "../../src/contract/responses.ts";

export interface Exchange {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly body: unknown;
  readonly status: number;
  readonly response: Partial<IssuedKey> & { readonly code?: string };
}

export interface PreparedResponse {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly code?: string;
}

export interface Recorder {
  readonly url: string;
  readonly exchanges: readonly Exchange[];
  /** The next requests get these responses, one each, and do not reach the Worker. */
  respondWith(...responses: PreparedResponse[]): void;
  /**
   * Holds the next request back. Resolves, once there is one, with the function that lets it go on.
   */
  holdNext(): Promise<() => void>;
  end(): Promise<void>;
}

export async function startRecorder(workerUrl: string): Promise<Recorder> {
  const exchanges: Exchange[] = [];
  const prepared: PreparedResponse[] = [];
  let onHeld: ((release: () => void) => void) | undefined;
  const server = createServer(async (request, response) => {
    const body = await text(request);
    if (onHeld) {
      const tell = onHeld;
      onHeld = undefined;
      await new Promise<void>((release) => tell(release));
      // Who gave the request up meanwhile is not answered: the service may have ended by then.
      await setImmediate();
      if (response.destroyed) return;
    }
    const own = prepared.shift();
    const received = own
      ? Response.json({ code: own.code }, own)
      : await fetch(`${workerUrl}${request.url}`, {
          method: "POST",
          headers: {
            Authorization: request.headers.authorization ?? "",
            "Content-Type": request.headers["content-type"] ?? "",
          },
          body,
        }).catch((error: unknown) => {
          if (!response.destroyed) throw error;
        });
    if (!received) return;
    const responseText = await received.text();
    exchanges.push({
      method: request.method,
      path: request.url,
      body: JSON.parse(body),
      status: received.status,
      response: JSON.parse(responseText),
    });
    response
      .writeHead(received.status, { "Content-Type": "application/json", ...own?.headers })
      .end(responseText);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    exchanges,
    respondWith: (...responses) => prepared.push(...responses),
    holdNext: () =>
      new Promise((resolve) => {
        onHeld = resolve;
      }),
    end: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
