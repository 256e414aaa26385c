import AgoraRTC from "agora-rtc-sdk-ng";
import { createKeySource, type KeySourceOptions } from "latchkey/client";

export interface ChannelCall {
  leave(): Promise<void>;
}

/** One channel: a client of the SDK and a key source of its own. A key is for one channel alone. */
export async function joinChannel(
  options: Pick<KeySourceOptions, "endpoint" | "grant" | "channel">,
  say: (state: string) => void,
): Promise<ChannelCall> {
  const keys = createKeySource({ ...options, sdkVersion: AgoraRTC.VERSION, platform: "web" });
  const client = AgoraRTC.createClient({ mode: "rtc", codec: "vp8" });
  const showState = (problem?: string) => {
    const state = client.connectionState === "CONNECTED" ? `in as ${client.uid}` : "joining";
    say(problem ? `${state}; ${problem}` : state);
  };
  // It tries again by itself. If this is at a renewal, the call goes on with the last key.
  keys.on("retrying", ({ error, delaySeconds }) =>
    showState(`no key: ${why(error)}. Trying again in ${Math.ceil(delaySeconds)} s`),
  );
  keys.on("renewed", () => showState());
  keys.on("stopped", ({ error }) => say(`no more keys: ${why(error)}`));
  client.on("user-published", async (user, mediaType) => {
    await client.subscribe(user, mediaType);
    if (mediaType === "audio") user.audioTrack?.play();
  });
  const join = async () => {
    const token = await keys.get();
    const { appId = "", uid, account } = keys.current ?? {};
    await client.join(appId, options.channel, token, account ?? uid);
    keys.attach(client);
    showState();
  };
  // After a long sleep, say: the SDK has left the channel. Join again with a new key.
  client.on("token-privilege-did-expire", () => {
    join().catch((error) => say(`failed: ${why(error)}`));
  });
  try {
    await join();
  } catch (error) {
    keys.close();
    throw error;
  }
  return {
    async leave() {
      keys.close();
      await client.leave();
      say("left");
    },
  };
}

/** Of the key source or of the SDK: both have a code beside their message. */
export function why({ message, code }: Error & { code?: string }): string {
  return code ? `${message} (${code})` : message;
}
