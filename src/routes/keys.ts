import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { invalidRequest } from "../errors.ts";
import { jsonAnswer, jsonTextAnswer } from "../http/answer.ts";
import type { HttpEnv } from "../http/env.ts";
import { fieldErrors } from "../http/field-errors.ts";
import { addJsonRoute, type Complain } from "../http/json-route.ts";
import { backgroundOf } from "../http/middleware.ts";
import { refusals } from "../http/responses.ts";
import { channel, permission, sdkVersion, service, u32, uids, version } from "../keys/schemas.ts";
import {
  BATCH_BODY_MAX_BYTES,
  BATCH_MAX_KEYS,
  BODY_MAX_BYTES,
  MAX_U32,
} from "../platform/limits.ts";
import { issueKey } from "../use-cases/issue-key.ts";
import { issueKeys } from "../use-cases/issue-keys.ts";
import { ruleErrors } from "../use-cases/plan.ts";

const sharedRequest = {
  channel: channel.openapi({
    description: "1 to 64 characters of the SDK's set",
    example: "room-1",
  }),
  version: version.optional().openapi({
    type: "integer",
    description: "Left out: the highest that fits sdkVersion, or the deployment's default",
  }),
  sdkVersion: sdkVersion.optional().openapi({
    description: "Of the client; a key that it can't use is refused",
    example: "1.3.0",
  }),
  service: service.default("mediaChannel"),
  permission: permission.optional().openapi({ description: "For inChannelPermission alone" }),
  expiresIn: u32.optional().openapi({
    description:
      "Seconds until the user is put out; 0 = never; left out: the deployment's default. Capped by grant and deployment.",
    example: 3600,
  }),
  issuedAt: u32.optional().openapi({ description: "Unix seconds; with a service key alone" }),
  randomInt: u32.optional().openapi({ description: "With a service key alone" }),
  expiresAt: u32
    .optional()
    .openapi({ description: "Unix seconds, 0 = never; with a service key alone" }),
};

const keyRequest = z
  .strictObject({
    ...sharedRequest,
    uid: u32.optional().openapi({ description: "Left out with a grant: the grant's", example: 42 }),
  })
  .openapi("KeyRequest");

/** Said here, since a schema that checks by a function of its own does not show what it checks. */
const uidsDescription = {
  type: "array",
  items: { type: "integer", minimum: 0, maximum: MAX_U32 },
  minItems: 1,
  maxItems: BATCH_MAX_KEYS,
} as const;

const keysRequest = z
  .strictObject({ ...sharedRequest, uids: uids.openapi(uidsDescription) })
  .openapi("KeysRequest");

const key = z.string().nullable().openapi({ description: "null in App-ID-only mode" });
const sharedAnswer = {
  version: version.openapi({ type: "integer" }),
  service,
  appId: z.string(),
  channel: z.string(),
  issuedAt: u32.openapi({ description: "Unix seconds: the key's unixTs" }),
  joinBefore: z.int().openapi({ description: "Unix seconds: issuedAt + 300" }),
  expiresAt: u32
    .nullable()
    .openapi({ description: "Unix seconds: the key's expiredTs; null = never" }),
  renewAt: u32
    .nullable()
    .openapi({ description: "Unix seconds: when to ask again; null if expiresAt is null" }),
  serverTime: u32.openapi({ description: "Unix seconds" }),
};

const issuedKey = z
  .object({
    key,
    ...sharedAnswer,
    uid: u32.nullable().openapi({ description: "null in version 1" }),
    randomInt: u32,
  })
  .openapi("IssuedKey");

const issuedKeys = z
  .object({ ...sharedAnswer, keys: z.array(z.object({ uid: u32, key, randomInt: u32 })) })
  .openapi("IssuedKeys");

const issueKeyRoute = createRoute({
  method: "post",
  path: "/v1/keys",
  operationId: "issueKey",
  summary: "A channel key for one user",
  description: "Renewing is asking again with the same grant.",
  tags: ["Keys"],
  request: { body: { required: true, content: { "application/json": { schema: keyRequest } } } },
  responses: {
    200: { description: "The key", content: { "application/json": { schema: issuedKey } } },
    ...refusals([
      "grant_expired",
      "grant_revoked",
      "forbidden_channel",
      "forbidden_uid",
      "forbidden_service",
      "revocations_unavailable",
    ]),
  },
});

const issueKeysRoute = createRoute({
  method: "post",
  path: "/v1/keys/batch",
  operationId: "issueKeys",
  summary: "Channel keys for up to 10,000 users of one channel",
  tags: ["Keys"],
  request: { body: { required: true, content: { "application/json": { schema: keysRequest } } } },
  responses: {
    200: {
      description: "The keys, in the order asked",
      content: { "application/json": { schema: issuedKeys } },
    },
    ...refusals(),
  },
});

export function addKeyRoutes(app: OpenAPIHono<HttpEnv>): void {
  addJsonRoute(
    app,
    issueKeyRoute,
    BODY_MAX_BYTES,
    async (c, body) =>
      jsonAnswer(c, await issueKey(c.get("service"), c.get("caller"), body, backgroundOf(c)), 200),
    nameEveryWrongField("uid"),
  );
  addJsonRoute(
    app,
    issueKeysRoute,
    BATCH_BODY_MAX_BYTES,
    (c, body) => {
      const { keysJson, ...shared } = issueKeys(c.get("service"), c.get("caller"), body);
      const text = `${JSON.stringify(shared).slice(0, -1)},"keys":${keysJson}}`;
      return jsonTextAnswer<z.infer<typeof issuedKeys>, 200>(c, text, 200);
    },
    nameEveryWrongField("uids"),
  );
}

/** The schema names the fields that are wrong by themselves; this adds those that are wrong beside the others. */
function nameEveryWrongField(uidPath: "uid" | "uids"): Complain {
  return (error, given, c) => {
    const errors = fieldErrors(error);
    const body =
      typeof given === "object" && given !== null ? (given as Record<string, unknown>) : {};
    const invalid = new Set(error.issues.map(({ path }) => path[0]));
    const valid = Object.fromEntries(Object.entries(body).filter(([name]) => !invalid.has(name)));
    const isGiven = (field: string) => Object.hasOwn(body, field);
    const uid = {
      path: uidPath,
      given: isGiven(uidPath) || uidPath === "uids" || c.get("caller").kind === "grant",
    };
    return invalidRequest([...errors, ...ruleErrors(c.get("service").config, valid, uid, isGiven)]);
  };
}
