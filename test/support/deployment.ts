// A deployment to test against: the real app, with its environment, clock, random numbers and network chosen by the test.
// Every secret is made at run time.

import type { OpenAPIHono } from "@hono/zod-openapi";
import { createApp } from "../../src/app.js";
import type { HttpEnv } from "../../src/http/env.js";
import type { Host } from "../../src/service.js";

/** The clock of every test deployment, Unix seconds, unless a test says otherwise. */
export const NOW = 1_800_000_000;

export type Settings = Readonly<Record<string, string | undefined>>;

export function randomHex(digits: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(digits / 2));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export const APP_ID = randomHex(32);

export const SECRETS = {
  APP_CERTIFICATE: randomHex(32),
  APP_CERTIFICATE_PREVIOUS: randomHex(32),
  SERVICE_KEY: `service-${randomHex(40)}`,
  SERVICE_KEY_PREVIOUS: `service-${randomHex(40)}`,
  GRANT_SECRET: `grant-${randomHex(40)}`,
  GRANT_SECRET_PREVIOUS: `grant-${randomHex(40)}`,
} as const;

/** A whole configuration; a setting given as undefined is left out. */
export function settings(overrides: Settings = {}): Record<string, string> {
  const all: Settings = { APP_ID, ...SECRETS, ...overrides };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

export interface TestHost extends Host {
  /** Set it to move the clock. */
  time: number;
}

/** Its clock stands still, its random numbers count up from 1, and it has no network. */
export function testHost(overrides: Partial<Host> = {}): TestHost {
  let counter = 0;
  const host: TestHost = {
    time: NOW,
    now: () => host.time,
    randomInts: (count) => Uint32Array.from({ length: count }, () => ++counter),
    fetch: () => Promise.reject(new Error("no network in this test")),
    ...overrides,
  };
  return host;
}

/** The fields that answers of all kinds have between them: a test reads those that it expects. */
export interface AnswerBody {
  readonly [field: string]: unknown;
  readonly key?: string | null;
  readonly keys?: readonly { readonly uid: number; readonly key: string | null; readonly randomInt: number }[];
  readonly uid?: number | null;
  readonly issuedAt?: number;
  readonly expiresAt?: number | null;
  readonly grant?: string;
  readonly code?: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
  readonly signature?: string;
  readonly findings?: readonly { readonly code: string; readonly message: string; readonly sdkError?: number }[];
  readonly problems?: readonly { readonly name: string; readonly message: string }[];
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Empty where the answer is not JSON. */
  readonly json: AnswerBody;
}

export interface Call {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A service key or a grant; left out: the service key. null: no Authorization. */
  readonly credential?: string | null;
  /** An object goes as JSON; text, bytes and streams as they are. */
  readonly body?: object | string | ReadableStream<Uint8Array>;
  /** Where background work goes; left out: nowhere, it goes on by itself. */
  readonly context?: ExecutionContext;
}

const NO_CONTEXT = {
  waitUntil: () => undefined,
  passThroughOnException: () => undefined,
  props: {},
} as unknown as ExecutionContext;

export class TestDeployment {
  readonly app: OpenAPIHono<HttpEnv>;
  readonly env: Record<string, string>;
  readonly host: TestHost;

  /** `bindings` stand beside the settings: a KV namespace, a rate limit. Left out: none. */
  constructor({ env = {}, bindings = {}, host = testHost() }: { env?: Settings; bindings?: object; host?: TestHost } = {}) {
    this.env = { ...settings(env), ...bindings };
    this.host = host;
    this.app = createApp(host);
  }

  post(path: string, body: Call["body"], call: Call = {}): Promise<Answer> {
    return this.call(path, { method: "POST", ...(body !== undefined && { body }), ...call });
  }

  get(path: string, call: Call = {}): Promise<Answer> {
    return this.call(path, { method: "GET", credential: null, ...call });
  }

  async call(path: string, { method = "POST", headers = {}, credential, body, context }: Call): Promise<Answer> {
    const bearer = credential === undefined ? this.env.SERVICE_KEY : credential;
    const all = new Headers({
      ...(bearer && { Authorization: `Bearer ${bearer}` }),
      ...(body !== undefined && { "Content-Type": "application/json" }),
      ...headers,
    });
    if (headers["Content-Type"] === "") all.delete("Content-Type");
    const isPlain = typeof body === "object" && !(body instanceof ReadableStream);
    const init = { method, headers: all, ...(body !== undefined && { body: isPlain ? JSON.stringify(body) : body }) };
    return answerOf(await this.app.request(`http://latchkey.test${path}`, init as RequestInit, this.env, context ?? NO_CONTEXT));
  }
}

export async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = text !== "" && /[/+]json\b/.test(response.headers.get("content-type") ?? "");
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : {} };
}

/** The wrong fields that a problem names, in its order. */
export function wrongFields({ json }: Answer): string[] {
  return (json.errors ?? []).map(({ path }) => path);
}
