// A grant endpoint in Next.js. Your app's users get a grant here, and with it their keys from
// Latchkey.

/** A grant is for one user at one time: never prerendered, never cached. */
export const dynamic = "force-dynamic";

export async function POST(request: Request): Promise<Response> {
  const user = signedInUser(request);
  if (!user) return Response.json({ error: "sign in first" }, { status: 401 });
  try {
    // Your server decides which channels this user may enter.
    const grant = await requestGrant(user.uid, ["room-1", "team-*"]);
    return Response.json({ grant }, { headers: { "Cache-Control": "no-store" } });
  } catch (error) {
    console.error(error);
    return Response.json({ error: "no grant for now" }, { status: 502 });
  }
}

/**
 * Look up your own session here. Never take the uid from the request: anyone could send it.
 * DEMO_UID is for trying it out: the uid of whoever asks. Never set it where others can reach this.
 */
function signedInUser(_request: Request): { uid: number } | undefined {
  const { DEMO_UID } = process.env;
  return DEMO_UID ? { uid: Number(DEMO_UID) } : undefined;
}

async function requestGrant(uid: number, channels: readonly string[]): Promise<string> {
  const { LATCHKEY_URL, SERVICE_KEY } = process.env;
  if (!LATCHKEY_URL || !SERVICE_KEY) throw new Error("LATCHKEY_URL or SERVICE_KEY is not set");
  const response = await fetch(new URL("/v1/grants", LATCHKEY_URL), {
    method: "POST",
    headers: { Authorization: `Bearer ${SERVICE_KEY}`, "Content-Type": "application/json" },
    body: JSON.stringify({ channels, uid, subject: `user-${uid}`, expiresIn: 4 * 3600 }),
    redirect: "error",
    cache: "no-store",
    signal: AbortSignal.timeout(5000),
  });
  if (!response.ok)
    throw new Error(`Latchkey returned ${response.status}: ${await response.text()}`);
  const { grant }: { grant: string } = await response.json();
  return grant;
}
