// A call, played: the client library with a fetch and a clock that can go wrong, an SDK's stand-in, and a record of all of it.

import { createKeySource, type IssuedKey, type KeySource } from "../../client/client.ts";
import { type Answer, isGrant, type Post } from "./api.ts";
import { createCallTime, type RealTime } from "./call-time.ts";
import {
  CLOCK_ERROR_MS,
  type Faults,
  GRANT_ENDED,
  LONG_GRANT_SECONDS,
  responseOf,
  SHORT_GRANT_SECONDS,
  simulatedAnswer,
} from "./faults.ts";
import { createStandIn, type SdkEvent } from "./stand-in.ts";
import { anatomyOf } from "./stretches.ts";
import type { Entry, What } from "./timeline.ts";

export interface CallOptions {
  readonly credential: string;
  readonly channel: string;
  /** Undefined with a grant: the grant's. */
  readonly uid: number | undefined;
  /** Seconds; undefined = the deployment's. */
  readonly expiresIn: number | undefined;
  readonly speed: number;
  /** Looked at whenever it matters: the switches stay alive during the call. */
  readonly faults: Faults;
  readonly fetch: typeof fetch;
  readonly post: Post;
  readonly real: RealTime;
  /** The device's clock, in milliseconds. */
  wallNow(): number;
  onEntry(entry: Entry): void;
}

export interface Call {
  /** Seconds since the start. */
  now(): number;
  setSpeed(speed: number): void;
  /** The SDK asks for a key, as it does before one ends. */
  ask(): void;
  /** The grant in use is over, as if its time had come. */
  endGrant(): void;
  hangUp(): void;
}

export function startCall(options: CallOptions): Call {
  const { credential, channel, uid, expiresIn, faults, real } = options;
  const time = createCallTime(real, options.speed);
  const startedAt = options.wallNow();
  let hasGrantEnded = false;
  let isOver = false;
  /** What the service's clock said, and when: a key's end is a moment of the service's. */
  let serverClock = { seconds: startedAt / 1000, at: 0 };

  const record = (entry: What & { readonly at?: number }) => {
    if (!isOver) options.onEntry({ at: time.now() / 1000, ...entry });
  };

  /** Sends a request, or fails it as the switches say, and records what came of it. */
  const send = (what: "key" | "grant", request: () => Promise<Response>) =>
    time.during(async () => {
      const at = time.now() / 1000;
      const sentAt = real.now();
      const isPutOn = faults.isOffline || putOn(what) !== undefined;
      const came = (outcome: string, isOk: boolean) =>
        record({
          at,
          type: "request",
          what,
          latencyMs: real.now() - sentAt,
          outcome,
          isOk,
          isPutOn,
        });
      try {
        if (faults.isOffline) throw new TypeError("Put on: offline");
        const response = putOn(what) ?? (await request());
        came(String(response.status), response.ok);
        return response;
      } catch (error) {
        came("no answer", false);
        throw error;
      }
    });
  const putOn = (what: "key" | "grant"): Response | undefined => {
    const answer =
      simulatedAnswer(faults) ?? (what === "key" && hasGrantEnded ? GRANT_ENDED : undefined);
    return answer && responseOf(answer);
  };

  /** The business server's part, which the console plays with a service key. */
  const fetchGrant = async (): Promise<string> => {
    const lifetime = faults.isGrantEnding ? SHORT_GRANT_SECONDS : LONG_GRANT_SECONDS;
    let answer: Answer<{ grant: string }> | undefined;
    await send("grant", async () => {
      answer = await options.post<{ grant: string }>("/v1/grants", {
        channels: [channel],
        uid,
        expiresIn: lifetime,
      });
      if ("problem" in answer) throw new Error(answer.problem.detail);
      return new Response(null, { status: 200 });
    });
    if (!answer || "problem" in answer) throw new Error("No grant came");
    hasGrantEnded = false;
    return answer.body.grant;
  };

  const source: KeySource = createKeySource({
    endpoint: "",
    grant: isGrant(credential) ? credential : fetchGrant,
    channel,
    uid,
    expiresIn,
    fetch: (url, init) =>
      send("key", async () => {
        const response = await options.fetch(url, init);
        const answer = (await response
          .clone()
          .json()
          .catch(() => undefined)) as Partial<IssuedKey> | undefined;
        if (answer?.serverTime !== undefined)
          serverClock = { seconds: answer.serverTime, at: time.now() };
        return response;
      }),
    now: () => startedAt + time.now() + (faults.isClockWrong ? CLOCK_ERROR_MS : 0),
    monotonicNow: time.now,
    setTimeout: time.setTimeout,
    clearTimeout: time.clearTimeout,
  });

  const lifeOf = (key: string): number | undefined => {
    const end = Number(
      anatomyOf(key)?.stretches.find(({ kind }) => kind === "expiresAt")?.value ?? 0,
    );
    if (end === 0) return undefined;
    return Math.max(0, (end - serverClock.seconds) * 1000 - (time.now() - serverClock.at));
  };
  const tell = (type: SdkEvent | "renewToken") => record({ type });
  const sdk = createStandIn(time, lifeOf, tell);

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
      // The SDK has the key it joined with: from here on it watches that one's end.
      if (key !== null) sdk.watch(key);
    },
    // Recorded as "stopped" already, or closed by hand.
    () => {},
  );

  return {
    now: () => time.now() / 1000,
    setSpeed: time.setSpeed,
    ask: () => sdk.emit("token-privilege-will-expire"),
    endGrant() {
      hasGrantEnded = true;
    },
    hangUp() {
      record({ type: "hungUp" });
      end();
    },
  };
}
