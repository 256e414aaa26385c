// Pages of the allowed origins may call. Native apps and servers send no Origin, and always may.

import type { DeploymentResult } from "../config/deployment.ts";
import { PREFLIGHT_MAX_AGE_SECONDS } from "../platform/limits.ts";
import type { HttpContext } from "./context.ts";
import { REQUEST_ID_HEADER } from "./request-id.ts";

/**
 * The allowed origin of a request; undefined tells a browser no. While the configuration is not
 * whole, nothing is issued, and any page may read why.
 */
export function allowedOrigin(c: HttpContext, deployment: DeploymentResult): string | undefined {
  const origin = c.req.header("origin");
  if (origin === undefined || origin === "") return undefined;
  if (!deployment.ok) return "*";
  const { allowedOrigins } = deployment.value.config;
  if (allowedOrigins === "*") return "*";
  return allowedOrigins.has(origin) ? origin : undefined;
}

/** Beside the usual headers a script may read these two. */
export function corsHeaders(origin: string | undefined): Record<string, string> {
  if (origin === undefined) return { Vary: "Origin" };
  return {
    Vary: "Origin",
    "Access-Control-Allow-Origin": origin,
    "Access-Control-Expose-Headers": `Retry-After,${REQUEST_ID_HEADER}`,
  };
}

/** What a browser may send from an allowed origin, and for how long it may remember that. */
export const PREFLIGHT_HEADERS = {
  "Access-Control-Allow-Methods": "GET,POST,DELETE",
  "Access-Control-Allow-Headers": "Authorization,Content-Type",
  "Access-Control-Max-Age": String(PREFLIGHT_MAX_AGE_SECONDS),
  Vary: "Origin, Access-Control-Request-Headers",
} as const;
