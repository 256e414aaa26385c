// From a request straight down to its response:
//   https? → configuration → caller → may this caller do this? → body → operation → response

import type { Hono } from "hono";
import { authenticate } from "../auth/authenticate.ts";
import type { Caller } from "../auth/caller.ts";
import { requireOperation } from "../auth/service-key-rules.ts";
import type { Context, Deployment, DeploymentResult } from "../config/deployment.ts";
import type { Route } from "../contract/routes.ts";
import { ServiceError } from "../contract/service-error.ts";
import type { Host } from "../platform/host.ts";
import { readBody, readJson } from "./body.ts";
import type { HttpContext, HttpEnv } from "./context.ts";
import { refusePlainHttp } from "./plain-http.ts";
import type { Responder } from "./respond.ts";

/** The kinds of caller that a route admits, as types. */
type CallerOf<R extends Route> = Extract<Caller, { kind: R["callers"][number] }>;

/** What serves a request: its input is whatever came, and the operation parses it. */
export type Operation<C extends Caller> = (context: Context<C>, input: unknown) => unknown;

/** Connects routes with operations. */
export function createServe(
  app: Hono<HttpEnv>,
  deployments: (env: object) => DeploymentResult,
  host: Host,
  respond: Responder,
) {
  return <R extends Route>(route: R, operation: Operation<CallerOf<R>>): void => {
    const { method, path, callers, operation: needed, bodyMaxBytes, status }: Route = route;
    app.on(method, path, async (c) => {
      refusePlainHttp(c.req.url);
      const deployment = requireConfigured(deployments(c.env));
      const now = host.now();
      const waitUntil = (work: Promise<unknown>) => c.executionCtx.waitUntil(work);
      const credentials = {
        authorization: c.req.header("authorization"),
        address: () => c.req.header("cf-connecting-ip"),
      };
      const caller = await authenticate(deployment, credentials, now, waitUntil);
      if (!callers.includes(caller.kind)) {
        throw new ServiceError("forbidden", "This is for service keys: a grant is not enough.");
      }
      if (caller.kind === "serviceKey" && needed) requireOperation(caller.scope, needed);
      const input =
        method === "POST" ? await readJson(c, bodyMaxBytes) : await readAddress(c, bodyMaxBytes);
      const context = { deployment, caller: caller as CallerOf<R>, now, waitUntil };
      return respond.json(c, status, await operation(context, input));
    });
  };
}

/** Parameters of the address. A body that comes all the same must not be large. */
async function readAddress(c: HttpContext, maxBytes: number): Promise<unknown> {
  await readBody(c, maxBytes);
  return { ...c.req.query(), ...c.req.param() };
}

/** The configuration is whole, or nothing is issued. Throws `not_configured`. */
export function requireConfigured(deployment: DeploymentResult): Deployment {
  if (deployment.ok) return deployment.value;
  const detail = "Settings of this deployment are missing or malformed: GET /ready names them.";
  throw new ServiceError("not_configured", detail);
}
