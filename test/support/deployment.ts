// A deployment to test against: the real app, with its environment, clock, random numbers and
// network chosen by the test.

import type { Hono } from "hono";
import { createApp } from "../../src/app.ts";
import type { HttpEnv } from "../../src/http/context.ts";
import type { Host } from "../../src/platform/host.ts";
import { NOW, readResponse, type Settings, settings, type TestResponse } from "./settings.ts";

export * from "./settings.ts";

export interface TestHost extends Host {
  /** Set it to move the clock. */
  time: number;
  /** The log. */
  readonly lines: string[];
}

/**
 * Its clock stands still, its random numbers count up from 1, and it has neither network nor cache.
 */
export function testHost(overrides: Partial<Host> = {}): TestHost {
  let counter = 0;
  const host: TestHost = {
    time: NOW,
    lines: [],
    now: () => host.time,
    milliseconds: () => host.time * 1000,
    randomInts: (count) => Uint32Array.from({ length: count }, () => ++counter),
    fetch: () => Promise.reject(new Error("no network in this test")),
    cache: () => undefined,
    log: (line) => host.lines.push(line),
    ...overrides,
  };
  return host;
}

export interface Call {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A service key or a grant; left out: the service key. null: no Authorization. */
  readonly credential?: string | null;
  /** An object goes as JSON; text, bytes and streams as they are. */
  readonly body?: object | string | Uint8Array | ReadableStream<Uint8Array>;
  /** Where background work goes; left out: nowhere, it goes on by itself. */
  readonly context?: ExecutionContext;
}

export const NO_CONTEXT = {
  waitUntil: () => undefined,
  passThroughOnException: () => undefined,
  props: {},
} as unknown as ExecutionContext;

export class TestDeployment {
  readonly app: Hono<HttpEnv>;
  readonly env: Record<string, string>;
  readonly host: TestHost;

  /** `bindings` stand beside the settings: a KV namespace, a rate limit, files. Left out: none. */
  constructor({
    env = {},
    bindings = {},
    host = testHost(),
  }: { env?: Settings; bindings?: object; host?: TestHost } = {}) {
    // Most tests have no bindings, and mean it.
    const REVOCATIONS = "REVOCATION_LIST" in bindings ? "on" : "off";
    this.env = { ...settings({ REVOCATIONS, ...env }), ...bindings };
    this.host = host;
    this.app = createApp(host);
  }

  post(path: string, body: Call["body"], call: Call = {}): Promise<TestResponse> {
    return this.call(path, { method: "POST", ...(body !== undefined && { body }), ...call });
  }

  get(path: string, call: Call = {}): Promise<TestResponse> {
    return this.call(path, { method: "GET", credential: null, ...call });
  }

  async call(
    path: string,
    { method = "POST", headers = {}, credential, body, context }: Call,
  ): Promise<TestResponse> {
    const bearer = credential === undefined ? this.env.SERVICE_KEY : credential;
    const all = new Headers({
      ...(bearer && { Authorization: `Bearer ${bearer}` }),
      ...(body !== undefined && { "Content-Type": "application/json" }),
      ...headers,
    });
    if (headers["Content-Type"] === "") all.delete("Content-Type");
    const isPlain =
      typeof body === "object" &&
      !(body instanceof ReadableStream) &&
      !(body instanceof Uint8Array);
    const init = {
      method,
      headers: all,
      ...(body !== undefined && { body: isPlain ? JSON.stringify(body) : body }),
    };
    return readResponse(
      await this.app.request(
        `https://latchkey.test${path}`,
        init as RequestInit,
        this.env,
        context ?? NO_CONTEXT,
      ),
    );
  }
}
