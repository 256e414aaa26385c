import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { text } from "../access/grant-claims.ts";
import { jsonAnswer } from "../http/answer.ts";
import type { HttpEnv } from "../http/env.ts";
import { addJsonRoute } from "../http/json-route.ts";
import { backgroundOf, withCaller } from "../http/middleware.ts";
import { refusals } from "../http/responses.ts";
import { channel, u32 } from "../keys/schemas.ts";
import { BODY_MAX_BYTES } from "../platform/limits.ts";
import { endRevocation, listRevocations, revoke } from "../use-cases/revocations.ts";

const named = {
  uid: u32.optional(),
  channel: channel.optional(),
  sub: text.optional().openapi({ description: "A grant's subject" }),
  jti: text.optional().openapi({ description: "The id of one grant" }),
};
const revocationRequest = z
  .strictObject({
    ...named,
    until: u32.optional().openapi({
      description: "Unix seconds, at most 24 h and 10 s from now, which is the default",
    }),
  })
  .openapi("RevocationRequest");

const revocation = z.object({ id: z.string(), ...named, until: u32 }).openapi("Revocation");
const cursor = z.string().regex(/^\d{1,15}$/, "must be the cursor of a page before");

const revokeRoute = createRoute({
  method: "post",
  path: "/v1/revocations",
  operationId: "revoke",
  summary: "Cut a user off: no edge renews for them",
  description:
    "At least one of uid, channel, sub and jti; a request for a key is refused where all of those given match.",
  tags: ["Revocations"],
  request: {
    body: { required: true, content: { "application/json": { schema: revocationRequest } } },
  },
  responses: {
    201: {
      description: "Kept, and enforced everywhere within 60 s",
      content: { "application/json": { schema: revocation } },
    },
    ...refusals(["revocations_unavailable"]),
  },
});

const listRoute = createRoute({
  method: "get",
  path: "/v1/revocations",
  operationId: "listRevocations",
  summary: "The revocations that have not ended, a page at a time",
  tags: ["Revocations"],
  middleware: withCaller,
  request: {
    query: z.strictObject({
      cursor: cursor.optional().openapi({ description: "Of the page before" }),
    }),
  },
  responses: {
    200: {
      description: "A page; without `cursor` it is the last",
      content: {
        "application/json": {
          schema: z
            .object({ revocations: z.array(revocation), cursor: z.string().optional() })
            .openapi("Revocations"),
        },
      },
    },
    ...refusals(["revocations_unavailable"]),
  },
});

const endRoute = createRoute({
  method: "delete",
  path: "/v1/revocations/{id}",
  operationId: "endRevocation",
  summary: "End a revocation early",
  tags: ["Revocations"],
  middleware: withCaller,
  request: { params: z.object({ id: z.string().openapi({ example: "17" }) }) },
  responses: {
    204: { description: "Ended" },
    ...refusals(["not_found", "revocations_unavailable"]),
  },
});

export function addRevocationRoutes(app: OpenAPIHono<HttpEnv>): void {
  addJsonRoute(app, revokeRoute, BODY_MAX_BYTES, async (c, body) =>
    jsonAnswer(c, await revoke(c.get("service"), c.get("caller"), body, backgroundOf(c)), 201),
  );
  app.openapi(listRoute, async (c) =>
    c.json(
      await listRevocations(c.get("service"), c.get("caller"), c.req.valid("query").cursor),
      200,
    ),
  );
  app.openapi(endRoute, async (c) => {
    await endRevocation(c.get("service"), c.get("caller"), c.req.valid("param").id);
    return c.body(null, 204);
  });
}
