// The load: so many connections, each with one request in flight, for so long. A process of its
// own, so that it shares no event loop with what it measures, and raw sockets, so that it costs
// less than what it measures.

import { createConnection, type Socket } from "node:net";

/**
 * One slice of load. Bounded by `durationMs`, and by `requests` where each may be sent once only.
 */
export interface Slice {
  readonly port: number;
  /** Whole HTTP requests, sent in turn. */
  readonly requests: readonly string[];
  /** Each request is sent once at most; otherwise they start anew when all have been. */
  readonly once: boolean;
  readonly connections: number;
  readonly durationMs: number;
}

export interface SliceResult {
  readonly responses: number;
  readonly elapsedMs: number;
  /** The bodies of some answers, the first and the last among them. */
  readonly samples: readonly string[];
}

const SAMPLE_EVERY = 1000;
const RESPONSE_TIMEOUT_MS = 10_000;
const HEAD_END = Buffer.from("\r\n\r\n");

/** Connections are kept between slices. */
const idle = new Map<number, Connection[]>();

/** Sends one request at a time, and hands each 200's body on as bytes. */
class Connection {
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #resolve: (body: Buffer) => void = () => {};
  #reject: (error: Error) => void = () => {};

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setTimeout(RESPONSE_TIMEOUT_MS, () => socket.destroy(new Error("no response in time")));
    socket.on("data", (chunk) => this.#read(chunk));
    socket.on("error", (error) => this.#reject(error));
    socket.on("close", () => this.#reject(new Error("the server closed a connection")));
  }

  static open(port: number): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = createConnection({ host: "127.0.0.1", port }, () =>
        resolve(new Connection(socket)),
      );
      socket.once("error", reject);
    });
  }

  /** workerd closes what has been idle for five seconds. */
  get isOpen(): boolean {
    return this.#socket.writable;
  }

  request(bytes: Buffer): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      this.#socket.write(bytes);
    });
  }

  #read(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const headLength = this.#received.indexOf(HEAD_END);
    if (headLength < 0) return;
    const head = this.#received.toString("latin1", 0, headLength);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    const start = headLength + HEAD_END.length;
    if (!head.startsWith("HTTP/1.1 200 ") || length === undefined) {
      this.#reject(new Error(`unexpected response: ${this.#received.toString("latin1", 0, 600)}`));
    } else if (this.#received.length >= start + Number(length)) {
      const body = this.#received.subarray(start, start + Number(length));
      this.#received = Buffer.alloc(0);
      this.#resolve(body);
    }
  }
}

async function run({ port, requests, once, connections, durationMs }: Slice): Promise<SliceResult> {
  const prepared = requests.map((request) => Buffer.from(request, "latin1"));
  const pool = (idle.get(port) ?? []).filter(({ isOpen }) => isOpen);
  while (pool.length < connections) pool.push(await Connection.open(port));
  idle.set(port, pool);

  const samples: string[] = [];
  let sent = 0;
  let responses = 0;
  const start = performance.now();
  const end = start + durationMs;
  const isOver = () => performance.now() >= end || (once && sent >= prepared.length);
  await Promise.all(
    pool.slice(0, connections).map(async (connection) => {
      while (!isOver()) {
        const body = await connection.request(prepared[sent++ % prepared.length] as Buffer);
        if (responses++ % SAMPLE_EVERY === 0 || isOver()) samples.push(body.toString());
      }
    }),
  );
  return { responses, elapsedMs: performance.now() - start, samples: samples.slice(0, 8) };
}

process.on("message", (slice: Slice) => {
  run(slice).then(
    (result) => process.send?.(result),
    (error: Error) => {
      console.error(error.message);
      process.exit(1);
    },
  );
});
process.once("disconnect", () => process.exit());
