// The schemas of what the service answers, for the OpenAPI document alone: the Worker trusts itself
// and bundles none of this. Each must fit its type in responses.ts, or it does not compile.

import * as v from "valibot";
import { FINDING_CODES, type Finding } from "../keys/findings.ts";
import type { SdkError } from "../keys/sdk-errors.ts";
import {
  PRIVILEGES,
  PRIVILEGES_006,
  type PrivilegeName,
  SERVICE_TYPES,
} from "../keys/token/token-services.ts";
import { SIGNATURES, VERDICTS } from "../keys/verdict.ts";
import { PERMISSIONS, SERVICES } from "../keys/versions.ts";
import { EJECTION_REASONS } from "../revocations/ejection.ts";
import { PROBLEMS } from "./problem-types.ts";
import type {
  BatchKey,
  CallerDescription,
  EjectionState,
  InspectedService,
  IssuedGrant,
  IssuedKey,
  IssuedKeys,
  IssuedService,
  IssuedToken,
  KeyInspection,
  Readiness,
  Revocation,
  RevocationPage,
  SharedKeyResponse,
} from "./responses.ts";
import { CALLER_OPERATIONS, SERVICE_KEY_SERVICES } from "./scope.ts";
import type { ErrorCode } from "./service-error.ts";
import { permissions } from "./token-request.ts";
import { account, role, u32, version } from "./values.ts";

/** A schema whose output is a T. */
type SchemaOf<T> = v.GenericSchema<T>;

const key = v.nullable(v.string());
const service = v.picklist(SERVICES);
const time = v.pipe(v.number(), v.integer());

const sharedEntries = {
  version,
  service,
  appId: v.string(),
  channel: v.string(),
  issuedAt: u32,
  joinBefore: time,
  expiresAt: v.nullable(u32),
  renewAt: v.nullable(u32),
  serverTime: u32,
} satisfies { [F in keyof SharedKeyResponse]: SchemaOf<SharedKeyResponse[F]> };

export const issuedKey = v.object({
  key,
  ...sharedEntries,
  uid: v.exactOptional(v.nullable(u32)),
  account: v.exactOptional(account),
  role: v.exactOptional(role),
  randomInt: u32,
}) satisfies SchemaOf<IssuedKey>;

export const batchKey = v.object({
  uid: v.exactOptional(u32),
  account: v.exactOptional(account),
  key,
  randomInt: u32,
}) satisfies SchemaOf<BatchKey>;

export const issuedKeys = v.object({
  ...sharedEntries,
  role: v.exactOptional(role),
  keys: v.array(batchKey),
}) satisfies SchemaOf<IssuedKeys>;

export const issuedService = v.object({
  type: v.picklist(["rtc", "rtm", "rtm2", "chat"]),
  channel: v.exactOptional(v.string()),
  uid: v.exactOptional(u32),
  account: v.exactOptional(account),
  role: v.exactOptional(role),
  userId: v.exactOptional(v.string()),
  permissions: v.exactOptional(permissions),
  privileges: v.object({
    joinChannel: v.exactOptional(u32),
    publishAudio: v.exactOptional(u32),
    publishVideo: v.exactOptional(u32),
    publishData: v.exactOptional(u32),
    login: v.exactOptional(u32),
    user: v.exactOptional(u32),
    app: v.exactOptional(u32),
  }),
}) satisfies SchemaOf<IssuedService>;

export const issuedToken = v.object({
  token: v.string(),
  version: v.literal(7),
  appId: v.string(),
  services: v.array(issuedService),
  salt: u32,
  issuedAt: u32,
  expiresAt: u32,
  renewAt: u32,
  serverTime: u32,
}) satisfies SchemaOf<IssuedToken>;

export const issuedGrant = v.object({
  grant: v.string(),
  jti: v.string(),
  subject: v.string(),
  expiresAt: time,
}) satisfies SchemaOf<IssuedGrant>;

export const sdkError = v.object({
  number: v.pipe(v.number(), v.integer()),
  name: v.exactOptional(v.string()),
}) satisfies SchemaOf<SdkError>;

export const finding = v.object({
  code: v.picklist(FINDING_CODES),
  message: v.string(),
  sdkErrors: v.array(sdkError),
}) satisfies SchemaOf<Finding>;

/** Each name with a number, if it is there. */
function numbers<const Name extends string>(names: readonly Name[]) {
  const entries = names.map((name) => [name, v.exactOptional(u32)] as const);
  return v.object(
    Object.fromEntries(entries) as Record<Name, v.ExactOptionalSchema<typeof u32, undefined>>,
  );
}

function namesOf<T extends object>(object: T) {
  return Object.keys(object) as Extract<keyof T, string>[];
}

const privilegeNames = [...new Set(Object.values(PRIVILEGES).flatMap(namesOf))] as PrivilegeName[];
const rights = v.object({
  read: v.exactOptional(v.array(v.string())),
  write: v.exactOptional(v.array(v.string())),
});

export const inspectedService = v.object({
  type: v.picklist(namesOf(SERVICE_TYPES)),
  channel: v.exactOptional(v.string()),
  uid: v.exactOptional(u32),
  account: v.exactOptional(v.string()),
  userId: v.exactOptional(v.string()),
  roomUuid: v.exactOptional(v.string()),
  userUuid: v.exactOptional(v.string()),
  role: v.exactOptional(v.pipe(v.number(), v.integer())),
  permissions: v.exactOptional(
    v.object({
      messageChannels: v.exactOptional(rights),
      streamChannels: v.exactOptional(rights),
      groupChannels: v.exactOptional(rights),
      serverGroups: v.exactOptional(rights),
      users: v.exactOptional(rights),
    }),
  ),
  privileges: numbers(privilegeNames),
}) satisfies SchemaOf<InspectedService>;

export const keyInspection = v.object({
  verdict: v.picklist(VERDICTS),
  version: v.exactOptional(version),
  service: v.exactOptional(service),
  appId: v.exactOptional(v.string()),
  channel: v.exactOptional(v.string()),
  issuedAt: v.exactOptional(u32),
  joinBefore: v.exactOptional(time),
  expiresAt: v.exactOptional(v.nullable(time)),
  randomInt: v.exactOptional(u32),
  uid: v.exactOptional(u32),
  account: v.exactOptional(v.string()),
  permission: v.exactOptional(v.picklist(PERMISSIONS)),
  services: v.exactOptional(v.array(inspectedService)),
  servicesLeftOut: v.exactOptional(u32),
  privileges: v.exactOptional(numbers(namesOf(PRIVILEGES_006))),
  sdks: v.exactOptional(v.string()),
  signature: v.picklist(SIGNATURES),
  unverifiedReason: v.exactOptional(v.string()),
  findings: v.array(finding),
}) satisfies SchemaOf<KeyInspection>;

export const ejection = v.object({
  state: v.picklist(["pending", "done", "failed"]),
  reason: v.exactOptional(v.picklist(Object.values(EJECTION_REASONS))),
}) satisfies SchemaOf<EjectionState>;

export const revocation = v.object({
  id: v.string(),
  uid: v.exactOptional(u32),
  account: v.exactOptional(account),
  channel: v.exactOptional(v.string()),
  sub: v.exactOptional(v.string()),
  jti: v.exactOptional(v.string()),
  issuedBefore: v.exactOptional(u32),
  until: u32,
  ejection: v.exactOptional(ejection),
}) satisfies SchemaOf<Revocation>;

export const revocationPage = v.object({
  revocations: v.array(revocation),
  cursor: v.exactOptional(v.string()),
}) satisfies SchemaOf<RevocationPage>;

export const callerDescription = v.object({
  kind: v.picklist(["serviceKey", "grant"]),
  id: v.string(),
  appId: v.string(),
  allow: v.array(v.picklist(CALLER_OPERATIONS)),
  channels: v.exactOptional(v.array(v.string())),
  services: v.exactOptional(v.array(v.picklist(SERVICE_KEY_SERVICES))),
  uid: v.exactOptional(u32),
  account: v.exactOptional(account),
  role: v.exactOptional(role),
  expiresAt: v.exactOptional(time),
}) satisfies SchemaOf<CallerDescription>;

const namedProblems = v.array(v.object({ name: v.string(), message: v.string() }));

export const health = v.object({ status: v.literal("ok") });

export const ready = v.object({
  status: v.literal("ready"),
  warnings: namedProblems,
  listAgeSeconds: v.exactOptional(time),
  listFullPercent: v.exactOptional(v.pipe(v.number(), v.integer())),
  keySetAgeSeconds: v.exactOptional(time),
}) satisfies SchemaOf<Extract<Readiness, { status: "ready" }>>;

export const notReady = v.object({
  status: v.literal("not_ready"),
  problems: namedProblems,
}) satisfies SchemaOf<Extract<Readiness, { status: "not_ready" }>>;

export const problem = v.object({
  type: v.string(),
  title: v.string(),
  status: v.pipe(v.number(), v.integer()),
  detail: v.string(),
  code: v.picklist(Object.keys(PROBLEMS) as [ErrorCode, ...ErrorCode[]]),
  errors: v.exactOptional(v.array(v.object({ path: v.string(), message: v.string() }))),
});
