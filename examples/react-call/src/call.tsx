// A call with agora-rtc-react: joins, publishes the microphone, hears others, and renews its key.

import AgoraRTC, {
  AgoraRTCProvider,
  RemoteUser,
  useClientEvent,
  useJoin,
  useLocalMicrophoneTrack,
  usePublish,
  useRemoteUsers,
  useRTCClient,
} from "agora-rtc-react";
import { useEffect, useState } from "react";
import { useKeySource } from "./use-key-source.ts";

const ENDPOINT = import.meta.env.VITE_LATCHKEY_URL ?? "http://localhost:8787";

interface CallProps {
  readonly channel: string;
  readonly microphone?: boolean;
}

/** Mounted: in the channel. Unmounted: it has left. */
export function Call(props: CallProps) {
  const [client] = useState(() => AgoraRTC.createClient({ mode: "rtc", codec: "vp8" }));
  const [round, setRound] = useState(0);
  // After a long sleep, say: the SDK has left the channel. Begin again, with a new key.
  useClientEvent(client, "token-privilege-did-expire", () => setRound((n) => n + 1));
  return (
    <AgoraRTCProvider client={client}>
      <Joined key={`${props.channel} ${round}`} {...props} />
    </AgoraRTCProvider>
  );
}

function Joined({ channel, microphone = false }: CallProps) {
  const client = useRTCClient();
  const [problem, setProblem] = useState<string>();
  const [hasStopped, setHasStopped] = useState(false);
  const keys = useKeySource({
    endpoint: ENDPOINT,
    channel,
    grant: fetchGrant,
    sdkVersion: AgoraRTC.VERSION,
    platform: "web",
  });

  const { isConnected, error: joinError } = useJoin(async () => {
    if (!keys) throw new Error("no key source");
    const token = await keys.get();
    const { appId = "", uid, account } = keys.current ?? {};
    return { appid: appId, channel, token, uid: account ?? uid ?? null };
  }, keys !== undefined);
  // It is renewed from here on. Before the join there is nothing to renew.
  useEffect(() => keys?.attach(client), [keys, client]);
  // It tries again by itself. If this is at a renewal, the call goes on with the last key.
  useEffect(
    () =>
      keys?.on("retrying", ({ error, delaySeconds }) =>
        setProblem(`No key: ${why(error)}. Trying again in ${Math.ceil(delaySeconds)} s`),
      ),
    [keys],
  );
  useEffect(() => keys?.on("renewed", () => setProblem(undefined)), [keys]);
  // There will be no more keys, and Agora removes the user when the last one expires.
  useEffect(
    () =>
      keys?.on("stopped", ({ error }) => {
        setHasStopped(true);
        setProblem(`No more keys: ${why(error)}`);
      }),
    [keys],
  );

  const { localMicrophoneTrack } = useLocalMicrophoneTrack(microphone);
  usePublish([localMicrophoneTrack]);
  const others = useRemoteUsers();

  const hasFailed = hasStopped || joinError !== null;
  const trouble = problem ?? (joinError && `Could not join: ${joinError.message}`);
  const outside = hasFailed ? `not in ${channel}` : `joining ${channel}`;
  return (
    <section>
      {trouble && <p role="alert">{trouble}</p>}
      <p>{isConnected ? `in ${channel} as ${client.uid}` : outside}</p>
      {others.map((user) => (
        <RemoteUser key={user.uid} user={user} />
      ))}
    </section>
  );
}

function why({ message, code }: Error & { code?: string }): string {
  return code ? `${message} (${code})` : message;
}

/** Your business server knows who is signed in. */
async function fetchGrant(signal: AbortSignal): Promise<{ grant: string }> {
  const response = await fetch("/grant", { method: "POST", signal });
  if (!response.ok) throw new Error(`/grant returned ${response.status}`);
  return response.json();
}
