// What any Worker must do for such a request, a step at a time, with none of the product in it: how
// much of a key's cost is not the service's to save. Bundled once for each STEP (servers.ts).

import { Hono } from "hono";
import * as v from "valibot";

/**
 * 1: the body read and parsed, a response as long as ours written; no framework, no credential, no
 * check, no key. 2: with the headers of every response. 3: the request's headers looked at, and a
 * random number drawn. 4: in a Hono app. 5: the body checked by a schema.
 */
declare const STEP: 1 | 2 | 3 | 4 | 5;

const headers = new Headers({ "Content-Type": "application/json" });
if (STEP >= 2) {
  headers.set("X-Content-Type-Options", "nosniff");
  headers.set("Strict-Transport-Security", "max-age=31536000");
  headers.set("Content-Security-Policy", "frame-ancestors 'none'");
  headers.set("Cache-Control", "no-store");
  headers.set("Vary", "Origin");
}

const READ = ["authorization", "content-type", "content-length", "transfer-encoding", "origin"];
const u32 = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffff_ffff));
const schema = v.object({
  channel: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
  uid: v.optional(u32),
  version: v.optional(v.picklist([1, 2, 3, 4, 5])),
  service: v.optional(v.string(), "mediaChannel"),
  expiresIn: v.optional(u32),
});

async function response(request: Request): Promise<Response> {
  const read =
    STEP >= 3 ? READ.filter((name) => request.headers.get(name) !== null).length : READ.length;
  const body = JSON.parse(await request.text());
  const { channel } = STEP >= 5 ? v.parse(schema, body) : body;
  const randomInt = STEP >= 3 ? crypto.getRandomValues(new Uint32Array(1))[0] : 1234567890;
  const text = JSON.stringify({
    key: "x".repeat(103),
    version: read,
    service: "mediaChannel",
    appId: "x".repeat(32),
    channel,
    uid: 42,
    randomInt,
    issuedAt: 1800000000,
    joinBefore: 1800000300,
    expiresAt: 1800003600,
    renewAt: 1800001800,
    serverTime: 1800000000,
  });
  return new Response(text, { headers });
}

const app = new Hono().post("/v1/keys", (c) => response(c.req.raw));

export default STEP >= 4 ? app : { fetch: response };
