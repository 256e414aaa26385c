"use client";

// Joins room-1 with the web SDK. The SDK needs a browser, so it is loaded when it is used.

import type { IAgoraRTCClient } from "agora-rtc-sdk-ng";
import { createKeySource, type KeySource } from "latchkey/client";
import { useCallback, useEffect, useRef, useState } from "react";

const ENDPOINT = process.env.NEXT_PUBLIC_LATCHKEY_URL ?? "http://localhost:8787";
const CHANNEL = "room-1";

interface Call {
  readonly client: IAgoraRTCClient;
  readonly keys: KeySource;
}

export default function Page() {
  const call = useRef<Promise<Call>>(undefined);
  const [state, setState] = useState("not in a call");

  const leave = useCallback(() => {
    const left = call.current;
    call.current = undefined;
    left?.then(({ client, keys }) => {
      keys.close();
      return client.leave();
    }, console.error);
    setState("not in a call");
  }, []);
  // Who goes to another page leaves the call.
  useEffect(() => leave, [leave]);

  const join = () => {
    if (call.current) return;
    setState("joining");
    const joining = startCall(setState);
    call.current = joining;
    joining.then(
      ({ client }) => setState(`in ${CHANNEL} as ${client.uid}`),
      (error) => {
        call.current = undefined;
        setState(`could not join: ${why(error)}`);
      },
    );
  };

  return (
    <main>
      <button type="button" onClick={join}>
        Join
      </button>
      <button type="button" onClick={leave}>
        Leave
      </button>
      <p>{state}</p>
    </main>
  );
}

async function startCall(say: (state: string) => void): Promise<Call> {
  const { default: AgoraRTC } = await import("agora-rtc-sdk-ng");
  const client = AgoraRTC.createClient({ mode: "rtc", codec: "vp8" });
  const keys = createKeySource({
    endpoint: ENDPOINT,
    channel: CHANNEL,
    grant: fetchGrant,
    sdkVersion: AgoraRTC.VERSION,
    platform: "web",
  });
  try {
    const showState = (problem?: string) => {
      const isIn = client.connectionState === "CONNECTED";
      const state = isIn ? `in ${CHANNEL} as ${client.uid}` : "joining";
      say(problem ? `${state}; ${problem}` : state);
    };
    // It tries again by itself. If this is at a renewal, the call goes on with the last key.
    keys.on("retrying", ({ error, delaySeconds }) =>
      showState(`no key: ${why(error)}. Trying again in ${Math.ceil(delaySeconds)} s`),
    );
    keys.on("renewed", () => showState());
    keys.on("stopped", ({ error }) => say(`no more keys: ${why(error)}`));
    const token = await keys.get();
    const { appId = "", uid, account } = keys.current ?? {};
    await client.join(appId, CHANNEL, token, account ?? uid);
    keys.attach(client);
    return { client, keys };
  } catch (error) {
    keys.close();
    throw error;
  }
}

/** Of the key source or of the SDK: both have a code beside their message. */
function why({ message, code }: Error & { code?: string }): string {
  return code ? `${message} (${code})` : message;
}

async function fetchGrant(signal: AbortSignal): Promise<{ grant: string }> {
  const response = await fetch("/grant", { method: "POST", signal });
  if (!response.ok) throw new Error(`/grant returned ${response.status}`);
  return response.json();
}
