// From a request straight down to its response:
//   https? → configuration → caller → may this caller do this? → body → operation → response

import type { Hono } from "hono";
import { authenticate } from "../auth/authenticate.ts";
import type { Caller } from "../auth/caller.ts";
import { requireOperation } from "../auth/service-key-rules.ts";
import type { Context, Deployment, DeploymentResult } from "../config/deployment.ts";
import { type OperationId, ROUTES, type Route } from "../contract/routes.ts";
import { ServiceError } from "../contract/service-error.ts";
import type { Host } from "../platform/host.ts";
import type { Outcome } from "../telemetry/audit-event.ts";
import { RequestRecord } from "../telemetry/request-record.ts";
import { readBody, readJson } from "./body.ts";
import type { HttpContext, HttpEnv } from "./context.ts";
import { refusePlainHttp } from "./plain-http.ts";
import { serviceErrorOf } from "./problem.ts";
import { requestIdOf } from "./request-id.ts";
import type { Responder } from "./respond.ts";

/** The kinds of caller that an operation's route admits, as types. */
type CallerOf<I extends OperationId> = Extract<
  Caller,
  { kind: (typeof ROUTES)[I]["callers"][number] }
>;

/** What serves a request: its input is whatever came, and the operation parses it. */
export type Operation<C extends Caller> = (context: Context<C>, input: unknown) => unknown;

/** Connects routes with operations. */
export function createServe(
  app: Hono<HttpEnv>,
  deployments: (env: object) => DeploymentResult,
  host: Host,
  respond: Responder,
) {
  return <I extends OperationId>(id: I, operation: Operation<CallerOf<I>>): void => {
    const { method, path, callers, operation: needed, bodyMaxBytes, status }: Route = ROUTES[id];
    app.on(method, path, async (c) => {
      const found = deployments(c.env);
      const waitUntil = (work: Promise<unknown>) => c.executionCtx.waitUntil(work);
      const authorization = c.req.header("authorization");
      const record = new RequestRecord(id, requestIdOf(c), host);
      const end = (outcome: Outcome) => {
        if (found.ok) record.end(outcome, found.value, authorization);
      };
      try {
        refusePlainHttp(c.req.url);
        const deployment = requireConfigured(found);
        const now = host.now();
        const address = () => c.req.header("cf-connecting-ip");
        const credentials = { authorization, address };
        const caller = await authenticate(deployment, credentials, now, waitUntil);
        record.caller = caller;
        await deployment.rateLimiter.countCaller(caller);
        if (!callers.includes(caller.kind)) {
          throw new ServiceError("forbidden", "This is for service keys: a grant is not enough.");
        }
        if (caller.kind === "serviceKey" && needed) requireOperation(caller.scope, needed);
        const input =
          method === "POST" ? await readJson(c, bodyMaxBytes) : await readAddress(c, bodyMaxBytes);
        const context = { deployment, caller: caller as CallerOf<I>, now, waitUntil, record };
        const output = await operation(context, input);
        end("ok");
        return respond.json(c, status, output, record.requestId);
      } catch (error) {
        const refusal = serviceErrorOf(error, record.requestId);
        end(refusal.code);
        return respond.problem(c, refusal, {}, record.requestId);
      }
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
