// What is counted, and that no request makes a label of its own.

import { describe, expect, test } from "vitest";
import { PROBLEMS } from "../../src/contract/problem-types.ts";
import { ROUTES } from "../../src/contract/routes.ts";
import { KEY_VERSIONS } from "../../src/keys/versions.ts";
import { listInMemory, loggedDeployment } from "../support/audit-log.ts";
import { NOW, SECRETS } from "../support/deployment.ts";
import { Random } from "../support/fuzz.ts";
import { signGrant } from "../support/grants.ts";
import { hostileRequest } from "../support/hostile-requests.ts";
import type { Settings } from "../support/settings.ts";

interface Point {
  readonly indexes: readonly string[];
  readonly blobs: readonly string[];
  readonly doubles: readonly number[];
}

function counted(env: Settings = {}, bindings: object = {}) {
  const points: Point[] = [];
  const METRICS = { writeDataPoint: (point: Point) => points.push(point) };
  const logged = loggedDeployment(env, { ...listInMemory(), METRICS, ...bindings });
  return { ...logged, points };
}

const [OPERATION, OUTCOME, CALLER, VERSION] = [0, 1, 2, 3];
const LABELS: readonly ReadonlySet<string>[] = [
  new Set(Object.keys(ROUTES)),
  new Set(["ok", ...Object.keys(PROBLEMS)]),
  new Set(["serviceKey", "grant", "none"]),
  new Set(["none", ...KEY_VERSIONS.map(String)]),
];

describe("a request is counted with its operation, outcome, caller and version:", () => {
  const key = { channel: "room-1", uid: 42 };
  test.each<[string, () => Promise<string> | null | undefined, string, object, unknown[], number]>([
    ["a key", () => undefined, "/v1/keys", key, ["issueKey", "ok", "serviceKey", "5"], 1],
    ["a key by grant", signGrant, "/v1/keys", key, ["issueKey", "ok", "grant", "5"], 1],
    [
      "a batch",
      () => undefined,
      "/v1/keys/batch",
      { channel: "room-1", uids: [1, 2, 3], version: 7 },
      ["issueKeys", "ok", "serviceKey", "7"],
      3,
    ],
    [
      "a token",
      signGrant,
      "/v1/tokens",
      { services: [{ type: "rtc", channel: "room-1" }] },
      ["issueToken", "ok", "grant", "7"],
      1,
    ],
    [
      "a grant",
      () => undefined,
      "/v1/grants",
      { channels: ["*"], uid: 1, expiresIn: 60 },
      ["issueGrant", "ok", "serviceKey", "none"],
      0,
    ],
    [
      "a refusal",
      signGrant,
      "/v1/keys",
      { channel: "room-2", version: 4 },
      ["issueKey", "forbidden_channel", "grant", "4"],
      0,
    ],
    ["a 401", () => null, "/v1/keys", key, ["issueKey", "unauthenticated", "none", "none"], 0],
  ])("%s", async (_, credentialOf, path, body, blobs, keys) => {
    const { deployment, points } = counted({ REVOCATIONS: "off" });
    const credential = await credentialOf();
    await deployment.post(path, body, credential === undefined ? {} : { credential });
    expect(points).toEqual([
      {
        indexes: [`${blobs[OPERATION]} ${blobs[OUTCOME]}`],
        blobs,
        doubles: [keys, 0, -1, -1, -1],
      },
    ]);
  });
});

test("and with how long it waited, how old the list is here, and how full", async () => {
  const { deployment, host, points } = counted();
  const real = Math.floor(Date.now() / 1000);
  host.time = real;
  let calls = 0;
  host.milliseconds = () => calls++ * 250;
  const credential = await signGrant({ iat: real, exp: real + 600 });
  await deployment.post("/v1/keys", { channel: "room-1" }, { credential });
  // 2,000,000 of 4,194,304 bytes.
  expect(points[0]?.doubles).toEqual([1, 250, 0, 48, -1]);
  host.time += 10;
  await deployment.post("/v1/keys", { channel: "room-1" }, { credential });
  expect(points[1]?.doubles.slice(2)).toEqual([10, 48, -1]);
});

test("and with which limit it hit, by its caller", async () => {
  const limit = { limit: async () => ({ success: false }) };
  const limits = {
    RATE_LIMIT_BY_SUBJECT: limit,
    RATE_LIMIT_BY_SERVICE_KEY: limit,
    RATE_LIMIT_BY_ADDRESS: limit,
  };
  const { deployment, points } = counted({}, limits);
  for (const credential of [SECRETS.SERVICE_KEY, await signGrant(), null])
    await deployment.post("/v1/keys", {}, { credential });
  expect(points.map(({ blobs }) => [blobs[OUTCOME], blobs[CALLER]])).toEqual([
    ["rate_limited", "serviceKey"],
    ["rate_limited", "grant"],
    ["rate_limited", "none"],
  ]);
});

test("hostile requests make no label of their own", { timeout: 60_000 }, async () => {
  const { deployment, points } = counted({ EXACT_TIMES: "on" });
  const credentials = [
    ...Array(3).fill(SECRETS.SERVICE_KEY),
    await signGrant(),
    await signGrant({ iat: NOW - 100, exp: NOW - 50 }),
  ];
  for (let i = 0; i < 2_000; i++) {
    const { method, path, headers, body } = hostileRequest(new Random(i), credentials);
    try {
      const init = { method, headers: headers as [string, string][], body: body ?? null };
      const request = new Request(`https://latchkey.test${path}`, init);
      const { app, env } = deployment;
      const context = { waitUntil: () => undefined, passThroughOnException: () => undefined };
      await app.fetch(request, env, context as unknown as ExecutionContext);
    } catch {
      // No HTTP client could send it.
    }
  }
  expect(points.length).toBeGreaterThan(500);
  const strange = points.flatMap(({ blobs, indexes }) => [
    ...blobs.filter((label, i) => !LABELS[i]?.has(label)),
    ...indexes.filter((index) => index !== `${blobs[OPERATION]} ${blobs[OUTCOME]}`),
  ]);
  expect(strange).toEqual([]);
  expect(points.every(({ blobs }) => blobs.length === LABELS.length)).toBe(true);
  expect(points.every(({ doubles }) => doubles.every(Number.isFinite))).toBe(true);
  for (const i of LABELS.keys())
    expect(new Set(points.map(({ blobs }) => blobs[i])).size).toBeGreaterThan(
      i === VERSION ? 1 : 2,
    );
});

test("a dataset that fails costs no request its response", async () => {
  const METRICS = {
    writeDataPoint: () => {
      throw new TypeError("too many data points");
    },
  };
  const { deployment } = loggedDeployment({}, { ...listInMemory(), METRICS });
  expect((await deployment.post("/v1/keys", { channel: "room-1", uid: 1 })).status).toBe(200);
});
