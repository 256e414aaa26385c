import type { Context } from "hono";

/** What Hono carries along a request. */
export interface HttpEnv {
  Bindings: Cloudflare.Env;
  /** Set by request-id.ts alone. */
  Variables: { requestId?: string };
}

export type HttpContext = Context<HttpEnv>;
