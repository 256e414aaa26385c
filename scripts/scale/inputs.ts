// What docs/scale.md is computed from. Change a figure, and run `npm run scale -- --write`.

/** In US dollars: Cloudflare's documentation, read on 25 November 2026. */
export const PRICES = {
  readOn: "25 November 2026",
  subscription: 5,
  /** Above what a month includes. `each` is how many units the price is for. */
  requests: { included: 10e6, price: 0.3, each: 1e6 },
  cpuMilliseconds: { included: 30e6, price: 0.02, each: 1e6 },
  kvReads: { included: 10e6, price: 0.5, each: 1e6 },
  kvWrites: { included: 1e6, price: 5, each: 1e6 },
  objectRequests: { included: 1e6, price: 0.15, each: 1e6 },
  objectGigabyteSeconds: { included: 400e3, price: 12.5, each: 1e6 },
  /** Until 1 December 2026; then the prices of Cloudflare Observability take its place. */
  logLines: { included: 20e6, price: 0.6, each: 1e6 },
  /** Announced, and not billed yet. */
  dataPoints: { included: 10e6, price: 0.25, each: 1e6 },
} as const;

/** From the same pages. */
export const LIMITS = {
  freeRequestsPerDay: 100_000,
  freeKvReadsPerDay: 100_000,
  freeKvWritesPerDay: 1_000,
  freeObjectRequestsPerDay: 100_000,
  /** "A soft limit of 1,000 requests per second" for one object. */
  objectRequestsPerSecond: 1_000,
  /** Of what is billed for an object while it is in memory. */
  objectGigabytes: 0.128,
} as const;

/** On the machine of docs/performance.md, with the command that measures it again. */
export const MEASURED = {
  /** `npm run bench -- http`, "a key by grant": all that the server does, HTTP included. */
  keyCpuMilliseconds: 0.071,
  /** `npm run bench -- cold`, "a key by service key", over an empty Worker. */
  startCpuMilliseconds: 16.2,
  /** `npm run bench -- revocations`: the CPU of taking a list, and its size. */
  lists: [
    { entries: 1_000, cpuMilliseconds: 0.11, kilobytes: 24 },
    { entries: 10_000, cpuMilliseconds: 0.57, kilobytes: 240 },
    { entries: 60_000, cpuMilliseconds: 1.4, kilobytes: 1_440 },
  ],
  /** An isolate that is in use asks the list so often (docs/configuration.md). */
  objectQuestionSeconds: 40,
  /** Of an entry that names a uid and a channel, in the list. */
  entryBytes: 70,
} as const;

/** Nobody but you and Cloudflare knows these: put your own in. */
export const ASSUMED = {
  daysOfMonth: 30,
  grantHours: 4,
  locations: 330,
  /** However few requests there are. */
  isolatesPerLocation: 3,
  /** Beyond so many requests a second, Cloudflare starts another isolate. */
  requestsPerSecondOfIsolate: 50,
  isolateHours: 1,
  /** Of a million clients. */
  revocationsPerDay: 1_000,
  ejectionsPerDay: 100,
} as const;

export const CLIENTS = 1_000_000;

/** How long keys live so that clients renew after so many minutes, on average. */
export const INTERVALS = [
  { minutes: 10, keySeconds: 924 },
  { minutes: 30, keySeconds: 2_770 },
  { minutes: 60, keySeconds: 4_830 },
] as const;
