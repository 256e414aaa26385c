// The route table: read this first. A request for a key goes
//   http/serve.ts: configuration → caller → may this kind of caller? → body
//   → issuance/issue-key.ts → http/respond.ts
// and whatever is refused on the way is thrown as a ServiceError, which http/problem.ts makes a
// response.

import { RegExpRouter } from "hono/router/reg-exp-router";
import { Hono } from "hono/tiny";
import { describeCaller } from "./auth/describe-caller.ts";
import { createDeployments } from "./config/deployment.ts";
import { ROUTES } from "./contract/routes.ts";
import { ServiceError } from "./contract/service-error.ts";
import { serveAssets } from "./http/assets.ts";
import type { HttpEnv } from "./http/context.ts";
import { refuseOtherMethods } from "./http/methods.ts";
import { serviceErrorOf } from "./http/problem.ts";
import { requestIdOf } from "./http/request-id.ts";
import { createResponder } from "./http/respond.ts";
import { createServe } from "./http/serve.ts";
import { readiness } from "./http/status.ts";
import { inspectKey } from "./inspection/inspect-key.ts";
import { issueGrant } from "./issuance/issue-grant.ts";
import { issueKey } from "./issuance/issue-key.ts";
import { issueKeys } from "./issuance/issue-keys.ts";
import { issueToken } from "./issuance/issue-token.ts";
import { type Host, workersHost } from "./platform/host.ts";
import { endRevocation, listRevocations, revoke } from "./revocations/revoke.ts";

export function createApp(host: Host = workersHost): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  // One router and not the three of plain Hono. That of hono/tiny takes /v1/keys/ for /v1/keys.
  app.router = new RegExpRouter();
  const deployments = createDeployments(host);
  const respond = createResponder(deployments);
  const serve = createServe(app, deployments, host, respond);

  serve("issueKey", issueKey);
  serve("issueKeys", issueKeys);
  serve("issueToken", issueToken);
  serve("inspectKey", inspectKey);
  serve("issueGrant", issueGrant);
  serve("revoke", revoke);
  serve("listRevocations", listRevocations);
  serve("endRevocation", endRevocation);
  serve("describeCaller", describeCaller);

  app.get(ROUTES.health.path, (c) => respond.json(c, 200, { status: "ok" }));
  app.get(ROUTES.ready.path, async (c) => {
    const waitUntil = (work: Promise<unknown>) => c.executionCtx.waitUntil(work);
    const state = await readiness(deployments(c.env), c.env, host.now(), waitUntil);
    return respond.json(c, state.status === "ready" ? 200 : 503, state);
  });
  serveAssets(app, deployments);

  app.options("*", (c) => respond.preflight(c));
  refuseOtherMethods(app, respond);
  app.notFound((c) =>
    respond.problem(c, new ServiceError("not_found", "GET /docs lists what there is.")),
  );
  app.onError((error, c) => {
    const requestId = requestIdOf(c);
    return respond.problem(c, serviceErrorOf(error, requestId), {}, requestId);
  });
  return app;
}
