// get({ signal }): aborting rejects that get() alone, and nothing goes on for nobody.

import { expect, test } from "vitest";
import { createCall } from "./simulation/call.ts";

/** What became of a promise so far. */
function watch(promise: Promise<unknown>) {
  const seen: { value?: unknown; reason?: unknown } = {};
  promise.then(
    (value) => {
      seen.value = value;
    },
    (reason) => {
      seen.reason = reason;
    },
  );
  return seen;
}

test("rejects with the signal's reason; another get() goes on with the same request", async () => {
  const { time, service, keys } = createCall();
  const controller = new AbortController();
  const aborted = watch(keys.get({ signal: controller.signal }));
  const other = watch(keys.get());
  await time.runFor(0.01);
  controller.abort("hung up");
  await time.runFor(0);
  expect(aborted).toEqual({ reason: "hung up" });
  expect(service.requests[0]?.init.signal.aborted).toBe(false);
  await time.runFor(1);
  expect(other).toEqual({ value: "005key1" });
  expect(service.requests.length).toBe(1);
});

test("without a reason, rejects with an AbortError", async () => {
  const { time, keys } = createCall();
  const controller = new AbortController();
  const seen = watch(keys.get({ signal: controller.signal }));
  controller.abort();
  await time.runFor(0);
  expect(seen.reason).toMatchObject({ name: "AbortError" });
});

test("rejects at once with a signal that is aborted already, and requests nothing", async () => {
  const { time, service, keys } = createCall();
  await expect(keys.get({ signal: AbortSignal.abort("over") })).rejects.toBe("over");
  void keys.get();
  await time.runFor(1);
  await expect(keys.get({ signal: AbortSignal.abort("over") })).rejects.toBe("over");
  expect(service.requests.length).toBe(1);
});

test("the key of a request whose get() was aborted is kept for the next one", async () => {
  const { time, service, keys } = createCall();
  const controller = new AbortController();
  keys.get({ signal: controller.signal }).catch(() => {});
  await time.runFor(0.01);
  controller.abort();
  await time.runFor(1);
  expect(await keys.get()).toBe("005key1");
  expect(service.requests.length).toBe(1);
});

test("the retries end with the last get(), and no timer is left", async () => {
  const { time, device, service, keys } = createCall();
  service.faultDuring(0, 3600, { status: 429, code: "rate_limited", retryAfter: "600" });
  const controllers = [new AbortController(), new AbortController()];
  for (const { signal } of controllers) keys.get({ signal }).catch(() => {});
  await time.runFor(1);
  controllers[0]?.abort();
  expect(device.timers.size).toBe(1);
  controllers[1]?.abort();
  expect(device.timers.size).toBe(0);
  await time.runFor(3600);
  expect(service.requests.length).toBe(1);
});

test("a get() with a time limit, again and again, does not cut the backoff short", async () => {
  const [one, many] = [createCall(), createCall()];
  for (const { service } of [one, many]) service.faultDuring(0, 300, "offline");
  void one.keys.get();
  await one.time.runFor(120);
  for (let turn = 0; turn < 120; turn++) {
    const controller = new AbortController();
    many.keys.get({ signal: controller.signal }).catch(() => {});
    await many.time.runFor(0.99);
    controller.abort();
    await many.time.runFor(0.01);
  }
  expect(many.service.requests.length).toBeLessThanOrEqual(one.service.requests.length + 1);
});

test("in mid-call the renewal goes on when a get() is aborted", async () => {
  const call = createCall();
  await call.join();
  await call.time.runFor(1000);
  const controller = new AbortController();
  call.service.faultDuring(0, 10, "offline");
  call.keys.get({ signal: controller.signal }).catch(() => {});
  await call.time.runFor(1.5);
  controller.abort();
  await call.time.runFor(2590);
  expect(call.sdk.renewals.length).toBe(1);
  expect(call.sdk.removedAt).toEqual([]);
});

test("a signal that outlives many calls keeps no listener of them", async () => {
  const { time, keys } = createCall({}, { expiresIn: 60 });
  const { signal } = new AbortController();
  let listeners = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listeners++;
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listeners--;
    remove(...args);
  };
  for (let turn = 0; turn < 5; turn++) {
    const key = keys.get({ signal });
    await time.runFor(100);
    await key;
  }
  expect(listeners).toBe(0);
});
