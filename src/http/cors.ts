// Browsers of the allowed origins may call; whoever sends no Origin (native apps, servers) is not asked for one.

import type { Context, MiddlewareHandler } from "hono";
import type { Deployment } from "../service.ts";
import type { HttpEnv } from "./env.ts";

const PREFLIGHT_MAX_AGE_SECONDS = 86_400;

export const withPreflight: MiddlewareHandler<HttpEnv> = async (c, next) => {
  if (c.req.method !== "OPTIONS") return next();
  const headers = {
    "Access-Control-Allow-Methods": "GET,POST,DELETE",
    "Access-Control-Allow-Headers": "Authorization,Content-Type",
    "Access-Control-Max-Age": String(PREFLIGHT_MAX_AGE_SECONDS),
    Vary: "Origin, Access-Control-Request-Headers",
  };
  return new Response(null, { status: 204, headers });
};

/** What a browser is told of the request's origin; undefined: nothing, which it takes for no. */
export function allowedOrigin(c: Context<HttpEnv>): string | undefined {
  const origin = c.req.header("origin");
  // A request may fail before it has one.
  const deployment: Deployment | undefined = c.get("deployment");
  if (origin === undefined || origin === "" || !deployment || !("service" in deployment))
    return undefined;
  const { allowedOrigins } = deployment.service.config;
  if (allowedOrigins === "*") return "*";
  return allowedOrigins.has(origin) ? origin : undefined;
}
