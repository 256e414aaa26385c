// What happens around a request, in the order in which app.ts lists it.

import type { Context, Hono, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { cors } from "hono/cors";
import { methodNotAllowed } from "hono/method-not-allowed";
import { authenticate } from "../access/authenticate.js";
import { duplicateMember } from "../access/duplicate-members.js";
import type { Background } from "../access/key-sets.js";
import { invalidRequest, Refusal } from "../errors.js";
import type { Deployment } from "../service.js";
import type { HttpEnv } from "./env.js";
import { problemResponse } from "./problem.js";

export function withDeployment(deploymentOf: (env: object) => Deployment): MiddlewareHandler<HttpEnv> {
  return (c, next) => {
    c.set("deployment", deploymentOf(c.env));
    return next();
  };
}

const PREFLIGHT_MAX_AGE_SECONDS = 86_400;

/** Browsers of the allowed origins may call; whoever sends no Origin (native apps, servers) is not asked for one. */
export const withCors: MiddlewareHandler<HttpEnv> = cors({
  origin: allowOrigin,
  allowMethods: ["GET", "POST", "DELETE"],
  allowHeaders: ["Authorization", "Content-Type"],
  exposeHeaders: ["Retry-After"],
  maxAge: PREFLIGHT_MAX_AGE_SECONDS,
});

function allowOrigin(origin: string, c: Context): string | undefined {
  const deployment: Deployment = c.get("deployment");
  if (!("service" in deployment) || origin === "") return undefined;
  const { allowedOrigins } = deployment.service.config;
  if (allowedOrigins === "*") return "*";
  return allowedOrigins.has(origin) ? origin : undefined;
}

/** Keys and grants must not be kept by anything on the way. */
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
  return [noStore, requireConfiguration, requireCaller, maxBody(bodyMaxBytes), uniqueMembers];
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
const requireConfiguration: MiddlewareHandler<HttpEnv> = (c, next) => {
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

function maxBody(bytes: number): MiddlewareHandler<HttpEnv> {
  return bodyLimit({
    maxSize: bytes,
    onError: () => {
      throw new Refusal("payload_too_large", `The body may have ${bytes} bytes at most.`);
    },
  });
}

/** A body that says a field twice is refused: no reader could know which of the two was meant. */
const uniqueMembers: MiddlewareHandler<HttpEnv> = async (c, next) => {
  // Another body than JSON is refused by its media type, unread.
  if (!/\bjson\b/i.test(c.req.header("content-type") ?? "")) return next();
  const twice = duplicateMember(await c.req.text());
  if (twice !== undefined) throw invalidRequest([{ path: twice.slice(0, 64), message: "is given twice" }]);
  await next();
};
