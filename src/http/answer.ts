// What every answer carries, whatever it is. An answer of the API is made with all of its headers at once: to set nine of them one
// after another would cost a mint more than its key. Pages and files have them set afterwards (`withAnswerHeaders`).

import type { Context, MiddlewareHandler, TypedResponse } from "hono";
import { allowedOrigin } from "./cors.ts";
import type { HttpEnv } from "./env.ts";

const ALWAYS = {
  // An answer is data: nothing in it may be run, framed or embedded by another site's page. CORS, where allowed, is not affected.
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Strict-Transport-Security": "max-age=31536000",
};

/** For answers that say nothing else; the pages have policies of their own. */
const CONTENT_SECURITY_POLICY = "default-src 'none'; frame-ancestors 'none'";

/** The headers of an answer of the API. Keys and grants must not be kept by anything on the way, nor refusals. */
export function apiHeaders(c: Context<HttpEnv>, contentType: string): Headers {
  return headersFor(contentType, allowedOrigin(c));
}

function headersFor(contentType: string, origin: string | undefined): Headers {
  return new Headers({
    ...ALWAYS,
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cache-Control": "no-store",
    "Content-Type": contentType,
    Vary: "Origin",
    ...(origin !== undefined && corsHeaders(origin)),
  });
}

/** For an allowed origin; a script of it may read Retry-After beside the usual. */
const corsHeaders = (origin: string) => ({
  "Access-Control-Allow-Origin": origin,
  "Access-Control-Expose-Headers": "Retry-After",
});

/** By allowed origin, of which a deployment has a handful: the runtime copies them faster than it makes them. */
const jsonHeaders = new Map<string | undefined, Headers>();

/** An answer that is JSON text already. */
export function jsonTextAnswer<T, S extends 200 | 201>(
  c: Context<HttpEnv>,
  text: string,
  status: S,
): Response & TypedResponse<T, S, "json"> {
  const origin = allowedOrigin(c);
  let headers = jsonHeaders.get(origin);
  if (!headers) {
    headers = headersFor("application/json", origin);
    jsonHeaders.set(origin, headers);
  }
  return new Response(text, { status, headers }) as Response & TypedResponse<T, S, "json">;
}

export function jsonAnswer<T, S extends 200 | 201>(
  c: Context<HttpEnv>,
  body: T,
  status: S,
): Response & TypedResponse<T, S, "json"> {
  return jsonTextAnswer(c, JSON.stringify(body), status);
}

export const withAnswerHeaders: MiddlewareHandler<HttpEnv> = async (c, next) => {
  await next();
  try {
    setHeaders(c);
  } catch {
    // What a binding answered (a static file) has headers that can't be changed.
    c.res = new Response(c.res.body, c.res);
    setHeaders(c);
  }
};

function setHeaders(c: Context<HttpEnv>): void {
  const { headers } = c.res;
  for (const [name, value] of Object.entries(ALWAYS)) headers.set(name, value);
  if (!headers.has("Content-Security-Policy"))
    headers.set("Content-Security-Policy", CONTENT_SECURITY_POLICY);
  const origin = allowedOrigin(c);
  if (origin !== undefined)
    for (const [name, value] of Object.entries(corsHeaders(origin))) headers.set(name, value);
  const vary = headers.get("Vary");
  if (!vary?.includes("Origin")) headers.append("Vary", "Origin");
}
