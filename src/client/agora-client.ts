// The Agora SDKs: how each one asks for a new key, and how it takes one.

import type { Environment } from "./environment.ts";
import { backoffSeconds } from "./renewal-plan.ts";
import { HAND_OVER_RETRIES } from "./timing.ts";

/** As much of a client as is used: today's web SDK has `renewToken`, the legacy one `renewChannelKey`. */
export interface AgoraClient {
  // The SDKs overload these by event, each listener typed differently: what asks for nothing of them fits all.
  on(event: never, listener: never): unknown;
  off?(event: never, listener: never): unknown;
  renewToken?(key: string): unknown;
  renewChannelKey?(
    key: string,
    onSuccess: () => void,
    onFailure: (error: unknown) => void,
  ): unknown;
  readonly connectionState?: string;
}

/** The same, by the few events that are listened to. */
interface Emitter {
  on(event: string, listener: (event?: Expiry) => void): unknown;
  off?(event: string, listener: (event?: Expiry) => void): unknown;
}

/** What the legacy SDK's `error` event tells, if it is about a key's end. */
interface Expiry {
  readonly reason?: unknown;
  readonly code?: unknown;
}

export interface Attachment {
  /** Hands the key over, once; to a client outside of a channel only if it `asked`. */
  handOver(key: string, asked: boolean): void;
  detach(): void;
}

interface Handlers {
  /** The SDK asks for a fresh key. */
  onAsk(): void;
  /** The SDK did not take the key, and is given it again after the delay. */
  onRefuse(cause: unknown, attempt: number, delaySeconds: number): void;
}

const EXPIRED: unknown[] = ["DYNAMIC_KEY_TIMEOUT", "ERR_CHANNEL_KEY_EXPIRED", 109];

export function attachTo(
  client: AgoraClient,
  environment: Environment,
  { onAsk, onRefuse }: Handlers,
): Attachment {
  let latest: string | undefined;
  let timer: unknown;

  // Legacy versions differ in where they put it: `reason`, `code`, or the event itself.
  const askIfExpired = (event?: Expiry) => {
    if ([event, event?.reason, event?.code].some((reason) => EXPIRED.includes(reason))) onAsk();
  };
  const emitter: Emitter = client;
  const listen = (change: "on" | "off") => {
    if (client.renewToken) {
      emitter[change]?.("token-privilege-will-expire", onAsk);
      emitter[change]?.("token-privilege-did-expire", onAsk);
    }
    if (client.renewChannelKey) emitter[change]?.("error", askIfExpired);
  };

  const give = (key: string, attempt: number) => {
    const refuse = (cause: unknown) => {
      // A newer key was handed over since; or it is no use, and the SDK will ask again.
      if (key !== latest || attempt > HAND_OVER_RETRIES) return;
      const delaySeconds = backoffSeconds(attempt, environment.random());
      timer = environment.startTimer(() => give(key, attempt + 1), delaySeconds);
      onRefuse(cause, attempt, delaySeconds);
    };
    new Promise((resolve, reject) => {
      resolve(
        client.renewChannelKey
          ? client.renewChannelKey(key, () => {}, reject)
          : client.renewToken?.(key),
      );
    }).catch(refuse);
  };

  listen("on");
  return {
    handOver(key, asked) {
      // One that is not in a channel has no use for it: it gets its key as it joins.
      if (!asked && client.connectionState === "DISCONNECTED") return;
      environment.stopTimer(timer);
      latest = key;
      give(key, 1);
    },
    detach() {
      environment.stopTimer(timer);
      latest = undefined;
      listen("off");
    },
  };
}
