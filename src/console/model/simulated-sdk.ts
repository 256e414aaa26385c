// A simulated SDK, so that the console can show a call without Agora's servers. Like today's web
// SDK it has an event 30 s before its key expires, another when the key has expired, and takes a
// new key. The tests in test/browser use the real SDK.

import type { CallTime } from "./call-time.ts";

const WILL_EXPIRE_LEAD_MS = 30_000;

export type SdkEvent = "token-privilege-will-expire" | "token-privilege-did-expire";

export interface SimulatedSdk {
  readonly connectionState: "CONNECTED";
  on(event: string, listener: () => void): void;
  off(event: string, listener: () => void): void;
  renewToken(key: string): void;
  /** Joins with this key: from now on the SDK watches when it expires. */
  join(key: string): void;
  emit(event: SdkEvent): void;
}

/**
 * `lifeOf`: how long from now a key is valid, in milliseconds; undefined = for ever. `onEvent` is
 * told of each event and each renewal.
 */
export function createSimulatedSdk(
  time: CallTime,
  lifeOf: (key: string) => number | undefined,
  onEvent: (event: SdkEvent | "renewToken") => void,
): SimulatedSdk {
  const listeners = new Map<string, Set<() => void>>();
  let timers: number[] = [];
  const sdk: SimulatedSdk = {
    connectionState: "CONNECTED",
    on(event, listener) {
      listeners.set(event, (listeners.get(event) ?? new Set()).add(listener));
    },
    off(event, listener) {
      listeners.get(event)?.delete(listener);
    },
    renewToken(key) {
      onEvent("renewToken");
      sdk.join(key);
    },
    join(key) {
      for (const timer of timers) time.clearTimeout(timer);
      const life = lifeOf(key);
      timers = [];
      if (life === undefined) return;
      // A life shorter than the lead gets its warning too, as from Agora's servers: late, but
      // before the key expires.
      const warning = Math.max(life - WILL_EXPIRE_LEAD_MS, life * 0.9);
      timers = [
        time.setTimeout(() => sdk.emit("token-privilege-will-expire"), warning),
        time.setTimeout(() => sdk.emit("token-privilege-did-expire"), life),
      ];
    },
    emit(event) {
      onEvent(event);
      for (const listener of [...(listeners.get(event) ?? [])]) listener();
    },
  };
  return sdk;
}
