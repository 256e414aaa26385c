// What happens around a request, in the order in which app.ts lists it.

import type { Context, Hono, MiddlewareHandler } from "hono";
import { methodNotAllowed } from "hono/method-not-allowed";
import { authenticate } from "../access/authenticate.js";
import type { Background } from "../access/key-sets.js";
import { Refusal } from "../errors.js";
import type { Deployment } from "../service.js";
import { readBody } from "./body.js";
import type { HttpEnv } from "./env.js";
import { problemResponse } from "./problem.js";

export function withDeployment(deploymentOf: (env: object) => Deployment): MiddlewareHandler<HttpEnv> {
  return (c, next) => {
    c.set("deployment", deploymentOf(c.env));
    return next();
  };
}

/** Keys and grants must not be kept by anything on the way. Refusals say so themselves. */
const noStore: MiddlewareHandler<HttpEnv> = async (c, next) => {
  await next();
  c.res.headers.set("Cache-Control", "no-store");
};

/** Lets work go on after the answer. */
export function backgroundOf(c: Context): Background {
  return (work) => c.executionCtx.waitUntil(work);
}

/** What every route under /v1 stands behind, in this order. */
export function credentialed(bodyMaxBytes: number): MiddlewareHandler<HttpEnv>[] {
  return [noStore, requireConfiguration, requireCaller, readBody(bodyMaxBytes)];
}

/** 405 for a path that exists, 404 for one that does not. */
export function wrongMethod(app: Hono<HttpEnv>): MiddlewareHandler<HttpEnv> {
  return methodNotAllowed({
    app: app as unknown as Hono,
    onMethodNotAllowed: (c, methods) => {
      const allow = methods.filter((method) => method !== "OPTIONS").join(", ");
      const refusal = new Refusal("method_not_allowed", `This path knows ${allow}.`, { headers: { Allow: allow } });
      return problemResponse(refusal, c);
    },
  }) as MiddlewareHandler;
}

/** The deployment's configuration is whole, or nothing is issued. */
export const requireConfiguration: MiddlewareHandler<HttpEnv> = (c, next) => {
  const deployment = c.get("deployment");
  if (!("service" in deployment)) {
    throw new Refusal("not_configured", "Settings of this deployment are missing or malformed: GET /ready names them.");
  }
  c.set("service", deployment.service);
  return next();
};

const requireCaller: MiddlewareHandler<HttpEnv> = async (c, next) => {
  const background = backgroundOf(c);
  const credentials = { authorization: c.req.header("authorization"), address: c.req.header("cf-connecting-ip") };
  c.set("caller", await authenticate(c.get("service"), credentials, background));
  await next();
};
