// An example of each request and response of the OpenAPI document. One story runs through them: a
// made-up project, its channel room-1, and the users 42 and alice. Read by the build alone.

import type { Finding } from "../keys/findings.ts";
import type { SdkError } from "../keys/sdk-errors.ts";
import { EJECTION_REASONS } from "../revocations/ejection.ts";
import type {
  GrantRequest,
  InspectRequest,
  KeyRequest,
  KeysRequest,
  RevocationRequest,
} from "./requests.ts";
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
} from "./responses.ts";
import type { TokenRequest } from "./token-request.ts";

const APP_ID = "c46dea23da25d5d437fe1e701bba73b1";
const NOW = 1_795_503_369;
const times = {
  issuedAt: NOW,
  joinBefore: NOW + 300,
  expiresAt: NOW + 3600,
  renewAt: NOW + 1800,
  serverTime: NOW,
};

/** A field of a request that has a default may be left out. */
type Given<T> = Partial<T>;

const key =
  "005AQAoADEzNDBBNTUwQkUwNTczNDkyMjkyMzBGNzgwMERGREU1MDUxRjNGQzcQAMRt6iPaJdXUN/4ecBu6c7EJNQVrARccGBlDBWsAAA==";
const token =
  "007eAEBjgBx/yAATjUefuJ5PFRr5t97lJ2zuuurf4qLXTtLEJsegRy/YxwgAGM0NmRlYTIzZGEyNWQ1ZDQzN2ZlMWU3MDFiYmE3M2IxCTUFaxAOAACF0groAgABAAQAAQAQDgAAAgAQDgAAAwAQDgAABAAQDgAABgByb29tLTEFAGFsaWNlAgABAAEAEA4AAAUAYWxpY2UQkyJq";

const batchKeys: readonly [BatchKey, BatchKey, BatchKey] = [
  {
    uid: 1,
    key: "005AQAoAEI0NDUzOTIzRUNDRkFCMkY0REZDRTAzOUI0QTQ0MDA2NDA2NDc1MDIQAMRt6iPaJdXUN/4ecBu6c7EJNQVrt2QVARlDBWsAAA==",
    randomInt: 18_179_255,
  },
  {
    uid: 2,
    key: "005AQAoAEUxOTYxQkM1NDlBRkM4Q0ZDRTZBRTg5RDhCQUU4REMzMDQxODg3MTAQAMRt6iPaJdXUN/4ecBu6c7EJNQVreGFVmBlDBWsAAA==",
    randomInt: 2_555_732_344,
  },
  {
    uid: 3,
    key: "005AQAoADFEMjlDMDFBNTFERkJCQTI5Q0QzRUYzOUVBN0RERDU3RjZERTk2MTAQAMRt6iPaJdXUN/4ecBu6c7EJNQVr58WPCBlDBWsAAA==",
    randomInt: 143_640_039,
  },
];

const rtc: IssuedService = {
  type: "rtc",
  channel: "room-1",
  account: "alice",
  role: "publisher",
  privileges: {
    joinChannel: 3600,
    publishAudio: 3600,
    publishVideo: 3600,
    publishData: 3600,
  },
};
const rtm: IssuedService = { type: "rtm", userId: "alice", privileges: { login: 3600 } };

const sdkErrors: readonly [SdkError, SdkError, SdkError] = [
  { number: 109, name: "ERR_CHANNEL_KEY_EXPIRED" },
  { number: 109, name: "ERR_DYNAMIC_KEY_TIMEOUT" },
  { number: 109, name: "DYNAMIC_KEY_TIMEOUT" },
];
const finding: Finding = {
  code: "join_window_closed",
  message:
    "Its join window closed 1200 s ago. Ask for a new key right before joining. Whoever has joined stays in.",
  sdkErrors,
};

const jti = "0f2c1b6e-5a39-4c1d-9a53-6d0c5b0a7e11";
const channels = ["room-1", "team-*"];
const revocation: Revocation = { id: "17", uid: 42, channel: "room-1", until: NOW + 86_460 };
const ejection: EjectionState = { state: "failed", reason: EJECTION_REASONS.silent };

export const SCHEMA_EXAMPLES = {
  KeyRequest: {
    channel: "room-1",
    uid: 42,
    expiresIn: 3600,
  } satisfies Given<KeyRequest>,
  KeysRequest: {
    channel: "room-1",
    uids: [1, 2, 3],
    expiresIn: 3600,
  } satisfies Given<KeysRequest>,
  TokenRequest: {
    services: [
      { type: "rtc", channel: "room-1", account: "alice", role: "publisher" },
      { type: "rtm", userId: "alice" },
    ],
    expiresIn: 3600,
  } satisfies TokenRequest,
  InspectRequest: { key, channel: "room-1", uid: 42 } satisfies InspectRequest,
  GrantRequest: {
    channels,
    uid: 42,
    expiresIn: 14_400,
    subject: "user-7",
  } satisfies GrantRequest,
  RevocationRequest: { uid: 42, channel: "room-1" } satisfies RevocationRequest,
  IssuedKey: {
    key,
    version: 5,
    service: "mediaChannel",
    appId: APP_ID,
    channel: "room-1",
    uid: 42,
    randomInt: 404_494_081,
    ...times,
  } satisfies IssuedKey,
  BatchKey: batchKeys[0],
  IssuedKeys: {
    version: 5,
    service: "mediaChannel",
    appId: APP_ID,
    channel: "room-1",
    ...times,
    keys: batchKeys,
  } satisfies IssuedKeys,
  IssuedService: rtc,
  IssuedToken: {
    token,
    version: 7,
    appId: APP_ID,
    services: [rtc, rtm],
    salt: 3_893_023_365,
    issuedAt: NOW,
    expiresAt: NOW + 3600,
    renewAt: NOW + 1800,
    serverTime: NOW,
  } satisfies IssuedToken,
  IssuedGrant: {
    grant: "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.…",
    jti,
    subject: "user-7",
    expiresAt: NOW + 14_400,
  } satisfies IssuedGrant,
  SdkError: sdkErrors[0],
  Finding: finding,
  InspectedService: {
    type: "rtc",
    channel: "room-1",
    account: "alice",
    privileges: rtc.privileges,
  } satisfies InspectedService,
  KeyInspection: {
    verdict: "refused",
    version: 5,
    service: "mediaChannel",
    appId: APP_ID,
    issuedAt: NOW,
    joinBefore: NOW + 300,
    expiresAt: NOW + 3600,
    randomInt: 404_494_081,
    uid: 42,
    signature: "valid",
    findings: [finding],
  } satisfies KeyInspection,
  EjectionState: ejection,
  Revocation: revocation,
  RevocationPage: {
    revocations: [revocation, { ...revocation, id: "18", uid: 43, ejection }],
  } satisfies RevocationPage,
  CallerDescription: {
    kind: "grant",
    id: jti,
    appId: APP_ID,
    allow: ["keys", "tokens"],
    channels,
    services: ["mediaChannel"],
    uid: 42,
    role: "publisher",
    expiresAt: NOW + 14_400,
  } satisfies CallerDescription,
  Ready: {
    status: "ready",
    warnings: [],
    listAgeSeconds: 4,
    listFullPercent: 1,
  } satisfies Readiness,
  NotReady: {
    status: "not_ready",
    problems: [
      {
        name: "APP_CERTIFICATE",
        message: 'must be 32 hexadecimal digits (or KEY_MODE be "app-id")',
      },
    ],
  } satisfies Readiness,
} as const;
