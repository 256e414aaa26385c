// What any service with Hono and jose has to start: one route, which verifies one HS256 JWT.

import { Hono } from "hono";
import { jwtVerify } from "jose";

const app = new Hono<{ Bindings: { GRANT_SECRET: string } }>();

app.post("/v1/keys", async (c) => {
  const token = (c.req.header("Authorization") ?? "").slice("Bearer ".length);
  const secret = new TextEncoder().encode(c.env.GRANT_SECRET);
  const options = { algorithms: ["HS256"], audience: "latchkey" };
  const { payload } = await jwtVerify(token, secret, options);
  return c.json({ subject: payload.sub });
});

export default app;
