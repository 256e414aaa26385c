import { describe, expect, test, vi } from "vitest";
import { problemExample } from "../../src/contract/problem-examples.ts";
import { PROBLEMS } from "../../src/contract/problem-types.ts";
import type { ErrorCode } from "../../src/contract/service-error.ts";
import { NOW, TestDeployment, type TestResponse, testHost } from "../support/deployment.ts";
import { Edge, fallibleBindings, newAppId } from "../support/edge.ts";
import { grantSigner, signGrant } from "../support/grants.ts";

const key = { channel: "room-1", uid: 42 };

/**
 * For each code of the contract one request that is answered with it. A code without a case does
 * not compile.
 */
const CASES: Readonly<Record<ErrorCode, () => Promise<TestResponse>>> = {
  invalid_request: () => new TestDeployment().post("/v1/keys", { channel: "room-1" }),
  unauthenticated: () => new TestDeployment().post("/v1/keys", key, { credential: null }),
  grant_expired: async () => asClient(key, await signGrant({ iat: NOW - 100, exp: NOW - 50 })),
  grant_not_yet_valid: async () => asClient(key, await signGrant({ nbf: NOW + 61 })),
  grant_revoked: async () => {
    const edge = new Edge(newAppId());
    await edge.revoke({ uid: 42 });
    return edge.post("/v1/keys", { channel: "room-1" }, { credential: await edge.grant() });
  },
  forbidden_channel: async () => asClient({ channel: "room-2" }, await signGrant()),
  forbidden_uid: async () => asClient({ channel: "room-1", uid: 43 }, await signGrant()),
  forbidden_service: async () =>
    asClient({ channel: "room-1", service: "recording" }, await signGrant()),
  forbidden_role: async () =>
    asClient({ channel: "room-1", version: 5 }, await signGrant({ role: "subscriber" })),
  forbidden: async () => asClient({ channel: "room-1", version: 1 }, await signGrant()),
  not_found: () => new Edge(newAppId()).call("/v1/revocations/1", { method: "DELETE" }),
  method_not_allowed: () => new TestDeployment().post("/health", {}),
  payload_too_large: () => new TestDeployment().post("/v1/keys", " ".repeat(16_385)),
  unsupported_media_type: () =>
    new TestDeployment().post("/v1/keys", key, { headers: { "Content-Type": "text/plain" } }),
  rate_limited: () => {
    const limit = async () => ({ success: false });
    return new Edge(newAppId(), { RATE_LIMIT_BY_SERVICE_KEY: { limit } }).post("/v1/keys", key);
  },
  revocations_full: () => {
    const list = { add: async () => undefined };
    const bindings = {
      REVOCATION_LIST: { idFromName: () => "id", get: () => list },
      REVOCATION_SNAPSHOTS: {},
    };
    return new TestDeployment({ bindings }).post("/v1/revocations", { uid: 42 });
  },
  grant_keys_unavailable: async () => {
    const env = { GRANT_JWKS_URL: "https://keys.example/jwks" };
    const credential = await (await grantSigner("ES256", "a")).sign();
    return new TestDeployment({ env }).post("/v1/keys", key, { credential });
  },
  revocations_unavailable: async () => {
    const link = fallibleBindings();
    link.isDown = true;
    const edge = new Edge(newAppId(), link.bindings);
    return edge.post("/v1/keys", key, { credential: await edge.grant() });
  },
  internal: () => new TestDeployment({ host: brokenHost() }).post("/v1/keys", key),
  not_configured: () =>
    new TestDeployment({ env: { APP_CERTIFICATE: undefined } }).post("/v1/keys", key),
};

function asClient(body: object, credential: string): Promise<TestResponse> {
  return new TestDeployment().post("/v1/keys", body, { credential });
}

function brokenHost() {
  return testHost({
    randomInts: () => {
      throw new Error("entropy is out, and this message quotes a secret");
    },
  });
}

describe("each code of the contract is answered over HTTP", () => {
  const codes = Object.keys(PROBLEMS) as ErrorCode[];

  test("and each has a case here", () => {
    expect(Object.keys(CASES).sort()).toEqual([...codes].sort());
  });

  test.each(codes)("%s, as a problem of RFC 9457 that nothing may store", async (code) => {
    const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const response = await CASES[code]();
    const { status, title } = PROBLEMS[code];
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.json).toMatchObject({ type: `/docs#${code}`, title, status, code });
    expect(response.json).toEqual(problemExample(code));
    expect(response.json.detail).toMatch(/^[A-Z].+\.$/s);
    expect(log).toHaveBeenCalledTimes(code === "internal" ? 1 : 0);
    log.mockRestore();
  });
});

test("only invalid_request names wrong fields, each with its path and a message", async () => {
  const response = await CASES.invalid_request();
  expect(response.json.errors).toEqual([{ path: "uid", message: "is required in version 5" }]);
  expect((await CASES.not_found()).json).not.toHaveProperty("errors");
});

test("an internal failure is logged by name and place, and neither log nor response quotes its message", async () => {
  const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const response = await CASES.internal();
  const line: unknown = log.mock.calls[0]?.[0];
  log.mockRestore();
  expect(JSON.parse(String(line))).toMatchObject({
    code: "internal",
    name: "Error",
    at: expect.arrayContaining([expect.stringMatching(/^at .+:\d+/)]),
  });
  expect(String(line)).not.toContain("quotes a secret");
  expect(response.text).not.toContain("quotes a secret");
});

describe("the headers of refusals", () => {
  test("401 challenges for a Bearer credential, and says invalid_token only where one was given (RFC 6750, 3.1)", async () => {
    const none = await CASES.unauthenticated();
    expect(none.headers.get("www-authenticate")).toBe('Bearer realm="latchkey"');
    const wrong = await new TestDeployment().post("/v1/keys", key, { credential: "wrong" });
    expect(wrong.headers.get("www-authenticate")).toBe(
      'Bearer realm="latchkey", error="invalid_token"',
    );
    expect((await CASES.grant_expired()).headers.get("www-authenticate")).toContain(
      "invalid_token",
    );
    expect((await CASES.forbidden()).headers.get("www-authenticate")).toBeNull();
  });

  test.each([
    ["GET", "/v1/keys", "POST"],
    ["PUT", "/v1/keys", "POST"],
    ["DELETE", "/v1/keys/batch", "POST"],
    ["HEAD", "/v1/keys/inspect", "POST"],
    ["PATCH", "/v1/grants", "POST"],
    ["POST", "/v1/caller", "GET, HEAD"],
    ["POST", "/health", "GET, HEAD"],
    ["POST", "/ready", "GET, HEAD"],
    ["DELETE", "/openapi.json", "GET, HEAD"],
    ["PUT", "/docs", "GET, HEAD"],
  ])("%s %s is 405 and Allow says %s", async (method, path, allow) => {
    const response = await new TestDeployment().call(path, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe(allow);
  });

  test.each(["/v1", "/v1/keys/", "/v1/keys/1", "/v2/keys", "/health/x", "/V1/keys"])(
    "%s is 404 for every method",
    async (path) => {
      for (const method of ["GET", "POST", "DELETE"]) {
        const response = await new TestDeployment().call(path, { method });
        expect(response.json.code).toBe("not_found");
        expect(response.headers.get("allow")).toBeNull();
      }
    },
  );
});
