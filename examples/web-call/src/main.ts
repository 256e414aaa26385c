// A page with the web SDK: joins, speaks, hears others, and leaves. Its keys come from Latchkey.

import AgoraRTC, { type IMicrophoneAudioTrack } from "agora-rtc-sdk-ng";
import { createKeySource, type KeySource } from "latchkey/client";

const ENDPOINT = import.meta.env.VITE_LATCHKEY_URL ?? "http://localhost:8787";
const CHANNEL = "room-1";

const client = AgoraRTC.createClient({ mode: "rtc", codec: "vp8" });
let keys: KeySource | undefined;
let microphone: IMicrophoneAudioTrack | undefined;

client.on("user-published", async (user, mediaType) => {
  await client.subscribe(user, mediaType);
  if (mediaType === "audio") user.audioTrack?.play();
});

// After a long sleep, say: the SDK has left the channel. Join again with a new key.
client.on("token-privilege-did-expire", () => run(join));

async function join(): Promise<void> {
  showState();
  keys ??= createKeys();
  const token = await keys.get();
  const { appId = "", uid, account } = keys.current ?? {};
  await client.join(appId, CHANNEL, token, account ?? uid);
  keys.attach(client); // from here on its key is renewed
  showState();
}

async function speak(): Promise<void> {
  microphone ??= await AgoraRTC.createMicrophoneAudioTrack();
  await client.publish(microphone);
}

async function leave(): Promise<void> {
  keys?.close();
  keys = undefined;
  microphone?.close();
  microphone = undefined;
  await client.leave();
  say("not in a call");
}

function createKeys(): KeySource {
  const source = createKeySource({
    endpoint: ENDPOINT,
    channel: CHANNEL,
    grant: fetchGrant,
    sdkVersion: AgoraRTC.VERSION,
    platform: "web",
  });
  // It tries again by itself. If this is at a renewal, the call goes on with the last key.
  source.on("retrying", ({ error, delaySeconds }) =>
    showState(`no key: ${why(error)}. Trying again in ${Math.ceil(delaySeconds)} s`),
  );
  source.on("renewed", () => showState());
  // There will be no more keys, and Agora removes the user when the last one expires.
  source.on("stopped", ({ error }) => {
    keys = undefined;
    say(`no more keys: ${why(error)}`);
  });
  return source;
}

/** Your business server knows who is signed in. */
async function fetchGrant(signal: AbortSignal): Promise<{ grant: string }> {
  const response = await fetch("/grant", { method: "POST", signal });
  if (!response.ok) throw new Error(`/grant returned ${response.status}`);
  return response.json();
}

function showState(problem?: string): void {
  const isIn = client.connectionState === "CONNECTED";
  const state = isIn ? `in ${CHANNEL} as ${client.uid}` : "joining";
  say(problem ? `${state}; ${problem}` : state);
}

/** Of the key source or of the SDK: both have a code beside their message. */
function why({ message, code }: Error & { code?: string }): string {
  return code ? `${message} (${code})` : message;
}

function say(state: string): void {
  (document.getElementById("state") as HTMLElement).textContent = state;
}

function run(action: () => Promise<void>): void {
  action().catch((error) => say(`failed: ${why(error)}`));
}

for (const [id, action] of Object.entries({ join, speak, leave }))
  document.getElementById(id)?.addEventListener("click", () => run(action));
