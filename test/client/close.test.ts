// After close() there is no timer, no listener, no request, and no promise that waits.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createCall, DAY_SECONDS } from "./simulation/call.ts";
import { makeGrant } from "./simulation/service.ts";

/** An event target that counts its listeners. */
function createTarget() {
  const listeners = new Set<string>();
  const ids = new Map<unknown, number>();
  const id = (event: string, listener: unknown) => {
    if (!ids.has(listener)) ids.set(listener, ids.size);
    return `${event} ${ids.get(listener)}`;
  };
  return {
    listeners,
    addEventListener: (event: string, listener: unknown) => void listeners.add(id(event, listener)),
    removeEventListener: (event: string, listener: unknown) =>
      void listeners.delete(id(event, listener)),
  };
}

const page = createTarget();
const windowTarget = createTarget();
beforeEach(() => {
  vi.stubGlobal("document", page);
  vi.stubGlobal("addEventListener", windowTarget.addEventListener);
  vi.stubGlobal("removeEventListener", windowTarget.removeEventListener);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

type Call = ReturnType<typeof createCall>;
const states: [string, (call: Call) => Promise<void>][] = [
  ["at the start", async () => {}],
  [
    "with a request under way",
    async ({ keys, time }) => {
      keys.get().catch(() => {});
      await time.runFor(0.01);
    },
  ],
  [
    "with a request that gets no response",
    async ({ keys, time, service }) => {
      service.faultDuring(0, 60, "silence");
      keys.get().catch(() => {});
      await time.runFor(5);
    },
  ],
  [
    "between two attempts",
    async ({ keys, time, service }) => {
      service.faultDuring(0, 60, "offline");
      keys.get().catch(() => {});
      await time.runFor(20);
    },
  ],
  [
    "in mid-call",
    async (call) => {
      await call.join();
      await call.time.runFor(1000);
    },
  ],
  [
    "with a key that the SDK does not take",
    async (call) => {
      await call.join();
      call.sdk.renewToken = () => Promise.reject(new Error("busy"));
      call.sdk.emit("token-privilege-will-expire");
      await call.time.runFor(1.1);
    },
  ],
];

describe.each(states)("close() %s", (_, reach) => {
  test("leaves nothing running", async () => {
    const call = createCall();
    await reach(call);
    call.keys.close();
    call.keys.close();
    const { requests } = call.service;
    const { length } = requests;
    expect(call.device.timers.size).toBe(0);
    expect([...page.listeners, ...windowTarget.listeners]).toEqual([]);
    expect(call.sdk.listenerCount).toBe(0);
    const before = JSON.stringify(call.happened);
    call.sdk.emit("token-privilege-did-expire");
    await call.time.runFor(DAY_SECONDS);
    expect(requests.length).toBe(length);
    expect(call.service.inFlight).toBe(0);
    expect(JSON.stringify(call.happened)).toBe(before);
    expect(call.device.timers.size).toBe(0);
    await expect(call.keys.get()).rejects.toMatchObject({ name: "KeySourceError", code: "closed" });
    expect(call.keys.attach(call.sdk)).toBeTypeOf("function");
    expect(call.sdk.listenerCount).toBe(0);
  });
});

describe("close()", () => {
  test("rejects every get() that waits, and aborts the request", async () => {
    const call = createCall();
    const both = Promise.allSettled([call.keys.get(), call.keys.get()]);
    await call.time.runFor(0.01);
    call.keys.close();
    for (const outcome of await both)
      expect(outcome).toMatchObject({ status: "rejected", reason: { code: "closed" } });
    expect(call.service.requests[0]?.init.signal.aborted).toBe(true);
  });

  test.each([0, 1, 2, 3, 4, 5, 6])(
    "between a grant and its request, %i promises later: the request is aborted or never sent",
    async (turns) => {
      let release: (grant: string) => void = () => {};
      const call = createCall({
        grant: () =>
          new Promise((resolve) => {
            release = resolve;
          }),
      });
      call.keys.get().catch(() => {});
      await call.time.runFor(1);
      release(makeGrant(call.time.nowSeconds + 3600));
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      const { length } = call.service.requests;
      call.keys.close();
      await call.time.runFor(100);
      expect(call.service.requests.length).toBe(length);
      expect(call.service.inFlight).toBe(0);
      expect(call.device.timers.size).toBe(0);
    },
  );

  test("in a listener: the other listeners are not called", async () => {
    const call = createCall();
    const other = vi.fn();
    call.keys.on("renewed", () => call.keys.close());
    call.keys.on("renewed", other);
    call.keys.get().catch(() => {});
    await call.time.runFor(10);
    expect(other).not.toHaveBeenCalled();
    expect(call.device.timers.size).toBe(0);
  });
});

describe("in Node", () => {
  test("the process stays alive for a get(), but not for a planned renewal", async () => {
    const refs = { held: 0, free: 0 };
    const call = createCall();
    const { setTimeout: start } = call.device.platform;
    const { createKeySource } = await import("latchkey/client");
    const keys = createKeySource({
      endpoint: "https://keys.example",
      grant: makeGrant(call.time.nowSeconds + DAY_SECONDS),
      channel: "room-1",
      ...call.device.platform,
      fetch: call.service.fetch,
      random: () => 0.5,
      setTimeout(callback, delayMs) {
        refs.held++;
        const timer = start(callback, delayMs);
        return Object.assign(timer as object, {
          unref() {
            refs.held--;
            refs.free++;
          },
        });
      },
    });
    call.service.faultDuring(0, 3, "offline");
    const key = keys.get();
    await call.time.runFor(3);
    expect(refs.free).toBe(0);
    expect(refs.held).toBeGreaterThan(2);
    await call.time.runFor(10);
    await key;
    const { held } = refs;
    await call.time.runFor(1000);
    expect(refs.held).toBe(held);
    expect(refs.free).toBeGreaterThan(10);
    keys.close();
  });
});
