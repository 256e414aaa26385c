import type { Context } from "hono";

/** What Hono carries along a request: the bindings, and no variables. */
export interface HttpEnv {
  Bindings: Cloudflare.Env;
}

export type HttpContext = Context<HttpEnv>;
