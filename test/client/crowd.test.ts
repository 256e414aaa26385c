// A crowd of clients that joined within the same second: their renewals must not come together.
// `npm test` simulates 10,000 clients, `npm run simulate` 100,000. To save time the keys last five
// minutes; the chart in docs/ shows keys of an hour (`npm run chart:renewals`).

import { describe, expect, inject, test } from "vitest";
import { simulateCrowd } from "./simulation/crowd.ts";

declare module "vitest" {
  interface ProvidedContext {
    crowdClients: number;
  }
}

const CLIENTS = inject("crowdClients");
const LIFE_SECONDS = 300;
/** From renewAt (half of the life) on, three fifths of the time to the expiry. */
const WINDOW_SECONDS = 90;
/** Requests in a second of the window, if they are spread evenly. */
const MEAN = CLIENTS / WINDOW_SECONDS;

/**
 * The most requests that a second may see where `density` times the mean are expected in the
 * busiest one. Each client draws its moments by itself, so that the count of one second is
 * binomial, and its standard deviation is at most the square root of what is expected. Only one
 * second in 30,000 is four of these above it by chance. For 100,000 clients and a density of 1 this
 * is 1.12 times the mean, for 10,000 clients 1.38 times.
 */
function mostRequests(density: number): number {
  const expected = density * MEAN;
  return expected + 4 * Math.sqrt(expected);
}

describe(`${CLIENTS} clients that joined together`, { timeout: 600_000 }, () => {
  test("renew spread evenly over the renewal window, and none is late", async () => {
    const { requestsBySecond, late } = await simulateCrowd({
      clients: CLIENTS,
      expiresIn: LIFE_SECONDS,
      seed: 1,
    });
    expect(late).toBe(0);
    expect(requestsBySecond.reduce((sum, count) => sum + count, 0)).toBe(CLIENTS);
    expect(Math.max(...requestsBySecond)).toBeLessThan(mostRequests(1));
  });

  // A sixth of a key's life is ten minutes of an hour. The outage begins with the renewals, in the
  // middle of them, or near their end. Clients that failed then come beside those whose renewal is
  // still to come: 1.58 times the mean is expected in the busiest second, measured with 400,000
  // clients.
  test.each([150, 170, 190])(
    "come back spread out after an outage of a sixth of a key's life, %i s into it",
    async (from) => {
      const { requestsBySecond, late } = await simulateCrowd({
        clients: CLIENTS,
        expiresIn: LIFE_SECONDS,
        seed: 1,
        outage: { from, seconds: 50 },
      });
      expect(late).toBe(0);
      expect(Math.max(...requestsBySecond)).toBeLessThan(mostRequests(1.58));
    },
  );
});
