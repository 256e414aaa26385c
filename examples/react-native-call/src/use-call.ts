// A call with react-native-agora 4, as a hook: mounted, it joins; unmounted, it leaves.

import { createKeySource, type KeySourceOptions } from "latchkey/client";
import { useEffect, useRef, useState } from "react";
import { createAgoraRtcEngine, type IRtcEngine } from "react-native-agora";

export type CallOptions = Pick<KeySourceOptions, "endpoint" | "channel" | "grant">;

/**
 * Returns the state of the call, in words. All is made in an effect and ended by its cleanup, so
 * that StrictMode, which runs both twice, does no harm. The options are those of the first render:
 * for another channel, give the component another `key`.
 */
export function useCall(options: CallOptions): string {
  const first = useRef(options);
  const [state, setState] = useState("joining");
  useEffect(() => {
    const call = startCall(first.current, setState);
    return () => call.end();
  }, []);
  return state;
}

function startCall(options: CallOptions, say: (state: string) => void): { end(): void } {
  // react-native-agora 4 takes the newest token.
  const keys = createKeySource({ ...options, version: 7 });
  let engine: IRtcEngine | undefined;
  let hasEnded = false;
  let state = "joining";
  // It tries again by itself. If this is at a renewal, the call goes on with the last key.
  keys.on("retrying", ({ error, delaySeconds }) =>
    say(`${state}; no key: ${why(error)}. Trying again in ${Math.ceil(delaySeconds)} s`),
  );
  keys.on("renewed", () => say(state));
  keys.on("stopped", ({ error }) => say(`no more keys: ${why(error)}`));

  const join = async () => {
    const token = await keys.get();
    const { appId, channel, uid, account } = keys.current ?? {};
    // It may have ended while the key was on its way.
    if (hasEnded || !appId || !channel) return;
    engine = createAgoraRtcEngine();
    check(engine.initialize({ appId }));
    keys.attach(toClient(engine));
    check(
      account === undefined
        ? engine.joinChannel(token ?? "", channel, uid ?? 0, {})
        : engine.joinChannelWithUserAccount(token ?? "", channel, account, {}),
    );
    state = `in ${channel} as ${account ?? uid}`;
    say(state);
  };
  join().catch((error) => {
    if (!hasEnded) say(`failed: ${why(error)}`);
  });

  return {
    end() {
      hasEnded = true;
      keys.close();
      engine?.leaveChannel();
      engine?.release();
    },
  };
}

function why({ message, code }: Error & { code?: string }): string {
  return code ? `${message} (${code})` : message;
}

/** The engine as the client library knows SDKs. Its renewToken returns 0, or why it did not. */
function toClient(engine: IRtcEngine) {
  const listeners = new Set<() => void>();
  const ask = () => {
    for (const listener of listeners) listener();
  };
  // 30 s before the token expires, and when it has expired.
  engine.registerEventHandler({ onTokenPrivilegeWillExpire: ask, onRequestToken: ask });
  return {
    on(event: string, listener: () => void) {
      if (event === "token-privilege-will-expire") listeners.add(listener);
    },
    off(_event: string, listener: () => void) {
      listeners.delete(listener);
    },
    renewToken: (token: string) => engine.renewToken(token),
  };
}

function check(result: number): void {
  if (result < 0) throw new Error(`the SDK returned ${result}`);
}
