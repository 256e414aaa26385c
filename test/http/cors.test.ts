import { describe, expect, test } from "vitest";
import { type Settings, TestDeployment, type TestResponse } from "../support/deployment.ts";

const LISTED = "https://app.example.com";
const ALSO_LISTED = "http://localhost:5173";
const body = { channel: "room-1", uid: 1 };

function ask(env: Settings, origin: string | undefined): Promise<TestResponse> {
  return new TestDeployment({ env }).post("/v1/keys", body, {
    headers: origin === undefined ? {} : { Origin: origin },
  });
}

function preflight(env: Settings, origin: string, path = "/v1/keys"): Promise<TestResponse> {
  const headers = {
    Origin: origin,
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization,content-type",
  };
  return new TestDeployment({ env }).call(path, { method: "OPTIONS", credential: null, headers });
}

const list = { ALLOWED_ORIGINS: `${LISTED}, ${ALSO_LISTED}` };

describe("Access-Control-Allow-Origin", () => {
  test.each([
    ["any origin where all are allowed", { ALLOWED_ORIGINS: "*" }, "https://any.example", "*"],
    ["a listed origin by itself", list, LISTED, LISTED],
    ["the last one listed, with its port", list, ALSO_LISTED, ALSO_LISTED],
    ["no origin that is not listed", list, "https://evil.example", null],
    ["no origin that only begins with a listed one", list, `${LISTED}.evil.example`, null],
    ["no origin of another scheme", list, "http://app.example.com", null],
    ["no origin of another port", list, `${LISTED}:8443`, null],
    ["no opaque origin", list, "null", null],
    ["no origin where none is listed", { ALLOWED_ORIGINS: "" }, LISTED, null],
    ["no origin where the setting is missing", {}, LISTED, null],
    ["nothing where no Origin was sent", { ALLOWED_ORIGINS: "*" }, undefined, null],
  ])("names %s", async (_name, env, origin, expected) => {
    const response = await ask(env, origin);
    expect(response.headers.get("access-control-allow-origin")).toBe(expected);
    expect(response.headers.get("access-control-expose-headers")).toBe(
      expected && "Retry-After,Request-Id",
    );
    // An origin is a matter between the browser and its page: the service answers all alike, native
    // apps among them.
    expect(response.status).toBe(200);
  });

  test("is on refusals too, so that a page can read why", async () => {
    const response = await new TestDeployment({ env: list }).post(
      "/v1/keys",
      {},
      { headers: { Origin: LISTED } },
    );
    expect(response.status).toBe(400);
    expect(response.headers.get("access-control-allow-origin")).toBe(LISTED);
    expect(response.headers.get("access-control-expose-headers")).toContain("Retry-After");
  });

  test("never comes with credentials of the browser's own", async () => {
    expect(
      (await ask({ ALLOWED_ORIGINS: "*" }, LISTED)).headers.get("access-control-allow-credentials"),
    ).toBeNull();
  });

  test("depends on Origin, and says so to caches", async () => {
    for (const origin of [LISTED, "https://evil.example", undefined]) {
      expect((await ask(list, origin)).headers.get("vary")).toContain("Origin");
    }
  });

  test("is * while the configuration is not whole, so that any page can read why", async () => {
    const env = { ...list, SERVICE_KEY: undefined };
    for (const origin of [LISTED, "https://another.example"]) {
      const ready = await new TestDeployment({ env }).get("/ready", {
        headers: { Origin: origin },
      });
      for (const response of [await ask(env, origin), ready]) {
        expect(response.status).toBe(503);
        expect(response.headers.get("access-control-allow-origin")).toBe("*");
      }
      const { status, headers } = await preflight(env, origin);
      expect([status, headers.get("access-control-allow-origin")]).toEqual([204, "*"]);
    }
  });

  test.each([
    "capacitor://localhost",
    "ionic://localhost",
    `chrome-extension://${"ab".repeat(16)}`,
  ])("names an app's or extension's origin that is listed: %s", async (origin) => {
    const env = { ALLOWED_ORIGINS: `${LISTED}, ${origin}` };
    const response = await ask(env, origin);
    expect(response.headers.get("access-control-allow-origin")).toBe(origin);
    const another = await ask(env, `${origin}x`);
    expect(another.headers.get("access-control-allow-origin")).toBeNull();
  });
});

describe("a preflight", () => {
  test("of a listed origin may send credentials and JSON, and is remembered for a day", async () => {
    const { status, headers, text } = await preflight(list, LISTED);
    expect(status).toBe(204);
    expect(text).toBe("");
    expect(headers.get("access-control-allow-origin")).toBe(LISTED);
    expect(headers.get("access-control-allow-methods")?.split(",")).toContain("POST");
    expect(headers.get("access-control-allow-headers")?.toLowerCase().split(",")).toEqual([
      "authorization",
      "content-type",
    ]);
    expect(headers.get("access-control-max-age")).toBe("86400");
    expect(headers.get("vary")).toContain("Origin");
  });

  test("of another origin is answered without its name, which a browser takes for no", async () => {
    expect(
      (await preflight(list, "https://evil.example")).headers.get("access-control-allow-origin"),
    ).toBeNull();
  });

  test("needs no credential on any path", async () => {
    for (const path of ["/v1/keys", "/v1/keys/batch", "/v1/keys/inspect", "/v1/grants"]) {
      expect((await preflight({ ALLOWED_ORIGINS: "*" }, LISTED, path)).status).toBe(204);
    }
  });
});
