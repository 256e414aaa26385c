import type { Caller } from "../access/caller.ts";
import type { Deployment, Service } from "../service.ts";

/** What Hono carries along a request. */
export interface HttpEnv {
  Bindings: Cloudflare.Env;
  Variables: {
    deployment: Deployment;
    /** Set once the configuration has been found whole. */
    service: Service;
    /** Set once the caller is authenticated. */
    caller: Caller;
  };
}
