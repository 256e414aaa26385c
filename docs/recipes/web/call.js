// Web: joins a channel with an access token, keeps the token renewed, and lets a listener speak.
// agora-rtc-sdk-ng 4.8 or newer, and Latchkey's client library.

import { createKeySource } from "latchkey/client";

/**
 * Joins as a listener. `fetchGrant` asks your business server for a grant, and gives its text or
 * `{ grant }`. `onStopped` gets a reason such as `forbidden_channel` or `grant_revoked`: there will
 * be no more tokens, and Agora removes the user when the last one expires.
 */
export async function startCall({ AgoraRTC, endpoint, channel, fetchGrant, onStopped }) {
  const client = AgoraRTC.createClient({ mode: "live", codec: "vp8", role: "audience" });
  let keys;
  let detach = () => {};

  const createKeys = (grant) =>
    createKeySource({ endpoint, grant, channel, sdkVersion: AgoraRTC.VERSION, platform: "web" });

  function use(source) {
    keys?.close();
    keys = source;
    keys.on("stopped", ({ error }) => onStopped(error.code));
  }

  async function join() {
    const token = await keys.get();
    const { appId, uid, account } = keys.current;
    await client.join(appId, channel, token, account ?? uid);
    detach = keys.attach(client);
  }

  // After a long sleep, say: the SDK has left the channel, and joins again with a new token.
  client.on("token-privilege-did-expire", () => {
    detach();
    join().catch((error) => error.name === "KeySourceError" || onStopped(error.code));
  });

  use(createKeys(fetchGrant));
  await join();
  return {
    client,
    /**
     * `fetchSpeakersGrant` asks your business server for a grant with the role `publisher`. The
     * server decides who may speak: if it refuses, the call goes on as before.
     */
    async speak(fetchSpeakersGrant) {
      const speakersKeys = createKeys(fetchSpeakersGrant);
      const token = await speakersKeys.get();
      use(speakersKeys);
      detach = keys.attach(client);
      await client.renewToken(token);
      await client.setClientRole("host");
    },
    async leave() {
      keys.close();
      await client.leave();
    },
  };
}
