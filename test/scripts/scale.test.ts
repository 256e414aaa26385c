// docs/scale.md has the tables that the script computes, and the script reckons as Cloudflare does.

import { describe, expect, test } from "vitest";
import { PRICES } from "../../scripts/scale/inputs.ts";
import {
  billOf,
  boundsOf,
  clientsToReach,
  freeClients,
  type Load,
  loadOf,
} from "../../scripts/scale/model.ts";
import { scaleTables, tablesOfDocument } from "../../scripts/scale.ts";

test("the document has the tables that the script prints", async () => {
  expect(tablesOfDocument()).toBe(await scaleTables());
});

describe("a bill", () => {
  const nothing: Load = {
    requestsPerSecond: 0,
    requests: 0,
    cpuMilliseconds: 0,
    isolates: 0,
    kvReads: 0,
    kvWrites: 0,
    objectRequestsPerSecond: 0,
    objectRequests: 0,
    objectGigabyteSeconds: 0,
    logLines: 0,
  };

  test("is the subscription where all is included", () => {
    expect(billOf(nothing).total).toBe(PRICES.subscription);
    expect(billOf({ ...nothing, requests: 10e6, kvReads: 10e6 }).total).toBe(PRICES.subscription);
  });

  // From the page of Workers' prices.
  test.for([
    [15e6, 8],
    [100e6, 45.4],
  ] as const)("of %i requests of 7 ms is that of Cloudflare's example", ([requests, total]) => {
    const load = { ...nothing, requests, cpuMilliseconds: requests * 7 };
    expect(billOf(load).total).toBeCloseTo(total, 2);
  });
});

test("more clients, or more frequent renewals, are never less load or cheaper", () => {
  let before = 0;
  for (const clients of [1, 1e3, 1e6, 1e8, 1e10]) {
    const totals = [3600, 1800, 600, 60].map((interval) => billOf(loadOf(clients, interval)).total);
    expect(totals).toEqual([...totals].sort((a, b) => a - b));
    expect(totals[0]).toBeGreaterThanOrEqual(before);
    before = totals[0] ?? 0;
  }
});

test("a bound is reached at the number of clients that is said, and not before", () => {
  for (const { what } of boundsOf(1, 600)) {
    const clients = clientsToReach(what, 600);
    const loadAt = (count: number) => {
      const bound = boundsOf(count, 600).find((one) => one.what === what);
      return (bound?.load ?? 0) / (bound?.most ?? 1);
    };
    expect(loadAt(clients)).toBeGreaterThanOrEqual(1);
    expect(loadAt(clients * 0.999)).toBeLessThan(1);
  }
});

test("the free plan has 100,000 requests a day for all", () => {
  expect(freeClients(86_400)).toBeLessThan(100_000);
  expect(freeClients(600)).toBe(Math.floor(100_000 / (144 + 6)));
});
