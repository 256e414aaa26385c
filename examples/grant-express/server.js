// A grant endpoint in Express. Your app's users get a grant here, and with it their keys from
// Latchkey.

import express from "express";

const { LATCHKEY_URL, SERVICE_KEY, DEMO_UID, HOST = "127.0.0.1", PORT = "3000" } = process.env;
if (!LATCHKEY_URL || !SERVICE_KEY) {
  console.error("Set LATCHKEY_URL and SERVICE_KEY in the environment.");
  process.exit(1);
}

const app = express();
app.disable("x-powered-by");

app.post("/grant", async (request, response) => {
  const user = signedInUser(request);
  if (!user) {
    response.status(401).json({ error: "sign in first" });
    return;
  }
  try {
    // Your server decides which channels this user may enter.
    const grant = await requestGrant(user.uid, ["room-1", "team-*"]);
    response.set("Cache-Control", "no-store").json({ grant });
  } catch (error) {
    console.error(error);
    response.status(502).json({ error: "no grant for now" });
  }
});

/**
 * Look up your own session here. Never take the uid from the request: anyone could send it.
 * DEMO_UID is for trying it out: the uid of whoever asks. Never set it where others can reach this.
 *
 * @param {import("express").Request} _request
 * @returns {{ uid: number } | undefined}
 */
function signedInUser(_request) {
  return DEMO_UID ? { uid: Number(DEMO_UID) } : undefined;
}

/**
 * @param {number} uid
 * @param {readonly string[]} channels
 * @returns {Promise<string>}
 */
async function requestGrant(uid, channels) {
  const response = await fetch(new URL("/v1/grants", LATCHKEY_URL), {
    method: "POST",
    headers: { Authorization: `Bearer ${SERVICE_KEY}`, "Content-Type": "application/json" },
    body: JSON.stringify({ channels, uid, subject: `user-${uid}`, expiresIn: 4 * 3600 }),
    redirect: "error",
    signal: AbortSignal.timeout(5000),
  });
  if (!response.ok)
    throw new Error(`Latchkey returned ${response.status}: ${await response.text()}`);
  const { grant } = await response.json();
  return grant;
}

const server = app.listen(Number(PORT), HOST, (error) => {
  // Express 5 hands it over here, such as EADDRINUSE. Unseen, the process would end with 0.
  if (error) throw error;
  const address = server.address();
  const port = typeof address === "object" ? address?.port : PORT;
  console.log(`POST http://${HOST}:${port}/grant`);
});
