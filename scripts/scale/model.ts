// What a month of so many clients takes and costs. Pure.

import {
  EJECTION_PAUSE_MILLISECONDS,
  REVOCATION_BROAD_ROOM_BYTES,
  REVOCATION_LIST_MAX_BYTES,
  REVOCATION_REFRESH_SECONDS,
  REVOCATION_REPUBLISH_SECONDS,
  REVOCATION_SNAPSHOT_CACHE_SECONDS,
} from "../../src/platform/limits.ts";
import { ASSUMED, CLIENTS, LIMITS, MEASURED, PRICES } from "./inputs.ts";

const DAY_SECONDS = 86_400;

/** What is billed or limited. Of a month, unless the name says otherwise. */
export interface Load {
  readonly requestsPerSecond: number;
  readonly requests: number;
  readonly cpuMilliseconds: number;
  readonly isolates: number;
  readonly kvReads: number;
  readonly kvWrites: number;
  readonly objectRequestsPerSecond: number;
  readonly objectRequests: number;
  readonly objectGigabyteSeconds: number;
  /** As shipped: a line for each grant that the service gives, and for each revocation. */
  readonly logLines: number;
}

/** `intervalSeconds`: the mean time between two requests for a key of one client. */
export function loadOf(
  clients: number,
  intervalSeconds: number,
  list: { readonly cpuMilliseconds: number } = MEASURED.lists[0],
): Load {
  const seconds = ASSUMED.daysOfMonth * DAY_SECONDS;
  const keysPerSecond = clients / intervalSeconds;
  const grantsPerSecond = clients / (ASSUMED.grantHours * 3600);
  const requestsPerSecond = keysPerSecond + grantsPerSecond;
  const requests = requestsPerSecond * seconds;
  const isolates = isolatesOf(requestsPerSecond);
  const starts = (isolates * seconds) / (ASSUMED.isolateHours * 3600);
  const share = clients / CLIENTS;
  const changes = ASSUMED.revocationsPerDay * share * ASSUMED.daysOfMonth;
  // An isolate takes a list after each change, but no more often than Workers KV shows a new one.
  const taken = isolates * Math.min(changes, seconds / REVOCATION_SNAPSHOT_CACHE_SECONDS);
  const cpuMilliseconds =
    requests * MEASURED.keyCpuMilliseconds +
    starts * MEASURED.startCpuMilliseconds +
    taken * list.cpuMilliseconds;
  const objectRequestsPerSecond = isolates / MEASURED.objectQuestionSeconds;
  const kvWrites = seconds / REVOCATION_REPUBLISH_SECONDS + changes;
  return {
    requestsPerSecond,
    requests,
    cpuMilliseconds,
    isolates,
    kvReads: (isolates * seconds) / REVOCATION_REFRESH_SECONDS,
    kvWrites,
    objectRequestsPerSecond,
    objectRequests: objectRequestsPerSecond * seconds + changes + kvWrites,
    objectGigabyteSeconds: seconds * LIMITS.objectGigabytes,
    logLines: grantsPerSecond * seconds + changes,
  };
}

function isolatesOf(requestsPerSecond: number): number {
  const least = ASSUMED.locations * ASSUMED.isolatesPerLocation;
  return Math.max(least, requestsPerSecond / ASSUMED.requestsPerSecondOfIsolate);
}

const BILLED = [
  "requests",
  "cpuMilliseconds",
  "kvReads",
  "kvWrites",
  "objectRequests",
  "objectGigabyteSeconds",
  "logLines",
] as const;
export type Bill = Readonly<Record<(typeof BILLED)[number] | "subscription" | "total", number>>;

export function billOf(load: Load): Bill {
  const items = BILLED.map((name) => [name, priceOf(name, load[name])] as const);
  const total = PRICES.subscription + items.reduce((sum, [, dollars]) => sum + dollars, 0);
  const bill = { ...Object.fromEntries(items), subscription: PRICES.subscription, total };
  return bill as Bill;
}

export function priceOf(name: (typeof BILLED)[number] | "dataPoints", amount: number): number {
  const { included, price, each } = PRICES[name];
  return (Math.max(0, amount - included) / each) * price;
}

export interface Bound {
  readonly what: string;
  readonly load: number;
  /** The most that there may be, in the same unit. */
  readonly most: number;
  readonly consequence: string;
}

/** Of the paid plan, for so many clients. */
export function boundsOf(clients: number, intervalSeconds: number): Bound[] {
  const room = REVOCATION_LIST_MAX_BYTES - REVOCATION_BROAD_ROOM_BYTES;
  const share = clients / CLIENTS;
  const { objectRequestsPerSecond, kvWrites } = loadOf(clients, intervalSeconds);
  return [
    {
      what: "questions to the list's Durable Object, a second",
      load: objectRequestsPerSecond,
      most: LIMITS.objectRequestsPerSecond,
      consequence:
        "edges hear late of revocations; 5 minutes without the list, and grants are refused",
    },
    {
      what: "revocations of one user in one channel, each kept for a day",
      load: ASSUMED.revocationsPerDay * share,
      most: Math.floor(room / MEASURED.entryBytes),
      consequence: "`revocations_full`; broader ones still find room, and `/ready` has warned",
    },
    {
      what: "publications of the list, a second",
      load: kvWrites / (ASSUMED.daysOfMonth * DAY_SECONDS),
      most: 1,
      consequence: "nothing: changes within a second are published together",
    },
    {
      what: "requests to Agora for ejections, a second",
      load: (2 * ASSUMED.ejectionsPerDay * share) / DAY_SECONDS,
      most: 1000 / EJECTION_PAUSE_MILLISECONDS,
      consequence: "ejections wait: they stay `pending`, and beyond 1,000 are `failed` at first",
    },
  ];
}

/** How many clients it takes to reach a bound: each load grows with them, or stays. */
export function clientsToReach(what: string, intervalSeconds: number): number {
  const isReached = (clients: number) =>
    boundsOf(clients, intervalSeconds).some(
      (bound) => bound.what === what && bound.load >= bound.most,
    );
  let [few, many] = [1, 1e13];
  while (many - few > 1) {
    const middle = Math.floor((few + many) / 2);
    if (isReached(middle)) many = middle;
    else few = middle;
  }
  return many;
}

/** How many clients the free plan has requests for. */
export function freeClients(intervalSeconds: number): number {
  const perClient = DAY_SECONDS / intervalSeconds + 24 / ASSUMED.grantHours;
  return Math.floor(LIMITS.freeRequestsPerDay / perClient);
}

/** How many revocations a day the free plan can publish, each by itself. */
export function freeRevocations(): number {
  return LIMITS.freeKvWritesPerDay - DAY_SECONDS / REVOCATION_REPUBLISH_SECONDS;
}

/** How many isolates may be in use all day on the free plan, by Workers KV and by the object. */
export function freeIsolates(): number {
  const byKvReads = (LIMITS.freeKvReadsPerDay * REVOCATION_REFRESH_SECONDS) / DAY_SECONDS;
  const byObject = (LIMITS.freeObjectRequestsPerDay * MEASURED.objectQuestionSeconds) / DAY_SECONDS;
  return Math.floor(Math.min(byKvReads, byObject));
}
