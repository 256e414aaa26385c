// Access tokens, as today's SDKs take them: what is requested, how long a token is good, and when
// it is renewed.

import fc from "fast-check";
import type { IssuedKey, KeySourceOptions } from "latchkey/client";
import { describe, expect, test, vi } from "vitest";
import { createCall } from "./simulation/call.ts";
import type { ServiceOptions } from "./simulation/service.ts";

/** The service answers with tokens for an account. Unlike channel keys, they join to their end. */
const change = ({ key, issuedAt, expiresAt }: IssuedKey): Partial<IssuedKey> => ({
  key: String(key).replace("005key", "007token"),
  version: 7,
  role: "publisher",
  joinBefore: expiresAt ?? issuedAt,
});

const createTokenCall = (
  options: Partial<KeySourceOptions> = {},
  service: ServiceOptions = {},
  seed = 1,
) =>
  createCall(
    { sdkVersion: "4.24.8", platform: "web", account: "alice", ...options },
    { change, ...service },
    seed,
  );

describe("a request", () => {
  const options: Partial<KeySourceOptions>[] = [
    { sdkVersion: "4.24.8", platform: "web" },
    { account: "alice", version: 7, role: "subscriber" },
    { uid: 42, version: 6, privileges: { joinChannel: 3600, publishAudio: 600 }, expiresIn: 3600 },
  ];
  test.each(options)("has the options as they are: %j", async (wanted) => {
    const { time, service, keys } = createCall(wanted);
    void keys.get();
    await time.runFor(1);
    expect(service.requests.map(({ body }) => body)).toEqual([{ channel: "room-1", ...wanted }]);
    keys.close();
  });
});

describe("a token", () => {
  test("comes with its account: both are there to join with", async () => {
    const { time, keys } = createTokenCall();
    const key = keys.get();
    await time.runFor(1);
    expect(await key).toBe("007token1");
    expect(keys.current).toMatchObject({ version: 7, account: "alice", role: "publisher" });
    expect(keys.current?.uid).toBeUndefined();
  });

  test("is good to join with for longer than a channel key, which is replaced after 300 s", async () => {
    const [token, channelKey] = [createTokenCall(), createCall()];
    for (const { time, keys } of [token, channelKey]) {
      void keys.get();
      await time.runFor(900);
      void keys.get();
      await time.runFor(1);
    }
    expect(token.service.requests.length).toBe(1);
    expect(channelKey.service.requests.length).toBe(2);
  });

  test("is renewed before its SDK would ask, whatever its lifetime from 80 s on", async () => {
    const life = fc.integer({ min: 80, max: 7200 });
    const latencyMs = fc.integer({ min: 1, max: 9000 });
    const seeds = fc.integer({ min: 1, max: 1e6 });
    await fc.assert(
      fc.asyncProperty(life, latencyMs, seeds, async (expiresIn, latency, seed) => {
        const call = createTokenCall({}, { expiresIn, latencyMs: () => latency }, seed);
        const onAsk = vi.fn();
        call.sdk.on("token-privilege-will-expire", onAsk);
        void call.keys.get();
        await call.time.runFor(10);
        await call.join();
        await call.time.runFor(4 * expiresIn);
        call.keys.close();
        expect(onAsk).not.toHaveBeenCalled();
        expect(call.sdk.renewals.length).toBeGreaterThanOrEqual(4);
        expect(call.sdk.removedAt).toEqual([]);
      }),
    );
  });
});

/** Calls renewToken as an SDK does that answers so, and returns the tokens that it got. */
async function renewAnswering(...responses: unknown[]) {
  const call = createTokenCall();
  await call.join();
  const renewToken = vi.fn((_key: string): unknown => responses.shift());
  Object.assign(call.sdk, { renewToken });
  call.sdk.emit("token-privilege-will-expire");
  await call.time.runFor(100);
  call.keys.close();
  expect(call.service.requests.length).toBe(2);
  expect(new Set(renewToken.mock.calls.flat())).toEqual(new Set(["007token2"]));
  return { times: renewToken.mock.calls.length, retrying: call.happened.retrying };
}

describe("an SDK that answers renewToken", () => {
  test.each([0, Promise.resolve(0), undefined, Promise.resolve(), { timestamp: 5 }, "5", null])(
    "with %j has taken the token",
    async (response) => {
      expect(await renewAnswering(response)).toEqual({ times: 1, retrying: [] });
    },
  );

  test.each([1, 2, 3, 4, 5, 6, 101, -2, -7])(
    "with %i has not: it gets it again, and the reason is told",
    async (response) => {
      for (const responses of [
        [response, 0],
        [Promise.resolve(response), Promise.resolve(0)],
      ]) {
        const { times, retrying } = await renewAnswering(...responses);
        expect(times).toBe(2);
        expect(retrying.map(({ detail }) => [detail.error.code, detail.attempt])).toEqual([
          ["sdk", 1],
        ]);
        expect(String(retrying[0]?.detail.error.cause)).toBe(`Error: ${response}`);
      }
    },
  );

  test("with a number each time gets the token four times in all", async () => {
    expect((await renewAnswering(4, 4, 4, 4, 4, 4)).times).toBe(4);
  });
});
