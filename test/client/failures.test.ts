// Temporary failures are retried, refusals are the end, and the error says which it is.

import { KeySourceError, type KeySourceOptions } from "latchkey/client";
import { describe, expect, test } from "vitest";
import { createCall, DAY_SECONDS } from "./simulation/call.ts";
import { type Fault, makeGrant } from "./simulation/service.ts";

const code = (promise: Promise<unknown>) =>
  promise.then(
    () => "fulfilled",
    (error) => (error instanceof KeySourceError ? error.code : error),
  );

describe("temporary failures", () => {
  test.each<[string, Fault]>([
    ["network", "offline"],
    ["timeout", "silence"],
    ["invalid_response", { status: 200, body: "<html>Welcome to our hotel</html>" }],
    ["internal", { status: 500, code: "internal" }],
    ["http_502", { status: 502, body: "" }],
    ["not_configured", { status: 503, code: "not_configured" }],
    ["revocations_unavailable", { status: 503, code: "revocations_unavailable" }],
    ["rate_limited", { status: 429, code: "rate_limited" }],
    ["http_408", { status: 408 }],
    ["grant_not_yet_valid", { status: 401, code: "grant_not_yet_valid" }],
  ])("%s: retries with a growing delay, and says why", async (expected, fault) => {
    const call = createCall();
    call.service.faultDuring(0, 300, fault);
    const key = call.keys.get();
    await call.time.runFor(300);
    const { retrying, stopped } = call.happened;
    expect(new Set(retrying.map(({ detail }) => detail.error.code))).toEqual(new Set([expected]));
    expect(retrying.map(({ detail }) => detail.attempt)).toEqual(
      retrying.map((_, index) => index + 1),
    );
    retrying.forEach(({ detail }, index) => {
      expect(detail.delaySeconds).toBeLessThanOrEqual(Math.max(1, Math.min(2 ** index, 30)));
      expect(detail.delaySeconds).toBeGreaterThanOrEqual(1);
    });
    expect(stopped).toEqual([]);
    await call.time.runFor(45);
    await expect(key).resolves.toMatch(/^005/);
  });

  test.each([
    ["120", 120],
    [new Date((1_800_000_000 + 120) * 1000).toUTCString(), 120],
  ])(
    "sends no request during a Retry-After of %s, whoever asks meanwhile",
    async (retryAfter, seconds) => {
      const call = createCall();
      call.service.faultDuring(0, 1, { status: 429, code: "rate_limited", retryAfter });
      void call.keys.get();
      await call.time.runFor(seconds - 1);
      void call.keys.get();
      expect(call.service.requests.length).toBe(1);
      await call.time.runFor(32);
      expect(call.service.requests.length).toBe(2);
    },
  );

  test("tries only the other endpoints during the Retry-After of one", async () => {
    const endpoints = ["https://one.example", "https://two.example"];
    const call = createCall({ endpoints });
    const limited = { status: 429, code: "rate_limited", retryAfter: "120" };
    call.service.faultDuring(0, 1, limited, "https://one.example");
    call.service.faultDuring(0, 60, "offline", "https://two.example");
    const key = call.keys.get();
    await call.time.runFor(119);
    const seen = call.service.requests.map(({ endpoint }) => endpoint.slice(8, 11));
    expect(seen.slice(0, 2)).toEqual(["one", "two"]);
    expect(new Set(seen.slice(2))).toEqual(new Set(["two"]));
    await expect(key).resolves.toMatch(/^005/);
  });

  test("uses the next endpoint at once, and the first again after a while", async () => {
    const endpoints = ["https://one.example/", "https://two.example"];
    const call = createCall({ endpoints });
    call.service.faultDuring(0, 60, "offline", "https://one.example");
    void call.keys.get();
    await call.time.runFor(1);
    void call.time.runFor(300);
    await call.time.runFor(301);
    void call.keys.get();
    await call.time.runFor(400);
    void call.keys.get();
    await call.time.runFor(1);
    const seen = call.service.requests.map(({ endpoint }) => endpoint.slice(8, 11));
    expect(seen).toEqual(["one", "two", "two", "one"]);
    expect(call.happened.retrying).toEqual([]);
  });
});

describe("refusals", () => {
  test.each<[string, Fault]>([
    ["forbidden_channel", { status: 403, code: "forbidden_channel" }],
    ["grant_revoked", { status: 403, code: "grant_revoked" }],
    ["http_403", { status: 403, body: "" }],
    ["invalid_request", { status: 400, code: "invalid_request" }],
    ["not_found", { status: 404, code: "not_found" }],
    ["method_not_allowed", { status: 405, code: "method_not_allowed" }],
    ["payload_too_large", { status: 413, code: "payload_too_large" }],
    ["unsupported_media_type", { status: 415, code: "unsupported_media_type" }],
    ["grant_expired", { status: 401, code: "grant_expired" }],
    ["unauthenticated", { status: 401, code: "unauthenticated" }],
  ])("%s in mid-call: one event `stopped`, and no more requests", async (expected, fault) => {
    const call = createCall();
    await call.join();
    call.service.faultDuring(0, DAY_SECONDS, fault);
    await call.time.runFor(4 * 3600);
    expect(call.happened.stopped.map(({ detail }) => detail.error.code)).toEqual([expected]);
    expect(call.happened.retrying).toEqual([]);
    expect(call.service.requests.length).toBe(2);
    expect(await code(call.keys.get())).toBe(expected);
    call.sdk.emit("token-privilege-did-expire");
    await call.time.runFor(3600);
    expect(call.service.requests.length).toBe(2);
    expect(call.device.timers.size).toBe(0);
    expect(call.sdk.listenerCount).toBe(0);
  });

  test("rejects every get() that waits, with the service's reason", async () => {
    const call = createCall();
    call.service.faultDuring(0, 60, { status: 403, code: "forbidden_uid" });
    const both = [call.keys.get(), call.keys.get()];
    const seen = Promise.all(both.map(code));
    await call.time.runFor(1);
    expect(await seen).toEqual(["forbidden_uid", "forbidden_uid"]);
    const { error } = call.happened.stopped[0]?.detail ?? {};
    expect(error).toMatchObject({
      name: "KeySourceError",
      status: 403,
      message: "Because of forbidden_uid",
    });
    expect(JSON.stringify([error, error?.stack])).not.toContain("eyJ");
  });
});

test("the fields that the service names reach the user", async () => {
  const errors = [
    { path: "channel", message: "has characters that the SDK does not take" },
    { path: "uid", message: "must be an integer from 0 to 4294967295" },
  ];
  const call = createCall();
  const body = { code: "invalid_request", detail: "2 fields are wrong", errors };
  call.service.faultDuring(0, 60, { status: 400, body });
  const error = await Promise.all([call.keys.get().catch((it) => it), call.time.runFor(1)]);
  expect(error[0]).toMatchObject({ code: "invalid_request", message: body.detail, errors });
  expect(call.happened.stopped[0]?.detail.error.errors).toEqual(errors);
});

describe("grants", () => {
  const expired = { status: 401, code: "grant_expired" };

  test("{ grant } from the grant function is taken as well as text", async () => {
    const grant = makeGrant(1_800_000_000 + DAY_SECONDS);
    for (const given of [grant, { grant }, `${grant}\n`, { grant, jti: "1", expiresAt: 1 }]) {
      for (const give of [() => given, async () => given]) {
        const call = createCall({ grant: give });
        void call.keys.get();
        await call.time.runFor(1);
        expect(call.service.requests[0]?.authorization).toBe(`Bearer ${grant}`);
        call.keys.close();
      }
    }
  });

  test.each([
    undefined,
    null,
    "",
    42,
    {},
    { grant: 1 },
    { token: "a.b.c" },
    ["a.b.c"],
    "a.b.c\nd",
    "lk_backend_no-grant",
  ])("retries, and says so, when the grant function gives %j", async (given) => {
    const call = createCall({ grant: async () => given as string });
    void code(call.keys.get());
    await call.time.runFor(60);
    expect(call.happened.retrying.length).toBeGreaterThan(2);
    expect(call.happened.retrying[0]?.detail.error).toMatchObject({
      code: "grant_unavailable",
      message: "The grant function gave no grant",
    });
    expect(call.service.requests.length).toBe(0);
    call.keys.close();
  });

  test("a grant that is not valid yet is kept, and sent again", async () => {
    let grants = 0;
    const call = createCall({
      grant: () => makeGrant(call.time.nowSeconds + DAY_SECONDS, String(++grants)),
    });
    call.service.faultDuring(0, 20, { status: 401, code: "grant_not_yet_valid" });
    const key = call.keys.get();
    await call.time.runFor(60);
    await expect(key).resolves.toBe("005key1");
    expect(grants).toBe(1);
    expect(call.happened.stopped).toEqual([]);
  });

  test("fetches a new grant once when the service refuses the old one", async () => {
    let grants = 0;
    const call = createCall({
      grant: async () => makeGrant(call.time.nowSeconds + DAY_SECONDS, String(++grants)),
    });
    call.service.faults.push(({ authorization }) =>
      grants === 1 && authorization ? expired : undefined,
    );
    const key = call.keys.get();
    await call.time.runFor(1);
    await expect(key).resolves.toBe("005key1");
    expect(grants).toBe(2);
    expect(call.service.requests.length).toBe(2);
  });

  test("stops when the new grant is refused as well", async () => {
    let grants = 0;
    const call = createCall({
      grant: () => makeGrant(call.time.nowSeconds + DAY_SECONDS, String(++grants)),
    });
    call.service.faults.push(() => expired);
    const seen = code(call.keys.get());
    await call.time.runFor(600);
    expect(await seen).toBe("grant_expired");
    expect([grants, call.service.requests.length, call.happened.stopped.length]).toEqual([2, 2, 1]);
  });

  test.each<[string, KeySourceOptions["grant"]]>([
    ["rejects", () => Promise.reject(new Error("down"))],
    [
      "throws",
      () => {
        throw new Error("down");
      },
    ],
  ])("retries when the grant function %s", async (_, grant) => {
    const call = createCall({ grant });
    void code(call.keys.get());
    await call.time.runFor(100);
    expect(call.happened.retrying.length).toBeGreaterThan(4);
    expect(call.happened.retrying[0]?.detail.error).toMatchObject({
      code: "grant_unavailable",
      message: "The grant function failed: down",
      cause: { name: "Error", message: "down" },
    });
    expect(call.service.requests.length).toBe(0);
    call.keys.close();
  });

  test("stops waiting for a grant function that hangs, and aborts its signal", async () => {
    let aborted = 0;
    const call = createCall({
      grant: (signal) => new Promise(() => signal.addEventListener("abort", () => aborted++)),
    });
    void code(call.keys.get());
    await call.time.runFor(15);
    expect(call.happened.retrying[0]?.detail.error.code).toBe("timeout");
    expect(aborted).toBeGreaterThanOrEqual(1);
    call.keys.close();
  });

  test("with a grant that can't be renewed, stops when it has expired", async () => {
    const call = createCall({ grant: makeGrant(1_800_000_000 + 5400) });
    await call.join();
    await call.time.runFor(3 * 3600);
    expect(call.happened.stopped.map(({ detail }) => detail.error.code)).toEqual(["grant_expired"]);
    expect(call.service.requests.length).toBeLessThanOrEqual(16);
  });
});
