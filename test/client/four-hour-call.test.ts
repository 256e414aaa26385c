// A four-hour call with keys of an hour, in simulated time. Whatever happens, the SDK always has a
// valid key.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Call, createCall } from "./simulation/call.ts";
import { makeGrant } from "./simulation/service.ts";

const MINUTE = 60;
const HOUR = 3600;
const host = globalThis as unknown as EventTarget;

/** Node's global object has no events of its own. */
function stubEvents(names: { new (): EventTarget }) {
  const target = new names();
  vi.stubGlobal("addEventListener", target.addEventListener.bind(target));
  vi.stubGlobal("removeEventListener", target.removeEventListener.bind(target));
  vi.stubGlobal("dispatchEvent", target.dispatchEvent.bind(target));
}

async function fourHours(call: Call, during: (call: Call) => void = () => {}): Promise<Call> {
  // The SDK's own events would hide a late renewal: the plan has to do without them.
  call.sdk.isMute = true;
  await call.join();
  during(call);
  await call.time.runFor(4 * HOUR);
  call.keys.close();
  return call;
}

function expectNeverLate({ sdk, service, happened }: Call): void {
  expect(sdk.removedAt).toEqual([]);
  expect(happened.stopped).toEqual([]);
  expect(service.mostInFlight).toBe(1);
}

/**
 * Runs a call for each of 40 seeds. The fault comes 90 s later each time, so that it meets a key of
 * every age.
 */
async function atEveryAge(run: (seed: number, faultAt: number) => Promise<void>): Promise<void> {
  for (let seed = 1; seed <= 40; seed++) await run(seed, 20 * MINUTE + seed * 90);
}

describe("a four-hour call", () => {
  test("renews a few times, and never late, without faults", () =>
    atEveryAge(async (seed) => {
      const call = await fourHours(createCall({}, {}, seed));
      expectNeverLate(call);
      expect(call.service.requests.length).toBeGreaterThanOrEqual(6);
      expect(call.service.requests.length).toBeLessThanOrEqual(8);
      expect(call.happened.retrying).toEqual([]);
      expect(call.sdk.renewals.length).toBe(call.service.requests.length - 1);
    }));

  test("is never late with 10 minutes offline, even without an event that it is online again", () =>
    atEveryAge(async (seed, faultAt) => {
      expectNeverLate(
        await fourHours(createCall({}, {}, seed), ({ service }) =>
          service.faultDuring(faultAt, 10 * MINUTE, "offline"),
        ),
      );
    }));

  test("is never late with 10 minutes without any response", () =>
    atEveryAge(async (seed, faultAt) => {
      expectNeverLate(
        await fourHours(createCall({}, {}, seed), ({ service }) =>
          service.faultDuring(faultAt, 10 * MINUTE, "silence"),
        ),
      );
    }));

  test("is never late with 5xx for 5 minutes", () =>
    atEveryAge(async (seed, faultAt) => {
      const codes = [
        { status: 500 },
        { status: 503, code: "revocations_unavailable" },
        { status: 502, body: "" },
      ];
      expectNeverLate(
        await fourHours(createCall({}, {}, seed), ({ service }) =>
          service.faultDuring(faultAt, 5 * MINUTE, codes[seed % 3] as { status: number }),
        ),
      );
    }));

  test("is never late with 429, and sends no request during Retry-After", () =>
    atEveryAge(async (seed, faultAt) => {
      const call = createCall({}, {}, seed);
      await fourHours(call, ({ service }) =>
        service.faultDuring(faultAt, 10 * MINUTE, {
          status: 429,
          code: "rate_limited",
          retryAfter: "120",
        }),
      );
      expectNeverLate(call);
      const refused = call.happened.retrying.map(({ atSeconds }) => atSeconds);
      for (const atSeconds of refused) {
        const next = call.service.requests.find((request) => request.atSeconds > atSeconds);
        expect((next?.atSeconds ?? 0) - atSeconds).toBeGreaterThanOrEqual(120);
      }
    }));

  test.each([-1, 1])("is never late with a device clock that is wrong by %i hour", (hours) =>
    atEveryAge(async (seed) => {
      const call = createCall({}, {}, seed);
      call.device.clockErrorSeconds = hours * HOUR;
      expectNeverLate(await fourHours(call));
      expect(call.service.requests.length).toBeLessThanOrEqual(8);
    }),
  );

  test.each([-1, 1])("is never late with a device clock that jumps by %i hour", (hours) =>
    atEveryAge(async (seed, faultAt) => {
      const call = await fourHours(createCall({}, {}, seed), ({ time, device }) => {
        time.after(faultAt * 1000, () => {
          device.clockErrorSeconds += hours * HOUR;
        });
      });
      expectNeverLate(call);
      expect(call.service.requests.length).toBeLessThanOrEqual(9);
    }),
  );

  test("is never late with grants of 40 minutes: it fetches the next one in time", () =>
    atEveryAge(async (seed) => {
      let grants = 0;
      const call = createCall(
        { grant: () => makeGrant(call.time.nowSeconds + 40 * MINUTE + seed, String(++grants)) },
        {},
        seed,
      );
      expectNeverLate(await fourHours(call));
      expect(grants).toBeGreaterThanOrEqual(6);
      expect(call.happened.retrying).toEqual([]);
    }));

  test("is never late with a grant function that fails for 5 minutes", () =>
    atEveryAge(async (_seed, faultAt) => {
      const call = createCall({
        grant: async () => {
          const { nowSeconds } = call.time;
          if (nowSeconds >= from && nowSeconds < from + 5 * MINUTE)
            throw new Error("The business server is down");
          return makeGrant(nowSeconds + HOUR);
        },
      });
      const from = call.time.nowSeconds + faultAt;
      expectNeverLate(await fourHours(call));
    }));

  test("is never late with its first endpoint down for three hours", () =>
    atEveryAge(async (seed) => {
      const endpoints = ["https://one.example", "https://two.example"];
      const call = await fourHours(createCall({ endpoints }, {}, seed), ({ service }) =>
        service.faultDuring(0, 3 * HOUR, seed % 2 ? "silence" : "offline", endpoints[0]),
      );
      expectNeverLate(call);
      expect(call.happened.retrying).toEqual([]);
      expect(call.service.requests.at(-1)?.endpoint).toBe(endpoints[0]);
    }));

  test.each(["freeze", "suspend"] as const)("renews within a minute after an hour's %s", (kind) =>
    atEveryAge(async (seed, faultAt) => {
      const call = createCall({}, {}, seed);
      let wakes = 0;
      await fourHours(call, ({ time, device }) => {
        wakes = time.nowSeconds + faultAt + HOUR;
        time.after(faultAt * 1000, () => device[kind](HOUR));
      });
      // Nothing can renew during sleep. What counts is the time since it woke.
      const renewal = call.sdk.renewals.find(({ atSeconds }) => atSeconds >= wakes);
      expect((renewal?.atSeconds ?? 0) - wakes).toBeLessThanOrEqual(61);
      expect(call.sdk.removedAt.filter((atSeconds) => atSeconds > wakes)).toEqual([]);
      expect(call.happened.stopped).toEqual([]);
    }),
  );
});

describe("a device that wakes up or is online again", () => {
  beforeEach(() => {
    stubEvents(EventTarget);
    vi.stubGlobal("document", new EventTarget());
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  test.each([
    ["pageshow", () => host.dispatchEvent(new Event("pageshow"))],
    [
      "visibilitychange",
      () =>
        (globalThis as unknown as { document: EventTarget }).document.dispatchEvent(
          new Event("visibilitychange"),
        ),
    ],
    ["online", () => host.dispatchEvent(new Event("online"))],
  ])("renews at once on %s after a sleep that stopped its timers", async (_, dispatch) => {
    const call = createCall();
    call.sdk.isMute = true;
    await call.join();
    call.device.suspend(HOUR);
    await call.time.runFor(HOUR);
    const before = call.service.requests.length;
    dispatch();
    await call.time.runFor(1);
    expect(call.service.requests.length).toBe(before + 1);
    expect(call.sdk.renewals.length).toBe(before);
  });

  test("sends a request at once when it is online again and somebody waits", async () => {
    const call = createCall();
    call.service.faultDuring(0, 10 * MINUTE, "offline");
    const key = call.keys.get();
    await call.time.runFor(10 * MINUTE);
    const before = call.service.requests.length;
    host.dispatchEvent(new Event("online"));
    await call.time.runFor(1.2);
    expect(call.service.requests.length).toBe(before + 1);
    await expect(key).resolves.toMatch(/^005/);
  });

  test("moves a retry forward to a tenth of the rest when it is online again", async () => {
    const call = createCall();
    await call.join();
    call.sdk.isMute = true;
    call.service.faultDuring(0, HOUR, "offline");
    while (!call.happened.retrying.length) await call.time.runFor(MINUTE);
    call.service.faults.length = 0;
    const { time, keys, service, sdk } = call;
    const left = (keys.current?.expiresAt as number) - time.nowSeconds;
    host.dispatchEvent(new Event("online"));
    const before = service.requests.length;
    await time.runFor(left / 10);
    expect(service.requests.length).toBe(before + 1);
    expect(sdk.removedAt).toEqual([]);
  });
});
