// A simulated call: the client library, with a fetch and a clock that may have faults, and a
// simulated SDK. Everything that happens is recorded.

import { createKeySource, type KeySource } from "../../client/client.ts";
import type { IssuedGrant, IssuedKey } from "../../contract/responses.ts";
import type { Ask, Result } from "./api.ts";
import { createCallTime, type RealTime } from "./call-time.ts";
import {
  CLOCK_ERROR_MS,
  type Faults,
  GRANT_EXPIRED,
  LONG_GRANT_SECONDS,
  SHORT_GRANT_SECONDS,
  simulatedResponse,
  toResponse,
} from "./faults.ts";
import { segmentKey } from "./key-segments.ts";
import { createSimulatedSdk, type SdkEvent } from "./simulated-sdk.ts";
import type { Entry, What } from "./timeline.ts";

export interface CallOptions {
  /** Undefined: the console makes grants, as a business server does. */
  readonly grant: string | undefined;
  readonly channel: string;
  /** Left out with a grant: the grant's. */
  readonly uid: number | undefined;
  /** Seconds; undefined = the deployment's default. */
  readonly expiresIn: number | undefined;
  readonly speed: number;
  /** Read at each request and each look at the clock: the switches work during the call. */
  readonly faults: Faults;
  readonly fetch: typeof fetch;
  readonly ask: Ask;
  readonly real: RealTime;
  /** The device's clock, in milliseconds. */
  wallNow(): number;
  onEntry(entry: Entry): void;
}

export interface Call {
  /** Seconds since the start. */
  now(): number;
  setSpeed(speed: number): void;
  /** The SDK asks for a key, as it does before one expires. */
  ask(): void;
  /** The grant in use expires now. */
  expireGrant(): void;
  hangUp(): void;
}

export function startCall(options: CallOptions): Call {
  const { grant, channel, uid, expiresIn, faults, real } = options;
  const time = createCallTime(real, options.speed);
  const startedAt = options.wallNow();
  let hasGrantExpired = false;
  let isOver = false;
  /** What the service's clock said, and when: a key expires by the service's clock. */
  let serverClock = { seconds: startedAt / 1000, at: 0 };

  const record = (entry: What & { readonly at?: number }) => {
    if (!isOver) options.onEntry({ at: time.now() / 1000, ...entry });
  };

  /** Sends a request, or simulates the response that the faults give, and records the result. */
  const send = (what: "key" | "grant", request: () => Promise<Response>) =>
    time.during(async () => {
      const at = time.now() / 1000;
      const sentAt = real.now();
      const isSimulated = faults.isOffline || simulate(what) !== undefined;
      const ended = (outcome: string, isOk: boolean) =>
        record({
          at,
          type: "request",
          what,
          latencyMs: real.now() - sentAt,
          outcome,
          isOk,
          isSimulated,
        });
      try {
        if (faults.isOffline) throw new TypeError("Simulated: offline");
        const response = simulate(what) ?? (await request());
        ended(String(response.status), response.ok);
        return response;
      } catch (error) {
        ended("no response", false);
        throw error;
      }
    });
  const simulate = (what: "key" | "grant"): Response | undefined => {
    const simulated =
      simulatedResponse(faults) ?? (what === "key" && hasGrantExpired ? GRANT_EXPIRED : undefined);
    return simulated && toResponse(simulated);
  };

  /** What the business server does. */
  const fetchGrant = async (): Promise<string> => {
    const lifetime = faults.isGrantEnding ? SHORT_GRANT_SECONDS : LONG_GRANT_SECONDS;
    let result: Result<IssuedGrant> | undefined;
    await send("grant", async () => {
      result = await options.ask<IssuedGrant>("POST", "/v1/grants", {
        channels: [channel],
        uid,
        expiresIn: lifetime,
      });
      if ("problem" in result) throw new Error(result.problem.detail);
      return new Response(null, { status: 200 });
    });
    if (!result || "problem" in result) throw new Error("There is no grant");
    hasGrantExpired = false;
    return result.body.grant;
  };

  const source: KeySource = createKeySource({
    endpoint: "",
    grant: grant ?? fetchGrant,
    channel,
    uid,
    expiresIn,
    fetch: (url, init) =>
      send("key", async () => {
        const response = await options.fetch(url, init);
        const body = (await response
          .clone()
          .json()
          .catch(() => undefined)) as Partial<IssuedKey> | undefined;
        if (body?.serverTime !== undefined)
          serverClock = { seconds: body.serverTime, at: time.now() };
        return response;
      }),
    now: () => startedAt + time.now() + (faults.isClockWrong ? CLOCK_ERROR_MS : 0),
    monotonicNow: time.now,
    setTimeout: time.setTimeout,
    clearTimeout: time.clearTimeout,
  });

  const lifeOf = (key: string): number | undefined => {
    const end = Number(
      segmentKey(key)?.segments.find(({ kind }) => kind === "expiresAt")?.value ?? 0,
    );
    if (end === 0) return undefined;
    return Math.max(0, (end - serverClock.seconds) * 1000 - (time.now() - serverClock.at));
  };
  const onSdkEvent = (type: SdkEvent | "renewToken") => record({ type });
  const sdk = createSimulatedSdk(time, lifeOf, onSdkEvent);

  const end = () => {
    isOver = true;
    source.close();
    time.stop();
  };
  source.on("renewed", ({ expiresAt, serverTime }) =>
    record({
      type: "renewed",
      lifeSeconds: expiresAt === null ? undefined : expiresAt - serverTime,
    }),
  );
  source.on("retrying", ({ error, attempt, delaySeconds }) =>
    record({ type: "retrying", code: error.code, attempt, delaySeconds }),
  );
  source.on("stopped", ({ error }) => {
    record({ type: "stopped", code: error.code });
    end();
  });
  source.get().then(
    (key) => {
      if (isOver) return;
      record({ type: "joined" });
      source.attach(sdk);
      if (key !== null) sdk.join(key);
    },
    // Recorded as "stopped" already, or the user has hung up.
    () => {},
  );

  return {
    now: () => time.now() / 1000,
    setSpeed: time.setSpeed,
    ask: () => sdk.emit("token-privilege-will-expire"),
    expireGrant() {
      hasGrantExpired = true;
    },
    hangUp() {
      record({ type: "hungUp" });
      end();
    },
  };
}
