// What happens around a request, in the order in which app.ts lists it.

import type { Context, Hono, MiddlewareHandler } from "hono";
import { methodNotAllowed } from "hono/method-not-allowed";
import { authenticate } from "../access/authenticate.ts";
import type { Background } from "../access/key-sets.ts";
import { Refusal } from "../errors.ts";
import { BODY_MAX_BYTES } from "../platform/limits.ts";
import type { Deployment } from "../service.ts";
import { readBody } from "./body.ts";
import type { HttpEnv } from "./env.ts";
import { problemResponse } from "./problem.ts";

export function withDeployment(
  deploymentOf: (env: object) => Deployment,
): MiddlewareHandler<HttpEnv> {
  return (c, next) => {
    c.set("deployment", deploymentOf(c.env));
    return next();
  };
}

/** Lets work go on after the answer. */
export function backgroundOf(c: Context): Background {
  return (work) => c.executionCtx.waitUntil(work);
}

/** What a route that takes no body stands behind. A body that comes all the same must not be large. */
export const withCaller: MiddlewareHandler<HttpEnv> = async (c, next) => {
  requireConfiguration(c);
  await requireCaller(c);
  await readBody(c, BODY_MAX_BYTES);
  await next();
  c.res.headers.set("Cache-Control", "no-store");
};

/** 405 for a path that exists, 404 for one that does not. */
export function wrongMethod(app: Hono<HttpEnv>): MiddlewareHandler<HttpEnv> {
  return methodNotAllowed({
    app: app as unknown as Hono,
    onMethodNotAllowed: (c, methods) => {
      const allow = methods.filter((method) => method !== "OPTIONS").join(", ");
      const refusal = new Refusal("method_not_allowed", `This path knows ${allow}.`, {
        headers: { Allow: allow },
      });
      return problemResponse(refusal, c);
    },
  }) as MiddlewareHandler;
}

/** The deployment's configuration is whole, or nothing is issued. */
export function requireConfiguration(c: Context<HttpEnv>): void {
  const deployment = c.get("deployment");
  if (!("service" in deployment)) {
    throw new Refusal(
      "not_configured",
      "Settings of this deployment are missing or malformed: GET /ready names them.",
    );
  }
  c.set("service", deployment.service);
}

export async function requireCaller(c: Context<HttpEnv>): Promise<void> {
  const credentials = {
    authorization: c.req.header("authorization"),
    address: () => c.req.header("cf-connecting-ip"),
  };
  c.set("caller", await authenticate(c.get("service"), credentials, backgroundOf(c)));
}
