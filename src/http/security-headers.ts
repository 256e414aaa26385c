// Headers that every answer carries, whatever it is: set last and outermost, in a handful of calls, since each costs a request.

import type { MiddlewareHandler } from "hono";

/** An answer is data: nothing in it may be run, framed or embedded by another site's page. CORS, where allowed, is not affected. */
const ALWAYS = [
  ["X-Content-Type-Options", "nosniff"],
  ["Referrer-Policy", "no-referrer"],
  ["Cross-Origin-Resource-Policy", "same-origin"],
  ["Strict-Transport-Security", "max-age=31536000"],
] as const;

/** For answers that say nothing else; the pages have policies of their own. */
const CONTENT_SECURITY_POLICY = "default-src 'none'; frame-ancestors 'none'";

export const withSecurityHeaders: MiddlewareHandler = async (c, next) => {
  await next();
  try {
    setHeaders(c.res.headers);
  } catch {
    // What a binding answered (a static file) has headers that can't be changed.
    c.res = new Response(c.res.body, c.res);
    setHeaders(c.res.headers);
  }
};

function setHeaders(headers: Headers): void {
  for (const [name, value] of ALWAYS) headers.set(name, value);
  if (!headers.has("Content-Security-Policy")) headers.set("Content-Security-Policy", CONTENT_SECURITY_POLICY);
}
