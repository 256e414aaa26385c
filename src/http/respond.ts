// Every response that the service makes itself, headers included. JSON gets the headers that matter
// to JSON (OWASP, REST Security Cheat Sheet); pages get more (assets.ts).

import type { DeploymentResult } from "../config/deployment.ts";
import type { ServiceError } from "../contract/service-error.ts";
import { JsonText } from "../platform/json.ts";
import type { HttpContext } from "./context.ts";
import { allowedOrigin, corsHeaders, PREFLIGHT_HEADERS } from "./cors.ts";
import { errorHeaders, problemOf } from "./problem.ts";
import { REQUEST_ID_HEADER, requestIdOf } from "./request-id.ts";

/** What every response carries, pages included. */
export const COMMON_HEADERS = {
  "X-Content-Type-Options": "nosniff",
  "Strict-Transport-Security": "max-age=31536000",
} as const;

/** Keys, grants and refusals must not be kept by anything on the way, nor be shown in a frame. */
const JSON_HEADERS = {
  ...COMMON_HEADERS,
  "Cache-Control": "no-store",
  "Content-Security-Policy": "frame-ancestors 'none'",
} as const;

export type Responder = ReturnType<typeof createResponder>;

export function createResponder(deployments: (env: object) => DeploymentResult) {
  /** By allowed origin, of which a deployment has a handful: copying is faster than making. */
  const known = new Map<string | undefined, Headers>();

  const jsonHeaders = (origin: string | undefined): Headers => {
    const headers =
      known.get(origin) ??
      new Headers({
        ...JSON_HEADERS,
        ...corsHeaders(origin),
        "Content-Type": "application/json",
      });
    known.set(origin, headers);
    return headers;
  };

  return {
    /** `body` undefined: none. */
    json(
      c: HttpContext,
      status: number,
      body: unknown,
      requestId: string = requestIdOf(c),
    ): Response {
      const text = body instanceof JsonText ? body.text : JSON.stringify(body);
      const headers = jsonHeaders(allowedOrigin(c, deployments(c.env)));
      // Before they are copied: then the response needs no Headers object of its own.
      headers.set(REQUEST_ID_HEADER, requestId);
      return new Response(text ?? null, { status, headers });
    },

    problem(
      c: HttpContext,
      error: ServiceError,
      more: Readonly<Record<string, string>> = {},
      requestId: string = requestIdOf(c),
    ): Response {
      const problem = problemOf(error);
      const headers = new Headers({
        ...JSON_HEADERS,
        ...corsHeaders(allowedOrigin(c, deployments(c.env))),
        ...errorHeaders(error, c.req.header("authorization") !== undefined),
        ...more,
        "Content-Type": "application/problem+json",
        [REQUEST_ID_HEADER]: requestId,
      });
      return new Response(JSON.stringify(problem), { status: problem.status, headers });
    },

    preflight(c: HttpContext): Response {
      const cors = corsHeaders(allowedOrigin(c, deployments(c.env)));
      const requestId = { [REQUEST_ID_HEADER]: requestIdOf(c) };
      const headers = { ...COMMON_HEADERS, ...cors, ...PREFLIGHT_HEADERS, ...requestId };
      return new Response(null, { status: 204, headers });
    },
  };
}
