// Both generations of the web SDK: each event leads to one renewal with a new key.

import type { IAgoraRTCClient } from "agora-rtc-sdk-ng";
import type { AgoraClient } from "latchkey/client";
import { describe, expect, expectTypeOf, test, vi } from "vitest";
import { createCall } from "./simulation/call.ts";

test("the client of the real SDK fits the type, with all of its overloads", () => {
  expectTypeOf<IAgoraRTCClient>().toExtend<AgoraClient>();
});

/** The legacy SDK: it has the event `error`, takes a key with callbacks, and has no `off`. */
function createLegacySdk(
  react: (onSuccess: () => void, onFailure: (error: unknown) => void) => void = (ok) => ok(),
) {
  const listeners: ((event: unknown) => void)[] = [];
  return {
    on(event: string, listener: (event: unknown) => void) {
      if (event === "error") listeners.push(listener);
    },
    renewChannelKey: vi.fn(
      (_key: string, onSuccess: () => void, onFailure: (error: unknown) => void) =>
        react(onSuccess, onFailure),
    ),
    emitError(event: unknown) {
      for (const listener of listeners) listener(event);
    },
  };
}

describe("today's web SDK", () => {
  test.each([
    "token-privilege-will-expire",
    "token-privilege-did-expire",
    // SDKs 2.4 to 3.x.
    "onTokenPrivilegeWillExpire",
    "onTokenPrivilegeDidExpire",
  ])("%s: one renewToken, with a new key", async (event) => {
    const call = createCall();
    await call.join();
    await call.time.runFor(100);
    call.sdk.emit(event);
    await call.time.runFor(100);
    expect(call.sdk.renewals.map(({ key }) => key)).toEqual(["005key2"]);
    expect(call.service.requests.length).toBe(2);
  });

  test("both while a request is under way: still one", async () => {
    const call = createCall();
    await call.join();
    await call.time.runFor(100);
    call.sdk.emit("token-privilege-will-expire");
    call.sdk.emit("token-privilege-did-expire");
    await call.time.runFor(0.01);
    call.sdk.emit("token-privilege-did-expire");
    await call.time.runFor(100);
    expect(call.sdk.renewals.map(({ key }) => key)).toEqual(["005key2"]);
    expect(call.service.requests.length).toBe(2);
  });

  test("one after the other: one renewal for each", async () => {
    const call = createCall();
    await call.join();
    for (const event of ["token-privilege-will-expire", "token-privilege-did-expire"]) {
      call.sdk.emit(event);
      await call.time.runFor(5);
    }
    expect(call.sdk.renewals.map(({ key }) => key)).toEqual(["005key2", "005key3"]);
  });

  test("the key of a planned renewal is passed to every attached client in a channel", async () => {
    const call = createCall();
    await call.join();
    const [second, outside] = [createCall().sdk, createCall().sdk];
    outside.connectionState = "DISCONNECTED";
    second.renewToken = vi.fn(async () => {});
    outside.renewToken = vi.fn(async () => {});
    call.keys.attach(second);
    call.keys.attach(outside);
    await call.time.runFor(3000);
    expect(call.sdk.renewals.map(({ key }) => key)).toEqual(["005key2"]);
    expect(second.renewToken).toHaveBeenCalledExactlyOnceWith("005key2");
    expect(outside.renewToken).not.toHaveBeenCalled();
  });

  test("an event during an outage leads to one renewal, as soon as it is over", async () => {
    const call = createCall();
    await call.join();
    call.service.faultDuring(0, 60, "offline");
    call.sdk.emit("token-privilege-did-expire");
    await call.time.runFor(30);
    call.sdk.emit("token-privilege-did-expire");
    await call.time.runFor(65);
    expect(call.sdk.renewals.length).toBe(1);
    expect(call.happened.retrying.length).toBeGreaterThan(2);
  });

  test("a key that the SDK does not take is passed to it again, three times at most", async () => {
    const call = createCall();
    await call.join();
    const renewToken = vi.fn(() => Promise.reject(new Error("busy")));
    call.sdk.renewToken = renewToken;
    call.sdk.emit("token-privilege-will-expire");
    await call.time.runFor(100);
    expect(renewToken.mock.calls).toEqual(Array(renewToken.mock.calls.length).fill(["005key2"]));
    expect(renewToken).toHaveBeenCalledTimes(4);
    expect(call.happened.retrying.map(({ detail }) => [detail.error.code, detail.attempt])).toEqual(
      [
        ["sdk", 1],
        ["sdk", 2],
        ["sdk", 3],
      ],
    );
    expect(call.service.requests.length).toBe(2);
  });

  test("a key is not passed again once there is a newer one", async () => {
    const call = createCall();
    await call.join();
    const taken: string[] = [];
    call.sdk.renewToken = (key: string) => {
      taken.push(key);
      if (key !== "005key2") return Promise.resolve();
      return new Promise((_, reject) =>
        call.time.after(10_000, () => reject(new Error("replaced by a newer one"))),
      );
    };
    for (let turn = 0; turn < 2; turn++) {
      call.sdk.emit("token-privilege-will-expire");
      await call.time.runFor(5);
    }
    await call.time.runFor(100);
    expect(taken).toEqual(["005key2", "005key3"]);
  });

  test("an SDK that asks without end causes one request a second at most", async () => {
    const call = createCall();
    await call.join();
    call.sdk.renewToken = async () => call.sdk.emit("token-privilege-will-expire");
    call.sdk.emit("token-privilege-will-expire");
    await call.time.runFor(60);
    expect(call.service.requests.length).toBeLessThanOrEqual(61);
  });

  test("gets nothing more after what attach() returned is called", async () => {
    const call = createCall();
    const detach = call.keys.attach(call.sdk);
    expect(call.sdk.listenerCount).toBeGreaterThanOrEqual(4);
    detach();
    expect(call.sdk.listenerCount).toBe(0);
    void call.keys.get();
    await call.time.runFor(4 * 3600);
    expect(call.sdk.renewals).toEqual([]);
  });
});

describe("a client that is attached twice", () => {
  test("is renewed once for each event and each planned renewal", async () => {
    const call = createCall();
    await call.join();
    call.keys.attach(call.sdk);
    call.sdk.emit("token-privilege-will-expire");
    await call.time.runFor(10);
    expect(call.sdk.renewals.map(({ key }) => key)).toEqual(["005key2"]);
    await call.time.runFor(3000);
    expect(call.sdk.renewals.map(({ key }) => key)).toEqual(["005key2", "005key3"]);
  });

  test("stays attached until both are ended", async () => {
    const call = createCall();
    const [first, second] = [call.keys.attach(call.sdk), call.keys.attach(call.sdk)];
    first();
    first();
    expect(call.sdk.listenerCount).toBeGreaterThan(0);
    second();
    expect(call.sdk.listenerCount).toBe(0);
    // And can be attached again.
    call.keys.attach(call.sdk);
    call.sdk.emit("token-privilege-will-expire");
    await call.time.runFor(10);
    expect(call.sdk.renewals.length).toBe(1);
  });
});

test("an SDK that has both methods gets the key by renewToken, which joins no second time", async () => {
  const call = createCall();
  await call.join();
  const renewChannelKey = vi.fn();
  Object.assign(call.sdk, { renewChannelKey });
  call.sdk.emit("onTokenPrivilegeWillExpire");
  await call.time.runFor(10);
  expect(call.sdk.renewals.length).toBe(1);
  expect(renewChannelKey).not.toHaveBeenCalled();
});

test("a detached SDK that asked is not waited for: its retries end", async () => {
  const call = createCall({}, { change: () => ({ expiresAt: null, renewAt: null }) });
  void call.keys.get();
  await call.time.runFor(1);
  const detach = call.keys.attach(call.sdk);
  call.service.faultDuring(0, 600, "offline");
  call.sdk.emit("token-privilege-did-expire");
  await call.time.runFor(5);
  detach();
  const { length } = call.service.requests;
  expect(call.device.timers.size).toBe(0);
  await call.time.runFor(600);
  expect(call.service.requests.length).toBe(length);
});

describe("the legacy SDK", () => {
  test.each([
    { reason: "DYNAMIC_KEY_TIMEOUT" },
    { type: "error", reason: "ERR_CHANNEL_KEY_EXPIRED" },
    { reason: "ERR_DYNAMIC_KEY_TIMEOUT" },
    { reason: "DYNAMIC_KEY_EXPIRED" },
    { reason: "ERR_DYNAMIC_KEY_EXPIRED" },
    { reason: "K_TIMESTAMP_EXPIRED" },
    { code: 109 },
    { code: "109" },
    { code: 118 },
    { reason: 109 },
    109,
    "DYNAMIC_KEY_TIMEOUT",
  ])("the error %j: one renewChannelKey, with a new key", async (event) => {
    const call = createCall();
    await call.join();
    const sdk = createLegacySdk();
    call.keys.attach(sdk);
    sdk.emitError(event);
    sdk.emitError(event);
    await call.time.runFor(100);
    expect(sdk.renewChannelKey).toHaveBeenCalledExactlyOnceWith(
      "005key2",
      expect.any(Function),
      expect.any(Function),
    );
  });

  test.each([
    { reason: "SOCKET_DISCONNECTED" },
    { reason: "ERR_JOIN_CHANNEL_TIMEOUT" },
    { code: 110 },
    { code: 1090 },
    undefined,
    null,
    "error",
  ])("the error %j has no effect", async (event) => {
    const call = createCall();
    await call.join();
    const sdk = createLegacySdk();
    call.keys.attach(sdk);
    sdk.emitError(event);
    await call.time.runFor(100);
    expect(sdk.renewChannelKey).not.toHaveBeenCalled();
  });

  test("the key is passed again when its callback reports a failure, or it throws", async () => {
    const call = createCall();
    await call.join();
    let turns = 0;
    const sdk = createLegacySdk((onSuccess, onFailure) => {
      turns++;
      if (turns === 1) return onFailure("busy");
      if (turns === 2) throw new Error("busy");
      onSuccess();
    });
    call.keys.attach(sdk);
    sdk.emitError({ reason: "DYNAMIC_KEY_TIMEOUT" });
    await call.time.runFor(100);
    expect(turns).toBe(3);
  });

  test("its listeners are removed by removeEventListener, which it has instead of `off`", () => {
    const { keys } = createCall();
    const listeners = new Set<string>();
    const sdk = {
      on: (event: string) => listeners.add(event),
      removeEventListener: (event: string) => listeners.delete(event),
      renewChannelKey: () => {},
    };
    const detach = keys.attach(sdk);
    expect(listeners).toContain("error");
    detach();
    expect([...listeners]).toEqual([]);
  });

  test("can be detached although it can't remove listeners", async () => {
    const call = createCall();
    await call.join();
    const sdk = createLegacySdk();
    call.keys.attach(sdk)();
    sdk.emitError({ reason: "DYNAMIC_KEY_TIMEOUT" });
    await call.time.runFor(100);
    expect(sdk.renewChannelKey).not.toHaveBeenCalled();
    expect(call.service.requests.length).toBe(1);
  });
});
