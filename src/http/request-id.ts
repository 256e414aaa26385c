// Each request has an id, in its response and in whatever is written about it. Behind Cloudflare it
// is the id that Cloudflare gave it, which its own logs have too.

import type { HttpContext } from "./context.ts";

/** Not X-Request-Id: RFC 6648 wants no X- in new names. */
export const REQUEST_ID_HEADER = "Request-Id";

/** Cloudflare sets it, and a client can't. Elsewhere a client may: then it must look like one. */
const RAY_HEADER = "cf-ray";
const RAY = /^[0-9a-f]{16}(-[A-Z]{3})?$/;

/** Random, since the ids of isolates must differ. A request then costs no call of crypto. */
let isolate: string | undefined;
let requests = 0;

/** To be asked once for each request: a second time may give another one. */
export function requestIdOf(c: HttpContext): string {
  const ray = c.req.header(RAY_HEADER);
  if (ray !== undefined && RAY.test(ray)) return ray;
  isolate ??= crypto.randomUUID().slice(0, 13);
  requests++;
  return `${isolate}-${requests}`;
}
