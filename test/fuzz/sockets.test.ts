// Bytes that no HTTP client would send, on a socket to a real workerd: it responds or closes, and
// serves the next request.

import { connect } from "node:net";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { fuzz, type Random } from "../support/fuzz.ts";
import { SECRETS, settings } from "../support/settings.ts";
import { type RunningWorker, startWorker } from "../support/worker/worker.ts";

let worker: RunningWorker;
beforeAll(async () => {
  worker = await startWorker(inject("bundle"), { settings: settings() });
});
afterAll(() => worker?.stop());

const BODY = '{"channel":"room-1","uid":42}';
const HEADERS = `Host: x\r\nAuthorization: Bearer ${SECRETS.SERVICE_KEY}\r\nContent-Type: application/json\r\n`;
const chunked = (...chunks: string[]) => `Transfer-Encoding: chunked\r\n\r\n${chunks.join("")}`;
const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;

function message(random: Random): string {
  const post = `POST /v1/keys HTTP/1.1\r\n${HEADERS}`;
  const length = random.pick([
    BODY.length,
    0,
    1,
    BODY.length + 1,
    99_999,
    -1,
    "x",
    "29, 29",
    "1e2",
    "0x1d",
    " 29",
    "+29",
    2 ** 64,
  ]);
  const half = Math.floor(BODY.length / 2);
  const messages = [
    `${post}Content-Length: ${length}\r\n\r\n${BODY}`,
    `${post}Content-Length: ${BODY.length}\r\nContent-Length: ${length}\r\n\r\n${BODY}`,
    post + chunked(chunk(BODY.slice(0, half)), chunk(BODY.slice(half)), "0\r\n\r\n"),
    post + chunked(chunk(BODY.slice(0, half))),
    post +
      chunked(
        random.pick([
          "zz\r\n",
          "ffffffffffffffff\r\n",
          "-1\r\n",
          "5\r\nab\r\n",
          "\r\n",
          "1;x=y\r\n{\r\n0\r\n\r\n",
        ]),
      ),
    `${post}Content-Length: ${BODY.length}\r\n${chunked(chunk(BODY), "0\r\n\r\n")}`,
    `${random.pick(["GET", "G\u0000T", "", "GET GET", "POST"])} ${random.pick(["/", "", "/health", "http://x/health", "*", "/%00", "/\u0001"])} ${random.pick(["HTTP/1.1", "HTTP/1.0", "HTTP/9.9", "HTTP", ""])}\r\n${HEADERS}\r\n`,
    `GET /health HTTP/1.1\r\nHost: x\r\n${random.pick(["A", "A: ", ": a", "A\u0000: b", " A: b", "A: \u0001", `A: ${"x".repeat(random.pick([1000, 70_000]))}`])}\r\n\r\n`,
    `GET /health HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(1 + random.below(20)),
    Buffer.from(random.bytes(random.below(400))).toString("latin1"),
  ];
  const text = random.pick(messages);
  if (random.chance(60)) return text;
  const at = random.below(text.length + 1);
  return random.chance(50)
    ? text.slice(0, at)
    : text.slice(0, at) +
        random.pick(["\r", "\n", "\r\n", "\u0000", "\t", ":", "é"]) +
        text.slice(at);
}

/**
 * What comes back until the connection closes or nothing comes any more. `how`: whether and when
 * this side closes it.
 */
function send(text: string, how: "ends" | "stays" | "goes", port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    let received = "";
    const done = () => {
      socket.destroy();
      resolve(received);
    };
    socket.setTimeout(how === "stays" ? 50 : 300, done);
    socket.on("data", (bytes: Buffer) => {
      received += bytes.toString("latin1");
    });
    socket.on("error", done);
    socket.on("close", done);
    socket.write(text, "latin1");
    if (how === "ends") socket.end();
    if (how === "goes") setTimeout(done, 2);
  });
}

fuzz(
  "8,000 malformed messages on raw sockets: never a 500, and the next request is served",
  2000,
  async (random) => {
    const port = Number(new URL(worker.url).port);
    const texts = Array.from({ length: 4 }, () => message(random));
    const responses = await Promise.all(
      texts.map((text) => send(text, random.pick(["ends", "stays", "goes"] as const), port)),
    );
    responses.forEach((response, i) => {
      if (/^HTTP\/1\.1 500/m.test(response))
        throw new Error(
          `${JSON.stringify(texts[i]?.slice(0, 1000))} got ${response.slice(0, 500)}`,
        );
      if (response.includes(SECRETS.SERVICE_KEY))
        throw new Error("the response carries the service key");
    });
    const health = await fetch(`${worker.url}/health`);
    if (health.status !== 200) throw new Error(`after ${JSON.stringify(texts)} it is not healthy`);
    await health.arrayBuffer();
  },
);

test.each([":x", "[", "[::", "a b", "%", "::1", "x:99999", "\u00ff"])(
  "a Host that is none (%j) gets no 500",
  async (host) => {
    const port = Number(new URL(worker.url).port);
    const request = `POST /v1/keys HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 0\r\n\r\n`;
    const response = await send(request, "stays", port);
    expect(response).not.toMatch(/^HTTP\/1\.1 500/m);
  },
);

test("none of it was an internal error to the service, and the process wrote no secret", () => {
  const output = worker.output();
  expect(output).not.toContain('"code":"internal"');
  for (const secret of Object.values(SECRETS)) expect(output).not.toContain(secret);
});
