// Gets one access token for a call and RTM from Latchkey: node access-token.mjs room-1 42
// Node 20 or later. Environment: LATCHKEY_URL, SERVICE_KEY.

const [channel, uid] = process.argv.slice(2);
try {
  console.log(JSON.stringify(await accessToken(channel, uidOf(uid))));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

/**
 * Pass the whole response on to the app: { token, appId, expiresAt, renewAt, and more }. The uid
 * must be that of your signed-in user. In RTM the user's id is its text.
 */
async function accessToken(channel, uid) {
  const services = [
    { type: "rtc", channel, uid, role: "publisher" },
    { type: "rtm", userId: `${uid}` },
  ];
  const url = setting("LATCHKEY_URL").replace(/\/+$/, "");
  const response = await fetch(`${url}/v1/tokens`, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${setting("SERVICE_KEY")}`,
      "Content-Type": "application/json",
    },
    body: JSON.stringify({ services, expiresIn: 3600 }),
    redirect: "error",
    signal: AbortSignal.timeout(5000),
  });
  if (!response.ok)
    throw new Error(`Latchkey returned ${response.status}: ${await response.text()}`);
  return response.json();
}

/** Refuses 0, which would let anyone in, and text that a loose conversion would make 0 of. */
function uidOf(text) {
  const uid = Number(text);
  if (/^[1-9]\d{0,9}$/.test(text) && uid <= 0xffff_ffff) return uid;
  throw new Error("uid must be a whole number from 1 to 4294967295");
}

function setting(name) {
  const value = process.env[name]?.trim();
  if (!value) throw new Error(`${name} is not set`);
  return value;
}
