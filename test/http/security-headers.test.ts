import { describe, expect, test } from "vitest";
import { ASSETS } from "../support/assets.ts";
import { TestDeployment, type TestResponse } from "../support/deployment.ts";

const key = { channel: "room-1", uid: 42 };
const deployment = new TestDeployment({ bindings: ASSETS });
const JSON_RESPONSES: Readonly<Record<string, () => Promise<TestResponse>>> = {
  "a key": () => deployment.post("/v1/keys", key),
  "a grant": () => deployment.post("/v1/grants", { channels: ["room-1"], uid: 42, expiresIn: 60 }),
  "a refusal of the body": () => deployment.post("/v1/keys", {}),
  "a refusal of the caller": () => deployment.post("/v1/keys", key, { credential: null }),
  "a path that does not exist": () => deployment.get("/nothing"),
  "a method that does not exist": () => deployment.get("/v1/keys"),
  "a deployment without its secrets": () =>
    new TestDeployment({ env: { SERVICE_KEY: undefined } }).post("/v1/keys", key),
  health: () => deployment.get("/health"),
  readiness: () => deployment.get("/ready"),
};
/** Files may also load and embed nothing that their own policy does not name. */
const FILES: Readonly<Record<string, () => Promise<TestResponse>>> = {
  "the OpenAPI document": () => deployment.get("/openapi.json"),
  "the text for language models": () => deployment.get("/llms.txt"),
  "the reference": () => deployment.get("/docs"),
  "a file of the reference": () => deployment.get("/docs/style.css"),
  "the console": () => deployment.get("/"),
};

describe("security headers are on every response:", () => {
  test.for(Object.entries({ ...JSON_RESPONSES, ...FILES }))("%s", async ([, ask]) => {
    const { headers } = await ask();
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("strict-transport-security")).toBe("max-age=31536000");
    expect(headers.get("content-security-policy")).toMatch(/frame-ancestors 'none'/);
    expect(headers.get("server")).toBeNull();
    expect(headers.get("x-powered-by")).toBeNull();
  });
});

test.for(Object.entries(FILES))("%s loads and embeds nothing by default", async ([, ask]) => {
  const { headers } = await ask();
  expect(headers.get("content-security-policy")).toMatch(/^default-src 'none';/);
  expect(headers.get("referrer-policy")).toBe("no-referrer");
  expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
});

test.for(Object.entries(JSON_RESPONSES))(
  "%s is not kept by anything on the way",
  async ([, ask]) => {
    expect((await ask()).headers.get("cache-control")).toBe("no-store");
  },
);
