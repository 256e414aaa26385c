import { describe, expect, test } from "vitest";
import { ASSETS } from "../support/assets.ts";
import { loggedDeployment } from "../support/audit-log.ts";
import { SECRETS, TestDeployment, type TestResponse } from "../support/deployment.ts";

const key = { channel: "room-1", uid: 42 };
const RAY = "230b030023ae2822-SJC";
const MADE = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-9]\d*$/;
const deployment = new TestDeployment({
  bindings: ASSETS,
  env: { ALLOWED_ORIGINS: "https://app.example" },
});
const broken = new TestDeployment({ env: { SERVICE_KEY: undefined } });

type Ask = (headers: Readonly<Record<string, string>>) => Promise<TestResponse>;
const EVERY_KIND: Readonly<Record<string, Ask>> = {
  "a key": (headers) => deployment.post("/v1/keys", key, { headers }),
  "a refusal": (headers) => deployment.post("/v1/keys", {}, { headers }),
  "a refusal of the caller": (headers) =>
    deployment.post("/v1/keys", key, { headers, credential: null }),
  "no such path": (headers) => deployment.get("/nothing", { headers }),
  "no such method": (headers) => deployment.get("/v1/keys", { headers }),
  "a preflight": (headers) => deployment.call("/v1/keys", { method: "OPTIONS", headers }),
  "no configuration": (headers) => broken.post("/v1/keys", key, { headers }),
  health: (headers) => deployment.get("/health", { headers }),
  readiness: (headers) => deployment.get("/ready", { headers }),
  "a file": (headers) => deployment.get("/docs", { headers }),
};

describe("every response has its request's id:", () => {
  test.each(Object.entries(EVERY_KIND))("%s", async (_, ask) => {
    expect((await ask({ "CF-Ray": RAY })).headers.get("request-id")).toBe(RAY);
    const made = [await ask({}), await ask({})].map(({ headers }) => headers.get("request-id"));
    expect(made).toEqual([expect.stringMatching(MADE), expect.stringMatching(MADE)]);
    expect(made[0]).not.toBe(made[1]);
  });
});

test.each([
  ["line breaks' escapes", "230b030023ae2822%0aSJC"],
  ["other letters", "230b030023ae282g-SJC"],
  ["more digits", "230b030023ae28221-SJC"],
  ["a secret", SECRETS.APP_CERTIFICATE],
  ["anything", '","outcome":"ok'],
  ["two of them", `${RAY}, ${RAY}`],
])("a CF-Ray that Cloudflare did not make is not taken over: %s", async (_, ray) => {
  const { deployment, lines } = loggedDeployment();
  const response = await deployment.post("/v1/keys", key, { headers: { "CF-Ray": ray } });
  expect(response.headers.get("request-id")).toMatch(MADE);
  expect(lines()).toMatchObject([{ requestId: response.headers.get("request-id") }]);
});

test("10,000 ids of one isolate are all different", { timeout: 60_000 }, async () => {
  const ids = new Set<string | null>();
  for (let i = 0; i < 10_000; i++)
    ids.add((await deployment.get("/health")).headers.get("request-id"));
  expect(ids.size).toBe(10_000);
});

test("a script of an allowed origin may read it", async () => {
  const headers = { Origin: "https://app.example" };
  const exposed = (await deployment.post("/v1/keys", key, { headers })).headers.get(
    "access-control-expose-headers",
  );
  expect(exposed?.split(",")).toContain("Request-Id");
});
