// Agora's SDKs: how a client asks for a new key, and how it takes one.

import type { Environment } from "./environment.ts";
import { backoffSeconds } from "./renewal-plan.ts";
import { PASS_KEY_RETRIES } from "./timing.ts";

/** The part of an SDK's client that is used. The legacy SDK has `renewChannelKey`. */
export interface AgoraClient {
  // The SDKs overload these by event name, with a type of listener for each. `never` fits them all.
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

/** The same, for the few events that are used. */
interface Emitter {
  on(event: string, listener: (event?: ErrorEvent) => void): unknown;
  off?(event: string, listener: (event?: ErrorEvent) => void): unknown;
}

/** What the legacy SDK passes with its `error` event. */
interface ErrorEvent {
  readonly reason?: unknown;
  readonly code?: unknown;
}

export interface Attachment {
  /** Passes the key on, once. A client outside of a channel gets it only if it `asked`. */
  passKey(key: string, asked: boolean): void;
  detach(): void;
}

/** The SDK did not take the key. It gets it again after the delay. */
export type Rejected = (cause: unknown, attempt: number, delaySeconds: number) => void;

interface Handlers {
  /** The SDK asks for a new key. */
  onAsk(): void;
  onReject: Rejected;
}

const EXPIRED: unknown[] = ["DYNAMIC_KEY_TIMEOUT", "ERR_CHANNEL_KEY_EXPIRED", 109];

export function attachTo(
  client: AgoraClient,
  environment: Environment,
  { onAsk, onReject }: Handlers,
): Attachment {
  let latest: string | undefined;
  let timer: unknown;

  // The reason is in `reason` or `code`, or is the event itself, depending on the version.
  const askIfExpired = (event?: ErrorEvent) => {
    if ([event, event?.reason, event?.code].some((reason) => EXPIRED.includes(reason))) onAsk();
  };
  const listen = (change: "on" | "off") => {
    if (client.renewToken) {
      (client as Emitter)[change]?.("token-privilege-will-expire", onAsk);
      (client as Emitter)[change]?.("token-privilege-did-expire", onAsk);
    }
    if (client.renewChannelKey) (client as Emitter)[change]?.("error", askIfExpired);
  };

  const pass = (key: string, attempt: number) => {
    const retry = (cause: unknown) => {
      // Not if a newer key came meanwhile. After the last attempt the SDK will ask again.
      if (key !== latest || attempt > PASS_KEY_RETRIES) return;
      const delaySeconds = backoffSeconds(attempt, environment.random());
      timer = environment.startTimer(() => pass(key, attempt + 1), delaySeconds);
      onReject(cause, attempt, delaySeconds);
    };
    new Promise((resolve, reject) => {
      resolve(
        client.renewChannelKey
          ? client.renewChannelKey(key, () => {}, reject)
          : client.renewToken?.(key),
      );
    }).catch(retry);
  };

  listen("on");
  return {
    passKey(key, asked) {
      // A client that is not in a channel gets its key when it joins.
      if (!asked && client.connectionState === "DISCONNECTED") return;
      environment.stopTimer(timer);
      latest = key;
      pass(key, 1);
    },
    detach() {
      environment.stopTimer(timer);
      latest = undefined;
      listen("off");
    },
  };
}
