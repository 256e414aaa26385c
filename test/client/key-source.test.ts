// What a key source promises its app: a key that is fresh enough to join with, one request for all who ask, a clear end.

import { createKeySource, KeySourceError, type KeySourceOptions } from "latchkey/client";
import { describe, expect, it } from "vitest";
import { createCall, DAY_SECONDS } from "./simulation/call.ts";
import { type Fault, makeGrant } from "./simulation/service.ts";

const code = (promise: Promise<unknown>) =>
  promise.then(
    () => "fulfilled",
    (error) => (error instanceof KeySourceError ? error.code : error),
  );

describe("get()", () => {
  it("asks as the contract says, with the grant in the header alone", async () => {
    const { time, service, keys } = createCall({ uid: 7, version: 5, service: "mediaChannel", expiresIn: 600 });
    const key = keys.get();
    await time.runFor(1);
    expect(await key).toBe("005key1");
    const [{ endpoint, init, body, authorization } = { endpoint: "", init: {}, body: {}, authorization: "" }] = service.requests;
    expect(endpoint).toBe("https://keys.example");
    expect(authorization).toBe(`Bearer ${makeGrant(time.nowSeconds - 1 + DAY_SECONDS)}`);
    expect(body).toEqual({ channel: "room-1", uid: 7, version: 5, service: "mediaChannel", expiresIn: 600 });
    expect(init).toMatchObject({ method: "POST", cache: "no-store", credentials: "omit" });
  });

  it("makes one request for any number of calls at once", async () => {
    const { time, service, keys } = createCall();
    const all = Promise.all([keys.get(), keys.get(), keys.get()]);
    await time.runFor(1);
    expect(new Set(await all).size).toBe(1);
    expect(service.requests.length).toBe(1);
  });

  it("gives the same key while a join is in time, and fetches the next before it no longer is", async () => {
    const { time, service, keys } = createCall();
    void keys.get();
    await time.runFor(260);
    expect(await keys.get()).toBe("005key1");
    expect(service.requests.length).toBe(1);
    await time.runFor(15);
    const second = keys.get();
    await time.runFor(1);
    expect(await second).toBe("005key2");
  });

  it.each([-3600, 3600])("is not misled by a device clock wrong by %i s", async (clockErrorSeconds) => {
    const { time, device, service, keys } = createCall();
    device.clockErrorSeconds = clockErrorSeconds;
    void keys.get();
    await time.runFor(200);
    await keys.get();
    expect(service.requests.length).toBe(1);
    await time.runFor(200);
    void keys.get();
    expect(service.requests.length).toBe(2);
  });

  it("gives the last key out while nothing newer can be had, for as long as a join is in time", async () => {
    const { time, service, keys } = createCall();
    void keys.get();
    await time.runFor(275);
    service.faultDuring(0, 600, "offline");
    const old = keys.get();
    await time.runFor(1);
    expect(await old).toBe("005key1");
    await time.runFor(30);
    let waited: unknown = "still waiting";
    void keys.get().then((key) => {
      waited = key;
    });
    await time.runFor(500);
    expect(waited).toBe("still waiting");
    await time.runFor(120);
    expect(waited).toBe("005key2");
  });

  it("never gives out a key whose user would be put out at once", async () => {
    const { time, service, keys } = createCall({}, { expiresIn: 20 });
    for (let second = 0; second < 120; second++) {
      const key = keys.get();
      await time.runFor(1);
      expect(service.answers.get(String(await key))?.expiresAt).toBeGreaterThan(time.nowSeconds);
    }
  });

  it("resolves to null in App-ID-only mode, renews nothing, and hands nothing over", async () => {
    const { time, service, keys, sdk } = createCall({}, { change: () => ({ key: null }) });
    const key = keys.get();
    await time.runFor(1);
    expect(await key).toBeNull();
    keys.attach(sdk);
    sdk.emit("token-privilege-did-expire");
    await time.runFor(DAY_SECONDS);
    expect(service.requests.length).toBe(2);
    expect(sdk.renewals).toEqual([]);
  });

  it("shows the last answer whole as `current`", async () => {
    const { time, keys } = createCall();
    expect(keys.current).toBeUndefined();
    void keys.get();
    await time.runFor(1);
    expect(keys.current).toMatchObject({ key: "005key1", uid: 42, channel: "room-1" });
  });
});

describe("renewal", () => {
  it("is not planned for a key that never ends", async () => {
    const { time, service, keys } = createCall({}, { change: () => ({ expiresAt: null, renewAt: null }) });
    void keys.get();
    await time.runFor(DAY_SECONDS / 2);
    expect(service.requests.length).toBe(1);
  });

  it("waits weeks for a key that lives for weeks, though timers can't", async () => {
    const weeks = 8 * 7 * DAY_SECONDS;
    const { time, service, keys } = createCall(
      { grant: makeGrant(1_800_000_000 + 2 * weeks) },
      { change: ({ issuedAt: t }) => ({ expiresAt: t + weeks, renewAt: t + weeks - 1800 }) },
    );
    void keys.get();
    await time.runFor(weeks - 1801);
    expect(service.requests.length).toBe(1);
    await time.runFor(1200);
    expect(service.requests.length).toBe(2);
  });

  it.each([
    ["renewAt in the past", { renewAt: 0 }],
    ["everything in the past", { renewAt: 0, expiresAt: 1, joinBefore: 0 }],
  ])("does not go round in circles with %s", async (_, change) => {
    const { time, service, keys } = createCall({}, { change: () => change });
    void keys.get();
    await time.runFor(100);
    expect(service.requests.length).toBeLessThanOrEqual(21);
  });

  it("does not go round in circles with keys of a few seconds", async () => {
    const call = createCall({}, { expiresIn: 3 });
    await call.join();
    await call.time.runFor(100);
    expect(call.service.requests.length).toBeLessThanOrEqual(100);
    expect(call.service.mostInFlight).toBe(1);
  });

  it("goes on when a listener throws", async () => {
    const call = createCall();
    for (const name of ["renewed", "retrying", "stopped"] as const) {
      call.keys.on(name, () => {
        throw new Error("The app's own");
      });
    }
    await call.join();
    await call.time.runFor(4 * 3600);
    expect(call.happened.renewed.length).toBeGreaterThan(4);
  });
});

describe("failures that pass", () => {
  it.each<[string, Fault]>([
    ["network", "offline"],
    ["timeout", "silence"],
    ["invalid_answer", { status: 200, body: "<html>Welcome to our hotel</html>" }],
    ["internal", { status: 500, code: "internal" }],
    ["http_502", { status: 502, body: "" }],
    ["not_configured", { status: 503, code: "not_configured" }],
    ["revocations_unavailable", { status: 503, code: "revocations_unavailable" }],
    ["rate_limited", { status: 429, code: "rate_limited" }],
    ["http_408", { status: 408 }],
  ])("%s: asks again, later and later, and tells why", async (expected, fault) => {
    const call = createCall();
    call.service.faultDuring(0, 300, fault);
    const key = call.keys.get();
    await call.time.runFor(300);
    const { retrying, stopped } = call.happened;
    expect(new Set(retrying.map(({ detail }) => detail.error.code))).toEqual(new Set([expected]));
    expect(retrying.map(({ detail }) => detail.attempt)).toEqual(retrying.map((_, index) => index + 1));
    retrying.forEach(({ detail }, index) => {
      expect(detail.delaySeconds).toBeLessThanOrEqual(Math.max(1, Math.min(2 ** index, 30)));
      expect(detail.delaySeconds).toBeGreaterThanOrEqual(1);
    });
    expect(stopped).toEqual([]);
    await call.time.runFor(45);
    await expect(key).resolves.toMatch(/^005/);
  });

  it.each([
    ["120", 120],
    [new Date((1_800_000_000 + 120) * 1000).toUTCString(), 120],
  ])("leaves the service alone for a Retry-After of %s, whoever asks meanwhile", async (retryAfter, seconds) => {
    const call = createCall();
    call.service.faultDuring(0, 1, { status: 429, code: "rate_limited", retryAfter });
    void call.keys.get();
    await call.time.runFor(seconds - 1);
    void call.keys.get();
    expect(call.service.requests.length).toBe(1);
    await call.time.runFor(32);
    expect(call.service.requests.length).toBe(2);
  });

  it("passes over a failing endpoint at once, keeps to the next for a while, then returns to the first", async () => {
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
  it.each<[string, Fault]>([
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
  ])("%s in mid-call: stops with one event, and asks for nothing more", async (expected, fault) => {
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

  it("rejects all who wait, with the service's reason", async () => {
    const call = createCall();
    call.service.faultDuring(0, 60, { status: 403, code: "forbidden_uid" });
    const both = [call.keys.get(), call.keys.get()];
    const seen = Promise.all(both.map(code));
    await call.time.runFor(1);
    expect(await seen).toEqual(["forbidden_uid", "forbidden_uid"]);
    const { error } = call.happened.stopped[0]?.detail ?? {};
    expect(error).toMatchObject({ name: "KeySourceError", status: 403, message: "Because of forbidden_uid" });
    expect(JSON.stringify([error, error?.stack])).not.toContain("eyJ");
  });
});

describe("grants", () => {
  const never = { status: 401, code: "grant_expired" };

  it("asks for a new grant once when the service refuses the old one, and goes on with it", async () => {
    let grants = 0;
    const call = createCall({ grant: async () => makeGrant(call.time.nowSeconds + DAY_SECONDS, String(++grants)) });
    call.service.faults.push(({ authorization }) => (grants === 1 && authorization ? never : undefined));
    const key = call.keys.get();
    await call.time.runFor(1);
    await expect(key).resolves.toBe("005key1");
    expect(grants).toBe(2);
    expect(call.service.requests.length).toBe(2);
  });

  it("stops when the new grant is refused as well", async () => {
    let grants = 0;
    const call = createCall({ grant: () => makeGrant(call.time.nowSeconds + DAY_SECONDS, String(++grants)) });
    call.service.faults.push(() => never);
    const seen = code(call.keys.get());
    await call.time.runFor(600);
    expect(await seen).toBe("grant_expired");
    expect([grants, call.service.requests.length, call.happened.stopped.length]).toEqual([2, 2, 1]);
  });

  it.each<[string, KeySourceOptions["grant"]]>([
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
    expect(call.happened.retrying[0]?.detail.error).toMatchObject({ code: "grant_unavailable", cause: new Error("down") });
    expect(call.service.requests.length).toBe(0);
    call.keys.close();
  });

  it("gives a grant function that hangs up after a while, and aborts its signal", async () => {
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

  it("with a grant that can't be renewed, asks no more often as it ends, and stops as it has ended", async () => {
    const call = createCall({ grant: makeGrant(1_800_000_000 + 5400) });
    await call.join();
    await call.time.runFor(3 * 3600);
    expect(call.happened.stopped.map(({ detail }) => detail.error.code)).toEqual(["grant_expired"]);
    // Within the service's leeway of 10 s, the SDK may ask a few times more.
    expect(call.service.requests.length).toBeLessThanOrEqual(16);
  });
});

describe("set-up", () => {
  it.each<[string, object]>([
    ["endpoint", { grant: "g" }],
    ["endpoint", { grant: "g", endpoints: [] }],
    ["grant", { endpoint: "https://keys.example" }],
  ])("throws a TypeError that names a missing %s", (name, options) => {
    expect(() => createKeySource({ channel: "room-1", ...options } as KeySourceOptions)).toThrow(
      expect.objectContaining({ name: "TypeError", message: expect.stringContaining(name) }),
    );
  });

  it("asks for nothing until a key is needed", async () => {
    const { time, device, service } = createCall();
    await time.runFor(3600);
    expect(service.requests.length).toBe(0);
    expect(device.timers.size).toBe(0);
  });
});
