// A grant endpoint on Cloudflare Workers. Your app's users get a grant here, and with it their keys
// from Latchkey.

import { Hono } from "hono";

interface Bindings {
  LATCHKEY_URL: string;
  SERVICE_KEY: string;
  /** For trying it out: the uid of whoever asks. Never set it where others can reach this. */
  DEMO_UID?: string;
  /** Where a service binding to Latchkey is set, requests do not cross the network. */
  LATCHKEY?: { fetch: typeof fetch };
}

const app = new Hono<{ Bindings: Bindings }>();

app.post("/grant", async (c) => {
  const user = signedInUser(c.req.raw, c.env);
  if (!user) return c.json({ error: "sign in first" }, 401);
  // Your server decides which channels this user may enter.
  const grant = await requestGrant(c.env, user.uid, ["room-1", "team-*"]);
  return c.json({ grant }, 200, { "Cache-Control": "no-store" });
});

app.onError((error, c) => {
  console.error(error.message);
  return c.json({ error: "no grant for now" }, 502);
});

/** Look up your own session here. Never take the uid from the request: anyone could send it. */
function signedInUser(_request: Request, env: Bindings): { uid: number } | undefined {
  return env.DEMO_UID ? { uid: Number(env.DEMO_UID) } : undefined;
}

async function requestGrant(env: Bindings, uid: number, channels: string[]): Promise<string> {
  const url = new URL("/v1/grants", env.LATCHKEY_URL);
  const response = await (env.LATCHKEY ?? globalThis).fetch(url.href, {
    method: "POST",
    headers: { Authorization: `Bearer ${env.SERVICE_KEY}`, "Content-Type": "application/json" },
    body: JSON.stringify({ channels, uid, subject: `user-${uid}`, expiresIn: 4 * 3600 }),
    redirect: "manual",
    signal: AbortSignal.timeout(5000),
  });
  if (!response.ok)
    throw new Error(`Latchkey returned ${response.status}: ${await response.text()}`);
  const { grant }: { grant: string } = await response.json();
  return grant;
}

export default app;
