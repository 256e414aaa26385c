// The fake of Agora's kicking rules behind a server on loopback, in real time. It outlives the
// workerd processes that use it, as Agora does.

import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { FakeKickingRules, type Fault } from "../fake-kicking-rules.ts";
import { APP_ID, randomHex } from "../settings.ts";

export class FakeAgora {
  /** What goes wrong with the next request; undefined: nothing. */
  nextFault: () => Fault | undefined = () => undefined;
  readonly fake: FakeKickingRules;
  /** The settings of a deployment that ejects users here. */
  readonly settings: Readonly<Record<string, string>>;
  readonly #server: Server;
  readonly #timers = new Set<NodeJS.Timeout>();

  private constructor(server: Server, customerId: string, customerSecret: string) {
    this.#server = server;
    const { port } = server.address() as AddressInfo;
    this.settings = {
      AGORA_CUSTOMER_ID: customerId,
      AGORA_CUSTOMER_SECRET: customerSecret,
      AGORA_API_URL: `http://127.0.0.1:${port}`,
    };
    this.fake = new FakeKickingRules(APP_ID, `${customerId}:${customerSecret}`, {
      nowMs: () => Date.now(),
      after: (milliseconds, run) => {
        const timer = setTimeout(() => {
          this.#timers.delete(timer);
          run();
        }, milliseconds);
        this.#timers.add(timer);
      },
      nextFault: () => this.nextFault(),
      isLeftOut: () => false,
      latencyMilliseconds: () => 30,
      // No caller waits for so long.
      slowMilliseconds: 600_000,
    });
    server.on("request", async (request, response) => {
      const { method = "", url = "", headers } = request;
      const body = await text(request).catch(() => "");
      const init = {
        method,
        headers: headers as Record<string, string>,
        ...(body !== "" && { body }),
        // What workerd does with these is seen in what it does.
        redirect: "manual" as const,
        signal: new AbortController().signal,
      };
      await this.fake.fetch(`http://agora.test${url}`, init).then(
        async (answer) => response.writeHead(answer.status).end(await answer.text()),
        () => request.socket.destroy(),
      );
    });
  }

  static async start(): Promise<FakeAgora> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new FakeAgora(server, randomHex(32), randomHex(32));
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}
