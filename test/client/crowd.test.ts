// 100,000 clients that joined within the same second. Keys of five minutes instead of an hour, for time's sake: the windows
// shrink with them, and the chart in docs/ (`npm run chart:renewals`) shows an hour.

import { describe, expect, it } from "vitest";
import { simulateCrowd } from "./simulation/crowd.ts";

const CLIENTS = 100_000;
const LIFE_SECONDS = 300;
/** From renewAt (half of the life) on, three fifths of the time to the end. */
const WINDOW_SECONDS = 90;
const MEAN = CLIENTS / WINDOW_SECONDS;

describe("100,000 clients that joined together", { timeout: 600_000 }, () => {
  it("renew one by one: the busiest second sees less than twice the mean of the renewal window, and none is late", async () => {
    const { requestsBySecond, late } = await simulateCrowd({
      clients: CLIENTS,
      expiresIn: LIFE_SECONDS,
      seed: 1,
    });
    expect(late).toBe(0);
    expect(requestsBySecond.reduce((sum, count) => sum + count, 0)).toBe(CLIENTS);
    expect(Math.max(...requestsBySecond)).toBeLessThan(1.2 * MEAN);
  });

  // Ten minutes of an hour: as it begins to renew, in the middle, and as the last planned renewals are due.
  it.each([150, 170, 190])(
    "come back one by one after an outage of a sixth of a key's life, %i s into it",
    async (from) => {
      const outage = { from, seconds: 50 };
      const { requestsBySecond, late } = await simulateCrowd({
        clients: CLIENTS,
        expiresIn: LIFE_SECONDS,
        seed: 1,
        outage,
      });
      expect(late).toBe(0);
      expect(Math.max(...requestsBySecond)).toBeLessThan(1.75 * MEAN);
    },
  );
});
