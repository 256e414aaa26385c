import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { grantFields, text } from "../access/grant-claims.ts";
import { jsonAnswer } from "../http/answer.ts";
import type { HttpEnv } from "../http/env.ts";
import { addJsonRoute } from "../http/json-route.ts";
import { refusals } from "../http/responses.ts";
import { u32 } from "../keys/schemas.ts";
import { BODY_MAX_BYTES, GRANT_MAX_LIFETIME_SECONDS } from "../platform/limits.ts";
import { issueGrant } from "../use-cases/issue-grant.ts";

const grantRequest = z
  .strictObject({
    channels: grantFields.channels.openapi({
      description: "Exact names, or the start of one followed by *",
      example: ["room-1", "team-*"],
    }),
    uid: grantFields.uid.openapi({
      description: "0 = any uid, and then each request for a key names one",
      example: 42,
    }),
    services: grantFields.services.openapi({ description: "Left out: mediaChannel" }),
    expiresIn: u32
      .min(1, "must be at least 1")
      .max(GRANT_MAX_LIFETIME_SECONDS, `must be at most ${GRANT_MAX_LIFETIME_SECONDS}`)
      .openapi({ description: "Seconds", example: 14_400 }),
    maxKeyExpiresIn: grantFields.maxKeyExpiresIn.openapi({
      description: "Seconds; caps the expiresIn of every key",
    }),
    subject: text
      .optional()
      .openapi({ description: "Whom the grant is for, in your words; left out: uid- and the uid" }),
  })
  .openapi("GrantRequest");

const issuedGrant = z
  .object({
    grant: z.string().openapi({ description: "A JWT" }),
    expiresAt: z.int().openapi({ description: "Unix seconds" }),
  })
  .openapi("IssuedGrant");

const grantRoute = createRoute({
  method: "post",
  path: "/v1/grants",
  operationId: "issueGrant",
  summary: "A grant: one user's right to fetch and renew keys",
  tags: ["Grants"],
  request: { body: { required: true, content: { "application/json": { schema: grantRequest } } } },
  responses: {
    200: { description: "The grant", content: { "application/json": { schema: issuedGrant } } },
    ...refusals(),
  },
});

export function addGrantRoute(app: OpenAPIHono<HttpEnv>): void {
  addJsonRoute(app, grantRoute, BODY_MAX_BYTES, async (c, body) =>
    jsonAnswer(c, await issueGrant(c.get("service"), c.get("caller"), body), 200),
  );
}
