// Whatever is sent, the service answers what the contract says: never a 500, every refusal as
// problem+json with its code.

import { beforeAll, expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import { PROBLEMS } from "../../src/contract/problem-types.ts";
import { NO_CONTEXT, testHost } from "../support/deployment.ts";
import { fuzz } from "../support/fuzz.ts";
import { signGrant } from "../support/grants.ts";
import { type HostileRequest, hostileRequest } from "../support/hostile-requests.ts";
import { newKey, serviceKeys } from "../support/service-keys.ts";
import { NOW, SECRETS, settings } from "../support/settings.ts";

const host = testHost();
const app = createApp(host);
/** A list that keeps nothing: what is fuzzed is what comes before it. */
const list = {
  add: async (_: string, revocation: object) => ({ entry: { id: "1", ...revocation }, version: 1 }),
  page: async () => ({ entries: [], cursor: undefined }),
  remove: async (_: string, ids: readonly number[]) => (ids.includes(1) ? 1 : 0),
  changes: async () => ({ version: 1, asOf: host.now(), changed: [] }),
};
const named = newKey("backend", { channels: ["room-*"], maxExpiresIn: 60 });
const SERVICE_KEYS = serviceKeys(named);
const env = {
  ...settings({ ALLOWED_ORIGINS: "https://app.example", EXACT_TIMES: "on", SERVICE_KEYS }),
  REVOCATION_LIST: { idFromName: () => "id", get: () => list },
  REVOCATION_SNAPSHOTS: { getWithMetadata: async () => ({ value: null, metadata: null }) },
};
let credentials: string[] = [];
beforeAll(async () => {
  const expired = await signGrant({ iat: NOW - 100, exp: NOW - 50 });
  credentials = [
    ...Array(4).fill(SECRETS.SERVICE_KEY),
    await signGrant(),
    await signGrant({ uid: 0, channels: ["*"] }),
    expired,
    named.key,
    `${named.key.slice(0, -1)}g`,
  ];
});

/**
 * Undefined where no HTTP client could send such a thing; the raw sockets of sockets.test.ts can.
 */
function requestOf({
  method,
  path,
  headers,
  body,
  chunks,
  isCutOff,
}: HostileRequest): Request | undefined {
  try {
    const all = new Headers();
    for (const [name, value] of headers) all.append(name, value);
    const stream =
      body === undefined || (chunks === 0 && !isCutOff)
        ? body
        : streamOf(body, Math.max(1, chunks), isCutOff);
    return new Request(`https://latchkey.test${path}`, {
      method,
      headers: all,
      ...(stream !== undefined && { body: stream }),
    });
  } catch {
    return undefined;
  }
}

function streamOf(
  body: string | Uint8Array,
  chunks: number,
  isCutOff: boolean,
): ReadableStream<Uint8Array> {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const size = Math.ceil(bytes.length / chunks) || 1;
  return new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += size)
        controller.enqueue(bytes.slice(at, at + size));
      if (isCutOff) controller.error(new Error("the sender is gone"));
      else controller.close();
    },
  });
}

let unsendable = 0;
const answered = new Map<number, number>();
const SECRET_TEXTS = [
  SECRETS.APP_CERTIFICATE,
  SECRETS.APP_CERTIFICATE_PREVIOUS,
  SECRETS.SERVICE_KEY,
  SECRETS.GRANT_SECRET,
  SECRETS.SERVICE_KEY_PREVIOUS,
  named.key,
];

fuzz(
  "100,000 hostile requests: no 500, every refusal is problem+json, and no response carries a secret",
  100_000,
  async (random) => {
    const hostile = hostileRequest(random, credentials);
    const request = requestOf(hostile);
    if (!request) {
      unsendable++;
      return;
    }
    const response = await app.fetch(request, env, NO_CONTEXT);
    answered.set(response.status, (answered.get(response.status) ?? 0) + 1);
    const text = await response.text();
    const objection = objectionOf(response, text, hostile);
    if (objection)
      throw new Error(
        `${objection}: ${response.status} ${text.slice(0, 300)}\n${JSON.stringify(hostile).slice(0, 2000)}`,
      );
  },
);

function objectionOf(
  response: Response,
  text: string,
  { method }: HostileRequest,
): string | undefined {
  const { status, headers } = response;
  if (SECRET_TEXTS.some((secret) => text.includes(secret))) return "a secret is in the response";
  if (headers.get("x-content-type-options") !== "nosniff")
    return "the security headers are missing";
  if (status >= 500) return "the service failed";
  if (status < 400) return undefined;
  if (headers.get("content-type") !== "application/problem+json")
    return "the refusal is not problem+json";
  if (headers.get("cache-control") !== "no-store") return "the refusal may be cached";
  if (method === "HEAD") return undefined;
  const {
    code,
    status: said,
    type,
  } = JSON.parse(text) as { code: keyof typeof PROBLEMS; status: number; type: string };
  return PROBLEMS[code]?.status === status && said === status && type === `/docs#${code}`
    ? undefined
    : "the refusal contradicts itself";
}

test("the requests were of all kinds: most could be sent, and every kind of response was given", () => {
  expect(answered.size).toBeGreaterThan(8);
  const sent = [...answered.values()].reduce((sum, count) => sum + count, 0);
  expect(sent).toBeGreaterThan(0.9 * (sent + unsendable));
  expect([...answered.keys()]).toEqual(
    expect.arrayContaining([200, 201, 204, 400, 401, 403, 404, 405, 413, 415]),
  );
});
