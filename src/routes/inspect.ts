import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { jsonAnswer } from "../http/answer.ts";
import type { HttpEnv } from "../http/env.ts";
import { addJsonRoute } from "../http/json-route.ts";
import { refusals } from "../http/responses.ts";
import { channel, permission, service, u32, version } from "../keys/schemas.ts";
import { BODY_MAX_BYTES, INSPECTED_KEY_MAX_CHARACTERS } from "../platform/limits.ts";
import { FINDING_CODES, inspectKey } from "../use-cases/inspect-key.ts";

const inspectRequest = z
  .strictObject({
    key: z.string().max(INSPECTED_KEY_MAX_CHARACTERS),
    channel: channel
      .optional()
      .openapi({ description: "Needed to verify the signature: a key does not show its channel" }),
    uid: u32
      .optional()
      .openapi({ description: "Needed to verify versions 4 and 5, which do not show it" }),
  })
  .openapi("InspectRequest");

const inspection = z
  .object({
    version: version.optional().openapi({ type: "integer" }),
    service: service.optional(),
    appId: z.string().optional(),
    issuedAt: u32.optional(),
    joinBefore: z.int().optional(),
    expiresAt: u32.nullable().optional(),
    randomInt: u32.optional(),
    uid: u32.optional(),
    permission: permission.optional(),
    signature: z.enum(["valid", "invalid", "unverified"]),
    findings: z.array(
      z.object({ code: z.enum(FINDING_CODES), message: z.string(), sdkError: z.int().optional() }),
    ),
  })
  .openapi("KeyInspection");

const inspectRoute = createRoute({
  method: "post",
  path: "/v1/keys/inspect",
  operationId: "inspectKey",
  summary: "What a key says, and what an Agora server would object to",
  tags: ["Keys"],
  request: {
    body: { required: true, content: { "application/json": { schema: inspectRequest } } },
  },
  responses: {
    200: {
      description: "What was found; a malformed key has `findings` alone",
      content: { "application/json": { schema: inspection } },
    },
    ...refusals(),
  },
});

export function addInspectRoute(app: OpenAPIHono<HttpEnv>): void {
  addJsonRoute(app, inspectRoute, BODY_MAX_BYTES, (c, body) =>
    jsonAnswer(c, inspectKey(c.get("service"), c.get("caller"), body), 200),
  );
}
