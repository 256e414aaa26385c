// React Native: joins with an access token, keeps it renewed, and lets a listener speak.
// react-native-agora 4 and Latchkey's client library.

import { createKeySource } from "latchkey/client";

/**
 * `engine` is a `createAgoraRtcEngine()`, and `options` its ChannelMediaOptions: what your app
 * publishes and plays. `fetchGrant` asks your business server for a grant, and gives its text or
 * `{ grant }`. `onStopped` gets a reason such as `forbidden_channel` or `grant_revoked`: there will
 * be no more tokens, and Agora removes the user when the last one expires.
 */
export async function startCall({
  engine,
  appId,
  endpoint,
  channel,
  options,
  fetchGrant,
  onStopped,
}) {
  check(engine.initialize({ appId }));
  const listeners = new Set();
  const ask = () => {
    for (const listener of listeners) listener();
  };
  // 30 s before the token expires, and when it has expired.
  engine.registerEventHandler({ onTokenPrivilegeWillExpire: ask, onRequestToken: ask });

  /** The engine as the client library knows SDKs. Its renewToken returns 0, or why it did not. */
  const client = {
    on: (event, listener) => event === "token-privilege-will-expire" && listeners.add(listener),
    off: (_event, listener) => listeners.delete(listener),
    renewToken: (token) => engine.renewToken(token),
  };

  const sdkVersion = engine.getVersion().version;
  const createKeys = (grant) =>
    createKeySource({ endpoint, grant, channel, sdkVersion, platform: "native" });

  let keys;
  function use(source) {
    keys?.close();
    keys = source;
    keys.on("stopped", ({ error }) => onStopped(error.code));
  }

  use(createKeys(fetchGrant));
  const token = await keys.get();
  const { uid, account } = keys.current;
  check(
    account === undefined
      ? engine.joinChannel(token, channel, uid, options)
      : engine.joinChannelWithUserAccount(token, channel, account, options),
  );
  keys.attach(client);
  return {
    /**
     * `fetchSpeakersGrant` asks your business server for a grant with the role `publisher`. The
     * server decides who may speak: if it refuses, the call goes on as before.
     */
    async speak(fetchSpeakersGrant) {
      const speakersKeys = createKeys(fetchSpeakersGrant);
      const speakersToken = await speakersKeys.get();
      use(speakersKeys);
      keys.attach(client);
      check(engine.renewToken(speakersToken));
      check(engine.setClientRole(1)); // ClientRoleType.ClientRoleBroadcaster
    },
    leave() {
      keys.close();
      check(engine.leaveChannel());
    },
  };
}

function check(result) {
  if (result < 0) throw new Error(`the SDK returned ${result}`);
}
