// Agora's SDKs: how a client asks for a new key, and how it takes one.

import type { Environment } from "./environment.ts";
import { redactThrown } from "./redact.ts";
import { backoffSeconds } from "./renewal-plan.ts";
import { PASS_KEY_RETRIES } from "./timing.ts";

/**
 * The part of an SDK's client that is used. Web SDKs before 2.4 have `renewChannelKey`, and
 * `removeEventListener` in place of `off`.
 */
export interface AgoraClient {
  // The SDKs overload these by event name, with a type of listener for each. `never` fits them all.
  on(event: never, listener: never): unknown;
  off?(event: never, listener: never): unknown;
  removeEventListener?(event: never, listener: never): unknown;
  /** May throw, reject, or give another number than 0, where the SDK does not take the key. */
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
  removeEventListener?(event: string, listener: (event?: ErrorEvent) => void): unknown;
}

/** What the legacy SDK passes with its `error` event. */
interface ErrorEvent {
  readonly reason?: unknown;
  readonly code?: unknown;
}

export interface Attachment {
  /** One for each time that the client was attached. */
  readonly users: Set<object>;
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

/** Web SDKs 4.x, and 2.4 to 3.x. An SDK never emits those of another. */
const ASK_EVENTS = [
  "token-privilege-will-expire",
  "token-privilege-did-expire",
  "onTokenPrivilegeWillExpire",
  "onTokenPrivilegeDidExpire",
];

/** Why the event `error` is about the key. The names differ by version; some have the number. */
const EXPIRED = /^1(09|18)$|KEY_TIMEOUT|(KEY|TIMESTAMP)_EXPIRED/;

/** Throws a TypeError if the client's key can't be renewed. */
export function assertRenewable(client: AgoraClient): void {
  if (!client?.on || !(client.renewToken ?? client.renewChannelKey))
    throw new TypeError("client: can't be renewed");
}

export function attachTo(
  client: AgoraClient,
  environment: Environment,
  { onAsk, onReject }: Handlers,
): Attachment {
  let latest: string | undefined;
  let timer: unknown;

  // The reason is in `reason` or `code`, or is the event itself, depending on the version.
  const askIfExpired = (event?: ErrorEvent) => {
    if ([event, event?.reason, event?.code].some((it) => EXPIRED.test(it as string))) onAsk();
  };
  const listen = (change: "on" | "off" | "removeEventListener") => {
    for (const name of ASK_EVENTS) (client as Emitter)[change]?.(name, onAsk);
    (client as Emitter)[change]?.("error", askIfExpired);
  };

  const pass = (key: string, attempt: number) => {
    const retry = (cause: unknown) => {
      // Not if a newer key came meanwhile. After the last attempt the SDK will ask again.
      if (key !== latest || attempt > PASS_KEY_RETRIES) return;
      const delaySeconds = backoffSeconds(attempt, environment.random());
      timer = environment.startTimer(() => pass(key, attempt + 1), delaySeconds);
      onReject(redactThrown(cause, key), attempt, delaySeconds);
    };
    new Promise((resolve, reject) => {
      // renewChannelKey joins once more; SDKs that have both need not.
      resolve(
        client.renewToken
          ? client.renewToken(key)
          : client.renewChannelKey?.(key, () => {}, reject),
      );
    }).then((result) => {
      // Some SDKs answer with a number: 0, or why they did not take the key.
      if (typeof result === "number" && result) retry(result);
    }, retry);
  };

  listen("on");
  return {
    users: new Set(),
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
      listen(client.off ? "off" : "removeEventListener");
    },
  };
}
