// The OpenAPI 3.1 document, made from the contract by the build (scripts/build-docs.ts). The
// Worker never loads this: it would cost every cold start.

import { toJsonSchema } from "@valibot/to-json-schema";
import type * as v from "valibot";
import { FIELD_TEXTS } from "./field-texts.ts";
import { type Json, VALUES } from "./openapi-values.ts";
import { OPERATION_TEXTS, type OperationText } from "./operation-texts.ts";
import { problemExample } from "./problem-examples.ts";
import { PROBLEMS } from "./problem-types.ts";
import * as requests from "./requests.ts";
import * as responses from "./response-schemas.ts";
import { type OperationId, ROUTES, type Route } from "./routes.ts";
import { SCHEMA_EXAMPLES } from "./schema-examples.ts";
import type { ErrorCode } from "./service-error.ts";
import { TokenRequest } from "./token-request.ts";

type Schema = v.GenericSchema;

const REQUESTS = {
  KeyRequest: requests.KeyRequest,
  KeysRequest: requests.KeysRequest,
  TokenRequest,
  InspectRequest: requests.InspectRequest,
  GrantRequest: requests.GrantRequest,
  RevocationRequest: requests.RevocationRequest,
};
const RESPONSES = {
  IssuedKey: responses.issuedKey,
  BatchKey: responses.batchKey,
  IssuedKeys: responses.issuedKeys,
  IssuedService: responses.issuedService,
  IssuedToken: responses.issuedToken,
  IssuedGrant: responses.issuedGrant,
  SdkError: responses.sdkError,
  Finding: responses.finding,
  InspectedService: responses.inspectedService,
  KeyInspection: responses.keyInspection,
  EjectionState: responses.ejection,
  Revocation: responses.revocation,
  RevocationPage: responses.revocationPage,
  CallerDescription: responses.callerDescription,
  Ready: responses.ready,
  NotReady: responses.notReady,
  Problem: responses.problem,
};
type SchemaName = keyof typeof REQUESTS | keyof typeof RESPONSES;

const EXAMPLES: Readonly<Record<SchemaName, object>> = {
  ...SCHEMA_EXAMPLES,
  Problem: problemExample("grant_expired"),
};

const DESCRIPTION = `Agora channel keys and access tokens, signed at the edge.

Send \`Authorization: Bearer\` with a service key, or where an operation takes it with a grant. Times
are Unix seconds, durations are seconds. [Errors](/docs#errors) has the cause and the remedy of each
error code.`;

/** Of a tag with no operation: the reference's sidebar lists it, and its search finds each code. */
const ERRORS = `Every error has a stable \`code\`. Each leads to its cause and its remedy:

${Object.entries(PROBLEMS)
  .map(([code, { status, title }]) => `- [\`${code}\`](/docs#${code}) ${status}: ${title}`)
  .join("\n")}`;

/** What each operation takes and returns, by the names of schemas. */
const BODIES: Readonly<Record<OperationId, { request?: SchemaName; response?: SchemaName }>> = {
  issueKey: { request: "KeyRequest", response: "IssuedKey" },
  issueKeys: { request: "KeysRequest", response: "IssuedKeys" },
  inspectKey: { request: "InspectRequest", response: "KeyInspection" },
  issueToken: { request: "TokenRequest", response: "IssuedToken" },
  issueGrant: { request: "GrantRequest", response: "IssuedGrant" },
  revoke: { request: "RevocationRequest", response: "Revocation" },
  listRevocations: { response: "RevocationPage" },
  endRevocation: {},
  describeCaller: { response: "CallerDescription" },
  health: {},
  ready: { response: "Ready" },
};

/** An operation without credential or body can't be refused: this is what other methods get. */
const OPEN_CODES: readonly ErrorCode[] = ["method_not_allowed"];

/** The errors of every operation with a credential. */
const CREDENTIAL_CODES: readonly ErrorCode[] = [
  "invalid_request",
  "unauthenticated",
  "forbidden",
  "payload_too_large",
  "unsupported_media_type",
  "rate_limited",
  "internal",
  "not_configured",
  "grant_keys_unavailable",
];

export function createOpenApi(): Json {
  const paths: Record<string, Json> = {};
  for (const [id, route] of Object.entries(ROUTES) as [OperationId, Route][]) {
    const path = route.path.replace(/:(\w+)/g, "{$1}");
    const operation = describeOperation(id, route, OPERATION_TEXTS[id]);
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation };
  }
  const schemas = Object.keys({ ...REQUESTS, ...RESPONSES }) as SchemaName[];
  return {
    openapi: "3.1.0",
    info: {
      title: "Latchkey",
      version: "1",
      description: DESCRIPTION,
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/", description: "This deployment" }],
    security: [{ credential: [] }],
    tags: [
      { name: "Keys", description: "Channel keys for joining and renewing" },
      { name: "Grants", description: "What a business server hands to its clients" },
      { name: "Revocations", description: "Ending a user's access" },
      { name: "Status", description: "For operators and their monitors" },
      { name: "Errors", description: ERRORS },
    ],
    paths,
    components: {
      securitySchemes: {
        credential: {
          type: "http",
          scheme: "bearer",
          description:
            "A service key; for POST /v1/keys, POST /v1/tokens and GET /v1/caller a grant too",
        },
      },
      schemas: Object.fromEntries(schemas.map((name) => [name, describeSchema(name)])),
      examples: PROBLEM_EXAMPLES,
    },
  };
}

function describeOperation(id: OperationId, route: Route, text: OperationText): Json {
  const { tag, summary, description, success } = text;
  const { request, response } = BODIES[id];
  const isOpen = route.callers.length === 0;
  const parameters = [...pathParameters(route.path), ...(id === "listRevocations" ? [CURSOR] : [])];
  return {
    operationId: id,
    summary,
    ...(description !== undefined && { description }),
    tags: [tag],
    ...(isOpen && { security: [] }),
    ...(parameters.length > 0 && { parameters }),
    ...(request && { requestBody: { required: true, content: jsonContent(ref(request)) } }),
    responses: {
      [route.status]: {
        description: success,
        ...(response && { content: jsonContent(ref(response)) }),
        ...(id === "health" && { content: jsonContent(inline(responses.health)) }),
      },
      ...(id === "ready" && {
        503: { description: "Not ready", content: jsonContent(ref("NotReady")) },
      }),
      ...problemResponses(isOpen ? OPEN_CODES : [...credentialCodes(route), ...text.codes]),
    },
  };
}

const CURSOR = {
  name: "cursor",
  in: "query",
  required: false,
  description: "The cursor of the page before",
  schema: { type: "string", pattern: "^\\d{1,15}$" },
};

function pathParameters(path: string): Json[] {
  return Array.from(path.matchAll(/:(\w+)/g), ([, name]) => ({
    name,
    in: "path",
    required: true,
    description: "As POST and GET /v1/revocations give it; or up to 100 of them, a comma between",
    schema: { type: "string" },
    example: "17",
  }));
}

function credentialCodes({ method }: Route): ErrorCode[] {
  return CREDENTIAL_CODES.filter((code) => code !== "unsupported_media_type" || method === "POST");
}

/** An operation's errors by their status. */
function problemResponses(codes: readonly ErrorCode[]): Json {
  const byStatus = Map.groupBy(codes, (code) => PROBLEMS[code].status);
  const entries = Array.from(byStatus, ([status, group]): [number, Json] => [
    status,
    {
      description: group.map((code) => `${code}: ${PROBLEMS[code].title}`).join(". "),
      ...errorHeaders(status),
      content: {
        "application/problem+json": { schema: ref("Problem"), examples: examples(group) },
      },
    },
  ]);
  return Object.fromEntries(entries);
}

function examples(codes: readonly ErrorCode[]): Json {
  return Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }]));
}

const PROBLEM_EXAMPLES = Object.fromEntries(
  Object.entries(PROBLEMS).map(([code, { title }]) => [
    code,
    { summary: title, value: problemExample(code as ErrorCode) },
  ]),
);

function errorHeaders(status: number): Json {
  if (status === 401) {
    return { headers: { "WWW-Authenticate": textHeader("RFC 6750, section 3", "string") } };
  }
  if (status === 405) return { headers: { Allow: textHeader("RFC 9110, 10.2.1", "string") } };
  if (status !== 429 && status !== 503) return {};
  const text = "Seconds to wait before the next attempt; left out where waiting does not help";
  return { headers: { "Retry-After": textHeader(text, "integer") } };
}

function textHeader(description: string, type: string): Json {
  return { description, schema: { type } };
}

function describeSchema(name: SchemaName): Json {
  const schema = { ...REQUESTS, ...RESPONSES }[name];
  const json = inline(schema, name);
  const texts: Readonly<Record<string, string>> = FIELD_TEXTS[name];
  const properties = Object.entries(json.properties as Record<string, Json>).map(
    ([field, property]): [string, Json] => [field, { ...property, description: texts[field] }],
  );
  return {
    ...json,
    properties: Object.fromEntries(properties),
    ...(name in REQUESTS && { additionalProperties: false }),
    examples: [EXAMPLES[name]],
  };
}

/**
 * A schema as JSON Schema (2020-12). Named schemas in it become references, values are written out.
 */
function inline(schema: Schema, itself?: SchemaName): Json {
  const named = Object.entries({ ...REQUESTS, ...RESPONSES }).filter(([name]) => name !== itself);
  const definitions: Record<string, Schema> = Object.fromEntries(named);
  for (const [name, [value]] of Object.entries(VALUES)) definitions[name] = value;
  const { $schema, $defs, ...json } = toJsonSchema(schema, {
    target: "draft-2020-12",
    typeMode: "input",
    ignoreActions: ["check", "raw_check"],
    errorMode: "ignore",
    definitions,
  });
  return resolve(json) as Json;
}

/**
 * Replaces references to values. Leaves `default` out: generators make such a field required, and
 * the field's text names the default.
 */
function resolve(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(resolve);
  if (typeof json !== "object" || json === null) return json;
  const { $ref, default: _, ...rest } = json as Json;
  const entries = Object.entries(rest).map(([name, value]) => [name, resolve(value)]);
  const resolved = Object.fromEntries(entries) as Json;
  if (typeof $ref !== "string") return resolved;
  const name = $ref.split("/").at(-1) as string;
  return VALUES[name] ? { ...VALUES[name][1], ...resolved } : { ...ref(name), ...resolved };
}

function ref(name: string): Json {
  return { $ref: `#/components/schemas/${name}` };
}

function jsonContent(schema: Json): Json {
  return { "application/json": { schema } };
}
