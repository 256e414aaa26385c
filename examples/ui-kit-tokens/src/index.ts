// Tokens for Agora's UI kits. They know a `tokenUrl` and send no credential, so the grant is a part
// of that address:
//
//   tokenUrl = https://ui-kit-tokens.example.com/<grant>
//   GET <tokenUrl>/rtc/<channel>/<role>/uid/<uid>/   →  { "rtcToken": "007…" }
//   GET <tokenUrl>/rtm/<user id>                     →  { "rtmToken": "007…" }
//
// These are the paths and responses of the vendor's agora-token-service. This Worker has no secret:
// Latchkey decides, by the grant, what its user gets.

import { type Context, Hono } from "hono";
import { cors } from "hono/cors";

interface Bindings {
  LATCHKEY_URL: string;
  /** Where a service binding to Latchkey is set, requests do not cross the network. */
  LATCHKEY?: { fetch: typeof fetch };
}

type Env = { Bindings: Bindings };

/** What the kits read. Android's crashes where the field is missing, so an error has it too. */
type TokenField = "rtcToken" | "rtmToken";

/** What is read of a response of Latchkey: a key, a token, or a problem. */
interface Issued {
  readonly key?: string;
  readonly token?: string;
  readonly code?: string;
  readonly detail?: string;
}

// Some kits end the path with a slash, some do not.
const app = new Hono<Env>({ strict: false });

// A page of any origin may ask: it needs a grant.
app.use(cors());

app.get("/:grant/rtc/:channel/:role/uid/:uid", (c) =>
  rtcToken(c, { uid: Number(c.req.param("uid")) }),
);
app.get("/:grant/rtc/:channel/:role/userAccount/:account", (c) =>
  rtcToken(c, { account: c.req.param("account") }),
);
app.get("/:grant/rtm/:userId", (c) => {
  const services = [{ type: "rtm", userId: c.req.param("userId") }];
  return answer(c, "rtmToken", "/v1/tokens", { services });
});

function rtcToken(c: Context<Env>, user: { uid: number } | { account: string }) {
  // Every kit says "publisher", also for its audience. Left out, the role is the grant's.
  const role = c.req.param("role") === "subscriber" ? { role: "subscriber" } : {};
  const channel = c.req.param("channel");
  return answer(c, "rtcToken", "/v1/keys", { channel, version: 7, ...user, ...role });
}

async function answer(c: Context<Env>, field: TokenField, path: string, request: object) {
  // Never into a cache: neither the token nor what was wrong.
  c.header("Cache-Control", "no-store");
  const grant = c.req.param("grant") ?? "";
  // The three parts of a JWT. Nothing else belongs in a header.
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(grant)) return refuse(c, field, 401, { code: "no_grant" });
  const { LATCHKEY, LATCHKEY_URL } = c.env;
  try {
    const response = await (LATCHKEY ?? globalThis).fetch(new URL(path, LATCHKEY_URL).href, {
      method: "POST",
      headers: { Authorization: `Bearer ${grant}`, "Content-Type": "application/json" },
      body: JSON.stringify(request),
      redirect: "manual",
    });
    const issued: Issued = await response.json();
    const token = issued.key ?? issued.token;
    return response.ok && token
      ? c.json({ [field]: token })
      : refuse(c, field, response.status, issued);
  } catch {
    return refuse(c, field, 502, { code: "unavailable" });
  }
}

/** 4xx as it is: the kit asked for what the grant does not allow. */
function refuse(c: Context<Env>, field: TokenField, status: number, { code, detail }: Issued) {
  const isRefusal = status >= 400 && status < 500;
  return c.json({ [field]: "", error: code, detail }, (isRefusal ? status : 502) as 502);
}

export default app;
