// As much of today's web SDK as renewal touches, so that a call can be played without Agora's servers: it asks for a new key
// 30 s before the one in force ends, complains when it has ended, and takes a new one. test/browser drives the real SDK.

import type { CallTime } from "./call-time.ts";

const WILL_EXPIRE_LEAD_MS = 30_000;

export type SdkEvent = "token-privilege-will-expire" | "token-privilege-did-expire";

export interface StandIn {
  readonly connectionState: "CONNECTED";
  on(event: string, listener: () => void): void;
  off(event: string, listener: () => void): void;
  renewToken(key: string): void;
  /** Joined with this key: its end is watched from now on. */
  watch(key: string): void;
  /** The SDK says so to whoever listens. */
  emit(event: SdkEvent): void;
}

/** `lifeOf`: how long a key keeps the user in from now, in milliseconds; undefined = for ever. */
export function createStandIn(
  time: CallTime,
  lifeOf: (key: string) => number | undefined,
  tell: (event: SdkEvent | "renewToken") => void,
): StandIn {
  const listeners = new Map<string, Set<() => void>>();
  let timers: number[] = [];
  const standIn: StandIn = {
    connectionState: "CONNECTED",
    on(event, listener) {
      listeners.set(event, (listeners.get(event) ?? new Set()).add(listener));
    },
    off(event, listener) {
      listeners.get(event)?.delete(listener);
    },
    renewToken(key) {
      tell("renewToken");
      standIn.watch(key);
    },
    watch(key) {
      for (const timer of timers) time.clearTimeout(timer);
      const life = lifeOf(key);
      timers = [];
      if (life === undefined) return;
      // A life shorter than the lead gets its warning too, as the SDK's server sends it: late, but before the end.
      const warning = Math.max(life - WILL_EXPIRE_LEAD_MS, life * 0.9);
      timers = [
        time.setTimeout(() => standIn.emit("token-privilege-will-expire"), warning),
        time.setTimeout(() => standIn.emit("token-privilege-did-expire"), life),
      ];
    },
    emit(event) {
      tell(event);
      for (const listener of [...(listeners.get(event) ?? [])]) listener();
    },
  };
  return standIn;
}
