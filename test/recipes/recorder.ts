// Stands between a recipe and the service: tells what was asked and answered, and answers in the service's place on demand.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Answer } from "./oracle.ts";

export interface Exchange {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly body: unknown;
  readonly status: number;
  readonly answer: Partial<Answer> & { code?: string };
}

export interface Canned {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly code?: string;
}

export interface Recorder {
  readonly url: string;
  readonly exchanges: readonly Exchange[];
  /** The next requests get these answers, in turn, before the service is asked again. */
  answerWith(...answers: Canned[]): void;
  /** The next request reaches the service when the function that this resolves with is called. */
  holdNext(): Promise<() => void>;
  end(): Promise<void>;
}

export async function startRecorder(serviceUrl: string): Promise<Recorder> {
  const exchanges: Exchange[] = [];
  const canned: Canned[] = [];
  let holder: ((release: () => void) => void) | undefined;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    if (holder) {
      const hold = holder;
      holder = undefined;
      await new Promise<void>((release) => hold(release));
    }
    const given = canned.shift();
    const answered = given
      ? Response.json({ code: given.code }, given)
      : await fetch(`${serviceUrl}${request.url}`, {
          method: "POST",
          headers: {
            Authorization: request.headers.authorization ?? "",
            "Content-Type": request.headers["content-type"] ?? "",
          },
          body,
        });
    const text = await answered.text();
    exchanges.push({
      method: request.method,
      path: request.url,
      body: JSON.parse(body),
      status: answered.status,
      answer: JSON.parse(text),
    });
    response
      .writeHead(answered.status, { "Content-Type": "application/json", ...given?.headers })
      .end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    exchanges,
    answerWith: (...answers) => canned.push(...answers),
    holdNext: () =>
      new Promise((resolve) => {
        holder = resolve;
      }),
    end: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
