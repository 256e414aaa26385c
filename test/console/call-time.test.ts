import { expect, test } from "vitest";
import { createCallTime, type RealTime } from "../../src/console/model/call-time.ts";

/** A fake of real time, which passes when a test says so. */
function fakeTime() {
  let now = 0;
  const timers = new Map<number, { due: number; callback: () => void }>();
  let last = 0;
  const real: RealTime = {
    now: () => now,
    setTimeout(callback, delay) {
      timers.set(++last, { due: now + delay, callback });
      return last;
    },
    clearTimeout: (timer) => void timers.delete(timer as number),
  };
  const pass = (ms: number) => {
    const end = now + ms;
    for (;;) {
      const [next] = [...timers].sort(([, a], [, b]) => a.due - b.due);
      if (!next || next[1].due > end) break;
      timers.delete(next[0]);
      now = next[1].due;
      next[1].callback();
    }
    now = end;
  };
  return { real, pass, waiting: () => timers.size };
}

test("runs as many times faster as its speed says, and so do its timers", () => {
  const { real, pass } = fakeTime();
  const time = createCallTime(real, 60);
  const went: string[] = [];
  time.setTimeout(() => went.push(`b at ${time.now()}`), 120_000);
  time.setTimeout(() => went.push(`a at ${time.now()}`), 60_000);
  const cleared = time.setTimeout(() => went.push("never"), 90_000);
  pass(999);
  expect(went).toEqual([]);
  pass(1);
  time.clearTimeout(cleared);
  pass(1000);
  expect(went).toEqual(["a at 60000", "b at 120000"]);
});

test("a new speed holds from then on, also for timers that are set", () => {
  const { real, pass } = fakeTime();
  const time = createCallTime(real, 10);
  let wentAt: number | undefined;
  time.setTimeout(() => {
    wentAt = real.now();
  }, 20_000);
  pass(1000);
  time.setSpeed(100);
  expect(time.now()).toBe(10_000);
  pass(1000);
  expect(wentAt).toBe(1100);
  expect(time.now()).toBe(110_000);
});

test("while a request is under way it runs at real speed", async () => {
  const { real, pass } = fakeTime();
  const time = createCallTime(real, 600);
  let respond: (value: string) => void = () => {};
  const request = time.during(() => new Promise<string>((resolve) => (respond = resolve)));
  pass(50);
  expect(time.now()).toBe(50);
  respond("done");
  expect(await request).toBe("done");
  pass(1);
  expect(time.now()).toBe(650);
  await expect(time.during(() => Promise.reject(new Error("failed")))).rejects.toThrow("failed");
  pass(1);
  expect(time.now()).toBe(1250);
});

test("no timer is left once it has stopped", () => {
  const { real, pass, waiting } = fakeTime();
  const time = createCallTime(real, 1);
  time.setTimeout(() => expect.unreachable(), 10);
  time.stop();
  expect(waiting()).toBe(0);
  pass(20);
});
