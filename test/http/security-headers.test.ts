import { describe, expect, test } from "vitest";
import { withAnswerHeaders } from "../../src/http/answer.ts";
import { type Answer, TestDeployment } from "../support/deployment.ts";

const key = { channel: "room-1", uid: 42 };
const deployment = new TestDeployment();
const ANSWERS: Readonly<Record<string, () => Promise<Answer>>> = {
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
  "the description": () => deployment.get("/openapi.json"),
  "the reference": () => deployment.get("/docs"),
  "a preflight": () =>
    deployment.call("/v1/keys", {
      method: "OPTIONS",
      credential: null,
      headers: { Origin: "https://app.example", "Access-Control-Request-Method": "POST" },
    }),
};

describe("security headers are on every answer:", () => {
  test.for(Object.keys(ANSWERS))("%s", async (name) => {
    const { headers } = await (ANSWERS[name] as () => Promise<Answer>)();
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
    expect(headers.get("strict-transport-security")).toBe("max-age=31536000");
    expect(headers.get("content-security-policy")).toMatch(
      /default-src 'none';.*frame-ancestors 'none'/,
    );
    expect(headers.get("server")).toBeNull();
    expect(headers.get("x-powered-by")).toBeNull();
  });

  test("and what a binding answered, whose headers can't be changed", async () => {
    const context = {
      res: Response.redirect("https://app.example/"),
      req: { header: () => undefined },
      get: () => ({ problems: [] }),
    };
    await withAnswerHeaders(context as never, async () => undefined);
    expect(context.res.headers.get("x-content-type-options")).toBe("nosniff");
    expect(context.res.status).toBe(302);
  });
});

test("the reference may style itself, and run nothing", async () => {
  const policy = (await deployment.get("/docs")).headers.get("content-security-policy");
  expect(policy).toContain("style-src 'unsafe-inline'");
  expect(policy).not.toContain("script-src");
});
