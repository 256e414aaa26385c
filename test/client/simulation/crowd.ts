// Many clients that joined within the same second, each with the real library, and one service.

import { createKeySource } from "latchkey/client";
import { DAY_SECONDS } from "./call.ts";
import { createRandom } from "./random.ts";
import { FakeService, makeGrant } from "./service.ts";
import { type TimedEvent, VirtualTime } from "./virtual-time.ts";

export interface CrowdOptions {
  clients: number;
  /** The life of a key; the simulation takes as long. */
  expiresIn: number;
  seed: number;
  /** From `from` on, for `seconds`, every response is 503. */
  outage?: { from: number; seconds: number } | undefined;
}

export interface Crowd {
  /** Requests in each second since everybody joined, without those for joining. */
  requestsBySecond: number[];
  /** How many clients had no valid key at some time. */
  late: number;
}

/**
 * Clients do not affect each other, so they are simulated in groups, one after the other. A small
 * group fits into a processor's cache.
 */
const GROUP_CLIENTS = 500;

export async function simulateCrowd(options: CrowdOptions): Promise<Crowd> {
  const crowd: Crowd = { requestsBySecond: new Array<number>(options.expiresIn).fill(0), late: 0 };
  const random = createRandom(options.seed);
  for (let left = options.clients; left > 0; left -= GROUP_CLIENTS) {
    await simulateGroup(crowd, { ...options, clients: Math.min(left, GROUP_CLIENTS) }, random);
  }
  return crowd;
}

async function simulateGroup(
  crowd: Crowd,
  { clients, expiresIn, outage }: CrowdOptions,
  random: () => number,
): Promise<void> {
  const time = new VirtualTime(undefined, true);
  const start = time.nowSeconds;
  const service = new FakeService(time, {
    expiresIn,
    latencyMs: () => 20 + 100 * random(),
    isForgetful: true,
  });
  let joined = 0;
  service.faults.push(({ atSeconds }) => {
    const second = Math.floor(atSeconds - start);
    if (joined === clients && second < expiresIn) (crowd.requestsBySecond[second] as number) += 1;
    return undefined;
  });
  if (outage)
    service.faultDuring(outage.from, outage.seconds, {
      status: 503,
      code: "revocations_unavailable",
    });
  // One clock for all: a simulated device for each would take longer than the library itself.
  const platform = {
    now: () => time.nowMs,
    monotonicNow: () => time.nowMs,
    setTimeout: (callback: () => void, delayMs: number) => time.after(delayMs, callback),
    clearTimeout(timer: unknown) {
      if (timer) (timer as TimedEvent).run = undefined;
    },
    random,
    fetch: service.fetch,
  };
  const grant = makeGrant(start + DAY_SECONDS);
  const group = Array.from({ length: clients }, () => {
    let endsAt = 0;
    const keys = createKeySource({
      endpoint: "https://keys.example",
      grant,
      channel: "room-1",
      ...platform,
    });
    keys.on("renewed", ({ expiresAt }) => {
      if (endsAt && time.nowSeconds >= endsAt) crowd.late++;
      endsAt = expiresAt as number;
    });
    time.after(random() * 1000, () => {
      void keys.get();
      joined++;
    });
    return { keys, isLate: () => time.nowSeconds >= endsAt };
  });
  await time.runUntil(start + expiresIn);
  for (const { keys, isLate } of group) {
    if (isLate()) crowd.late++;
    keys.close();
  }
}
