// What renewal depends on, for any times and any random numbers.

import fc from "fast-check";
import type { IssuedKey } from "latchkey/client";
import { describe, expect, test } from "vitest";
import {
  backoffSeconds,
  renewalDelaySeconds,
  retryDelaySeconds,
} from "../../src/client/renewal-plan.ts";
import { renewAt } from "./simulation/service.ts";

const now = 1_800_000_000;
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const issued = (life: number): IssuedKey => ({
  key: "005",
  version: 5,
  service: "mediaChannel",
  appId: "",
  channel: "",
  uid: 1,
  randomInt: 1,
  issuedAt: now,
  joinBefore: now + 300,
  expiresAt: now + life,
  renewAt: renewAt(now, now + life),
  serverTime: now,
});

describe("renewalDelaySeconds", () => {
  test("leaves 40 s, where renewAt does: an SDK asks 30 s before its key expires", () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 86_400 }), random, (life, chance) => {
        const key = issued(life);
        const delay = renewalDelaySeconds(key, now, chance);
        const lead = now + life - (key.renewAt as number);
        expect(life - delay).toBeGreaterThanOrEqual(Math.min(40, lead));
        expect(delay).toBeGreaterThanOrEqual(life - lead);
      }),
    );
  });

  test("is never before renewAt, and leaves two fifths of the rest or eleven minutes", () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 86_400 }), random, (life, chance) => {
        const key = issued(life);
        const delay = renewalDelaySeconds(key, now, chance);
        const lead = life - ((key.renewAt as number) - now);
        expect(delay).toBeGreaterThanOrEqual(life - lead);
        expect(life - delay).toBeGreaterThanOrEqual(Math.min(660, 0.4 * lead) - 1e-6);
      }),
    );
  });
});

describe("backoffSeconds", () => {
  test("doubles up to half a minute", () => {
    expect([1, 2, 3, 4, 5, 6, 7, 1000].map((attempt) => backoffSeconds(attempt, 1))).toEqual([
      1, 2, 4, 8, 16, 30, 30, 30,
    ]);
  });
});

describe("retryDelaySeconds", () => {
  test("leaves ten seconds for a last request while a minute is left", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.double({ min: 60, max: 90_000, noNaN: true }),
        random,
        (attempt, left, chance) => {
          expect(retryDelaySeconds(attempt, left, chance)).toBeLessThanOrEqual(left - 10);
        },
      ),
    );
  });

  test("is the backoff of one who waits when no time is left", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.double({ min: -90_000, max: 0, noNaN: true }),
        random,
        (attempt, left, chance) => {
          expect(retryDelaySeconds(attempt, left, chance)).toBe(backoffSeconds(attempt, chance));
        },
      ),
    );
  });
});
