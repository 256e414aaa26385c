// A grant that was revoked is replaced once, where the app has a grant function. After "everybody
// signs in again" (`issuedBefore`) whole crowds do so, and must not come at once.

import { createKeySource } from "latchkey/client";
import { describe, expect, test } from "vitest";
import { createCall, DAY_SECONDS } from "./simulation/call.ts";
import { createRandom } from "./simulation/random.ts";
import { FakeService, makeGrant } from "./simulation/service.ts";
import { type TimedEvent, VirtualTime } from "./simulation/virtual-time.ts";

const REVOKED = { status: 403, code: "grant_revoked" } as const;
const SPREAD_SECONDS = 30;

/** A call whose app gets grants of serial numbers; those up to `revoked` have been revoked. */
function callWithGrants(seed = 1) {
  const state = { revoked: 0, grants: 0 };
  const grantOf = (serial: number) =>
    makeGrant(call.time.nowSeconds + DAY_SECONDS, `serial-${serial}`);
  const call = createCall({ grant: () => grantOf(++state.grants) }, { expiresIn: 600 }, seed);
  call.service.faults.push(({ authorization }) => {
    const claims = Buffer.from(authorization.split(".")[1] ?? "", "base64url").toString();
    const serial = Number(/serial-(\d+)/.exec(claims)?.[1]);
    return serial <= state.revoked ? REVOKED : undefined;
  });
  return { ...call, state };
}

describe("a grant that is revoked during a call", () => {
  test("is replaced within 30 s, and the call goes on", async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const { join, state, time, happened, sdk } = callWithGrants(seed);
      await join();
      state.revoked = 1;
      await time.runFor(600);
      expect(state.grants).toBe(2);
      const [{ atSeconds = 0, detail } = {}] = happened.retrying;
      expect([happened.retrying.length, detail?.error.code]).toEqual([1, "grant_revoked"]);
      const replaced = happened.renewed.find((renewed) => renewed.atSeconds > atSeconds);
      expect((replaced?.atSeconds ?? Infinity) - atSeconds).toBeLessThan(SPREAD_SECONDS + 2);
      expect(happened.stopped).toEqual([]);
      expect(sdk.removedAt).toEqual([]);
    }
  });

  test("and replaced by one that has been revoked too: that is the end", async () => {
    const { join, state, time, happened, service } = callWithGrants();
    await join();
    state.revoked = 2;
    await time.runFor(DAY_SECONDS);
    expect(happened.stopped.map(({ detail }) => detail.error.code)).toEqual(["grant_revoked"]);
    expect([state.grants, service.requests.length]).toEqual([2, 3]);
  });

  test("is replaced again when the next one is revoked, after it gave a key", async () => {
    const { join, state, time, happened } = callWithGrants();
    await join();
    for (state.revoked = 1; state.revoked <= 3; state.revoked++) await time.runFor(600);
    expect([state.grants, happened.stopped]).toEqual([4, []]);
  });

  test("and a call that ends before it is replaced asks for nothing more", async () => {
    const { join, keys, state, time, happened, device } = callWithGrants();
    await join();
    state.revoked = 1;
    keys.on("retrying", () => keys.close());
    await time.runFor(600);
    expect([state.grants, happened.retrying.length, device.timers.size]).toEqual([1, 1, 0]);
  });
});

test("a user who joins with a grant that was revoked waits for the next, and joins", async () => {
  const { keys, state, time } = callWithGrants();
  state.revoked = 1;
  const key = keys.get();
  await time.runFor(SPREAD_SECONDS + 2);
  expect(await key).toMatch(/^005/);
  expect(state.grants).toBe(2);
});

test("5,000 clients whose grants were revoked together ask for new ones spread over 30 s", async () => {
  const clients = 5_000;
  const time = new VirtualTime(undefined, true);
  const start = time.nowSeconds;
  const random = createRandom(1);
  const service = new FakeService(time, { latencyMs: () => 50 * random(), isForgetful: true });
  const [old, next] = [makeGrant(start + DAY_SECONDS, "old"), makeGrant(start + DAY_SECONDS)];
  service.faults.push(({ authorization }) => (authorization.endsWith(old) ? REVOKED : undefined));
  const asked = new Array<number>(60).fill(0);
  let keysGiven = 0;
  const sources = Array.from({ length: clients }, () => {
    let isFirst = true;
    const source = createKeySource({
      endpoint: "https://keys.example",
      channel: "room-1",
      grant: () => {
        if (!isFirst) (asked[Math.floor(time.nowSeconds - start)] as number) += 1;
        const grant = isFirst ? old : next;
        isFirst = false;
        time.settle();
        return grant;
      },
      now: () => time.nowMs,
      monotonicNow: () => time.nowMs,
      setTimeout: (callback, delayMs) => time.after(delayMs, callback),
      clearTimeout(timer) {
        if (timer) (timer as TimedEvent).run = undefined;
      },
      random,
      fetch: service.fetch,
    });
    void source.get().then(() => keysGiven++);
    return source;
  });
  await time.runUntil(start + 60);
  const mean = clients / (SPREAD_SECONDS - 1);
  expect(Math.max(...asked)).toBeLessThan(mean + 4 * Math.sqrt(mean));
  expect(asked.slice(0, SPREAD_SECONDS + 2).reduce((sum, count) => sum + count)).toBe(clients);
  expect(keysGiven).toBe(clients);
  for (const source of sources) source.close();
});
