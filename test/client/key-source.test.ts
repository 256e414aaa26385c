// What a key source promises its app: a key that can be used to join, one request for all calls,
// renewals in time.

import { createKeySource, type KeySourceOptions } from "latchkey/client";
import { describe, expect, test } from "vitest";
import { createCall, DAY_SECONDS } from "./simulation/call.ts";
import { makeGrant } from "./simulation/service.ts";

describe("get()", () => {
  test("sends the request of the contract, with the grant in the header alone", async () => {
    const { time, service, keys } = createCall({
      uid: 7,
      version: 5,
      service: "mediaChannel",
      expiresIn: 600,
    });
    const key = keys.get();
    await time.runFor(1);
    expect(await key).toBe("005key1");
    const [
      { endpoint, init, body, authorization } = {
        endpoint: "",
        init: {},
        body: {},
        authorization: "",
      },
    ] = service.requests;
    expect(endpoint).toBe("https://keys.example");
    expect(authorization).toBe(`Bearer ${makeGrant(time.nowSeconds - 1 + DAY_SECONDS)}`);
    expect(body).toEqual({
      channel: "room-1",
      uid: 7,
      version: 5,
      service: "mediaChannel",
      expiresIn: 600,
    });
    expect(init).toMatchObject({ method: "POST", cache: "no-store", credentials: "omit" });
  });

  test("sends one request for any number of calls at once", async () => {
    const { time, service, keys } = createCall();
    const all = Promise.all([keys.get(), keys.get(), keys.get()]);
    await time.runFor(1);
    expect(new Set(await all).size).toBe(1);
    expect(service.requests.length).toBe(1);
  });

  test("gives the same key while it can be used to join, and then the next one", async () => {
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

  test.each([-3600, 3600])(
    "works with a device clock that is wrong by %i s",
    async (clockErrorSeconds) => {
      const { time, device, service, keys } = createCall();
      device.clockErrorSeconds = clockErrorSeconds;
      void keys.get();
      await time.runFor(200);
      await keys.get();
      expect(service.requests.length).toBe(1);
      await time.runFor(200);
      void keys.get();
      expect(service.requests.length).toBe(2);
    },
  );

  test("notices that a key is old although the device clock was set back", async () => {
    const { time, device, service, keys } = createCall();
    void keys.get();
    await time.runFor(59);
    device.clockErrorSeconds = -3600;
    await time.runFor(221);
    void keys.get();
    expect(service.requests.length).toBe(2);
  });

  test("does not send more requests because of more calls", async () => {
    const [one, many] = [createCall(), createCall()];
    for (const { service, keys } of [one, many]) {
      service.faultDuring(0, 120, "offline");
      void keys.get();
    }
    await one.time.runFor(100);
    for (let turn = 0; turn < 100; turn++) {
      await many.time.runFor(1);
      void many.keys.get();
    }
    expect(many.service.requests.length).toBe(one.service.requests.length);
  });

  test("during an outage, gives the last key while it can be used to join", async () => {
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

  test("never gives a key that has expired", async () => {
    const { time, service, keys } = createCall({}, { expiresIn: 20 });
    for (let second = 0; second < 120; second++) {
      const key = keys.get();
      await time.runFor(1);
      expect(service.issued.get(String(await key))?.expiresAt).toBeGreaterThan(time.nowSeconds);
    }
  });

  test("resolves to null in App-ID mode, and passes no key to the SDK", async () => {
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

  test("has the last response as `current`", async () => {
    const { time, keys } = createCall();
    expect(keys.current).toBeUndefined();
    void keys.get();
    await time.runFor(1);
    expect(keys.current).toMatchObject({ key: "005key1", uid: 42, channel: "room-1" });
  });
});

describe("renewal", () => {
  test("is not planned for a key that never expires", async () => {
    const { time, service, keys } = createCall(
      {},
      { change: () => ({ expiresAt: null, renewAt: null }) },
    );
    void keys.get();
    await time.runFor(DAY_SECONDS / 2);
    expect(service.requests.length).toBe(1);
  });

  test("waits weeks for a key that lives for weeks, though timers can't", async () => {
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

  test.each([
    ["renewAt in the past", { renewAt: 0 }],
    ["everything in the past", { renewAt: 0, expiresAt: 1, joinBefore: 0 }],
  ])("does not send requests in a loop with %s", async (_, change) => {
    const { time, service, keys } = createCall({}, { change: () => change });
    void keys.get();
    await time.runFor(100);
    expect(service.requests.length).toBeLessThanOrEqual(21);
  });

  test("does not send requests in a loop with keys of a few seconds", async () => {
    const call = createCall({}, { expiresIn: 3 });
    await call.join();
    await call.time.runFor(100);
    expect(call.service.requests.length).toBeLessThanOrEqual(100);
    expect(call.service.mostInFlight).toBe(1);
  });

  test("goes on when a listener throws", async () => {
    const call = createCall();
    for (const name of ["renewed", "retrying", "stopped"] as const) {
      call.keys.on(name, () => {
        throw new Error("The app's own");
      });
    }
    let heard = 0;
    call.keys.on("renewed", () => heard++);
    await call.join();
    await call.time.runFor(4 * 3600);
    expect(call.happened.renewed.length).toBeGreaterThan(4);
    expect(heard).toBe(call.happened.renewed.length);
  });
});

describe("options", () => {
  test.each<[string, object]>([
    ["endpoint", { grant: "g" }],
    ["endpoint", { grant: "g", endpoints: [] }],
    ["grant", { endpoint: "https://keys.example" }],
  ])("throws a TypeError that names a missing %s", (name, options) => {
    expect(() => createKeySource({ channel: "room-1", ...options } as KeySourceOptions)).toThrow(
      expect.objectContaining({ name: "TypeError", message: expect.stringContaining(name) }),
    );
  });

  test("sends no request until a key is needed", async () => {
    const { time, device, service } = createCall();
    await time.runFor(3600);
    expect(service.requests.length).toBe(0);
    expect(device.timers.size).toBe(0);
  });
});
