// Random schedules of faults: one request at a time, always a valid key where the faults leave time
// to get one, and nothing after close().

import fc from "fast-check";
import { expect, test } from "vitest";
import { createCall } from "./simulation/call.ts";
import type { Fault } from "./simulation/service.ts";

const HOUR = 3600;
const fault = fc.constantFrom<Fault>(
  "offline",
  "silence",
  { status: 500, code: "internal" },
  { status: 503, code: "not_configured", retryAfter: "30" },
  { status: 429, code: "rate_limited", retryAfter: "10" },
  { status: 200, body: "<html>" },
);
/** Outages of ten minutes at most, with at least as long in between. */
const outages = fc.array(
  fc.record({
    gap: fc.integer({ min: 600, max: 3000 }),
    seconds: fc.integer({ min: 1, max: 600 }),
    fault,
  }),
  { minLength: 1, maxLength: 8 },
);

test("there is always a valid key through outages of ten minutes, ten minutes apart", async () => {
  await fc.assert(
    fc.asyncProperty(outages, fc.integer(), async (schedule, seed) => {
      const call = createCall({}, {}, seed);
      call.sdk.isMute = true;
      await call.join();
      let from = 0;
      for (const { gap, seconds, fault: kind } of schedule) {
        call.service.faultDuring(from + gap, seconds, kind);
        from += gap + seconds;
      }
      await call.time.runFor(4 * HOUR);
      expect(call.sdk.removedAt).toEqual([]);
      expect(call.service.mostInFlight).toBe(1);
      call.keys.close();
      const { length } = call.service.requests;
      expect(call.device.timers.size).toBe(0);
      await call.time.runFor(HOUR);
      expect(call.service.requests.length).toBe(length);
    }),
    { numRuns: 60, seed: 4 },
  );
});

test("there is one request at a time, and never two within a second", async () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant("get" as const) }),
    fc.record({
      do: fc.constantFrom(
        "token-privilege-will-expire" as const,
        "token-privilege-did-expire" as const,
      ),
    }),
    fc.record({
      do: fc.constant("fault" as const),
      fault,
      seconds: fc.integer({ min: 1, max: 300 }),
    }),
    fc.record({ do: fc.constant("jump" as const), seconds: fc.integer({ min: -7200, max: 7200 }) }),
    fc.record({
      do: fc.constantFrom("freeze" as const, "wait" as const),
      seconds: fc.integer({ min: 1, max: 2000 }),
    }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.integer(), async (steps, seed) => {
      const call = createCall({}, {}, seed);
      call.keys.attach(call.sdk);
      for (const now of steps) {
        if (now.do === "get") call.keys.get().catch(() => {});
        else if (now.do === "fault") call.service.faultDuring(0, now.seconds, now.fault);
        else if (now.do === "jump") call.device.clockErrorSeconds += now.seconds;
        else if (now.do === "freeze") call.device.freeze(now.seconds);
        else if (now.do !== "wait") call.sdk.emit(now.do);
        await call.time.runFor("seconds" in now ? now.seconds : 0.5);
      }
      call.keys.close();
      expect(call.service.mostInFlight).toBeLessThanOrEqual(1);
      const times = call.service.requests.map(({ atSeconds }) => atSeconds);
      times.slice(1).forEach((atSeconds, index) => {
        expect(atSeconds - (times[index] as number)).toBeGreaterThan(0.99);
      });
      expect(call.device.timers.size).toBe(0);
    }),
    { numRuns: 100, seed: 4 },
  );
});
