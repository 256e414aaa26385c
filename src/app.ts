// The route table: read this first. A request for a key goes
//   withDeployment → http/json-route.ts: configuration → caller → body → the route's schema → its use case → http/answer.ts
// and whatever is refused on the way is thrown as a Refusal, which http/problem.ts makes a response.

import { OpenAPIHono } from "@hono/zod-openapi";
import { invalidRequest, Refusal } from "./errors.ts";
import { withAnswerHeaders } from "./http/answer.ts";
import { withPreflight } from "./http/cors.ts";
import type { HttpEnv } from "./http/env.ts";
import { fieldErrors } from "./http/field-errors.ts";
import { withDeployment, wrongMethod } from "./http/middleware.ts";
import { problemResponse, refusalOf } from "./http/problem.ts";
import { addConsoleRoutes } from "./routes/console.ts";
import { addDescriptionRoutes } from "./routes/description.ts";
import { addGrantRoute } from "./routes/grants.ts";
import { addInspectRoute } from "./routes/inspect.ts";
import { addKeyRoutes } from "./routes/keys.ts";
import { addRevocationRoutes } from "./routes/revocations.ts";
import { addStatusRoutes } from "./routes/status.ts";
import { createDeployments, type Host, workersHost } from "./service.ts";

export function createApp(host: Host = workersHost): OpenAPIHono<HttpEnv> {
  const app = new OpenAPIHono<HttpEnv>({
    defaultHook: (result) => {
      if (!result.success) throw invalidRequest(fieldErrors(result.error));
    },
  });
  app.onError((error, c) => problemResponse(refusalOf(error), c));
  app.notFound((c) =>
    problemResponse(new Refusal("not_found", "GET /docs lists what there is."), c),
  );

  app.use(withDeployment(createDeployments(host)));
  addKeyRoutes(app); //         POST /v1/keys /v1/keys/batch
  addInspectRoute(app); //      POST /v1/keys/inspect
  addGrantRoute(app); //        POST /v1/grants
  // Those make their answers whole, headers included, and go no further: it spares a mint the chain below. All else:
  app.use(withAnswerHeaders, withPreflight, wrongMethod(app));
  addRevocationRoutes(app); //  POST GET DELETE /v1/revocations
  addStatusRoutes(app); //      GET  /health /ready
  addDescriptionRoutes(app); // GET  /openapi.json /docs
  addConsoleRoutes(app); //     GET  / /console/…
  return app;
}
