// What the OpenAPI document says in words. Every operation and every field has its text, or it does
// not compile. Read by the build alone.

import type * as v from "valibot";
import type {
  GrantRequest,
  InspectRequest,
  KeyRequest,
  KeysRequest,
  RevocationRequest,
} from "./requests.ts";
import type * as responses from "./response-schemas.ts";
import type { OperationId } from "./routes.ts";
import type { ErrorCode } from "./service-error.ts";
import type { TokenRequest } from "./token-request.ts";

type Texts<T> = { readonly [F in keyof Required<T>]: string };
type TextsOf<S extends v.GenericSchema> = Texts<v.InferOutput<S>>;

const EXACT = "For tests: by service key alone, where EXACT_TIMES is on.";

const ACCOUNT = "1 to 255 characters of a channel's set";

const sharedKeyFields = {
  channel:
    "1 to 64 characters: a-z A-Z 0-9 space and ! # $ % & ( ) + - : ; < = . > ? @ [ ] ^ _ { } | ~ ,",
  version:
    "1 to 5: a channel key; 6 and 7: an access token (006, 007). Default: the newest that fits sdkVersion, or else the deployment's default (5), or 7 where account, role or privileges need it. A grant yields those of GRANT_KEY_VERSIONS alone, and never version 1.",
  sdkVersion: "The client's SDK version. A key version that it can't use is refused.",
  platform:
    "Of sdkVersion: native (Android, iOS, macOS, Windows), web or flutter. Default: the newest version that both native and web SDKs of this number take. Where there is none (2.1.0 to 2.3.x) it is required.",
  service: "Default: mediaChannel, which is all that versions 6 and 7 know.",
  permission: "Required for inChannelPermission, and for nothing else.",
  role: "Versions 6 and 7. publisher may send, subscriber only receives (where the vendor's console has co-host authentication on). Default: the grant's, or publisher by service key.",
  privileges:
    "Versions 6 and 7, instead of role: seconds from now for each. What is left out is denied; none lasts longer than the token.",
  expiresIn:
    "Seconds from now until the key expires and Agora removes its user; 0 = never. Versions 6 and 7: 1 to 86,400. Default: the deployment's. Grant and deployment may shorten it: a key by grant never lasts longer than the grant's maxKeyExpiresIn, or else the deployment's default, which is also what it gets where this is left out.",
  issuedAt: `Unix seconds. ${EXACT}`,
  randomInt: EXACT,
  expiresAt: `Unix seconds, instead of expiresIn; 0 = never. ${EXACT}`,
} as const;

const sharedResponseFields = {
  version: "1 to 5: a channel key; 6 and 7: an access token (006, 007)",
  service: "As requested",
  appId: "The project that the key is for",
  channel: "As requested",
  issuedAt: "Unix seconds: the key's unixTs, the token's issueTs",
  joinBefore:
    "Unix seconds: until then the key may be used to join. issuedAt + 300; versions 6 and 7: expiresAt.",
  expiresAt: "Unix seconds: when the key ends and Agora removes its user; null = never",
  renewAt: "Unix seconds: when to ask for the next key; null where expiresAt is null",
  serverTime: "Unix seconds",
} as const;

const RANDOM_INT = "The key's random number; of an access token the salt";
const KEY_TEXT = "null in App-ID mode";

export const FIELD_TEXTS = {
  KeyRequest: {
    ...sharedKeyFields,
    uid: "0 = any user, by service key alone. Default, with a grant: the grant's. Not in version 1.",
    account: `${ACCOUNT}, instead of uid, versions 6 and 7. Default, with a grant: the grant's.`,
  } satisfies Texts<KeyRequest>,
  KeysRequest: {
    ...sharedKeyFields,
    uids: "1 to 10,000 uids",
    accounts: "1 to 2,000 accounts instead, versions 6 and 7",
  } satisfies Texts<KeysRequest>,
  TokenRequest: {
    services: "1 to 8, one of a type. What each has follows from its type.",
    expiresIn:
      "Seconds from now until the token ends. Default: the deployment's. Grant and deployment may shorten it.",
  } satisfies Texts<TokenRequest>,
  InspectRequest: {
    key: "The text to inspect, as it is. What people paste by mistake is recognised and named.",
    channel: "Needed to verify the signature: a key does not show its channel",
    uid: "Needed to verify versions 4 and 5, which do not show it",
  } satisfies Texts<InspectRequest>,
  GrantRequest: {
    channels: "Exact names, or the start of a name followed by *",
    uid: "This or account. 0 = any uid, and then each request for a key names one of 1 or more.",
    account: `${ACCOUNT}, for access tokens (versions 6 and 7). It can't be the text of a uid: Agora takes both for one user.`,
    services: "Default: mediaChannel. rtm and chat are for POST /v1/tokens.",
    role: "Default: publisher. A subscriber gets access tokens without leave to publish, and channel keys of version 5 with inChannelPermission and noUpload alone: other channel keys can't enforce a role.",
    maxKeyExpiresIn:
      "Seconds. No key of this grant lasts longer. Default: the deployment's DEFAULT_EXPIRES_IN.",
    expiresIn: "Seconds until the grant expires, 24 hours at most",
    subject: "Whom the grant is for, in your words. Default: a random one.",
  } satisfies Texts<GrantRequest>,
  RevocationRequest: {
    uid: "The user's uid, 1 or more: revoke a grant for any uid by its sub or jti",
    account: "The user's account, instead of uid",
    channel: "An exact channel",
    sub: "A grant's subject",
    jti: "The id of one grant",
    until: "Unix seconds, at most 24 h and 60 s from now, which is the default",
  } satisfies Texts<RevocationRequest>,
  IssuedKey: {
    key: KEY_TEXT,
    ...sharedResponseFields,
    uid: "null in version 1; left out where there is an account",
    account: "As requested, or the grant's",
    role: "Versions 6 and 7, where the request gives no privileges",
    randomInt: RANDOM_INT,
  } satisfies TextsOf<typeof responses.issuedKey>,
  BatchKey: {
    uid: "As requested",
    account: "As requested",
    key: KEY_TEXT,
    randomInt: RANDOM_INT,
  } satisfies TextsOf<typeof responses.batchKey>,
  IssuedKeys: {
    ...sharedResponseFields,
    role: "Versions 6 and 7, where the request gives no privileges",
    keys: "In the order of the request",
  } satisfies TextsOf<typeof responses.issuedKeys>,
  IssuedService: {
    type: "As requested",
    channel: "Of rtc",
    uid: "Of rtc, or else account",
    account: "Of rtc, instead of uid",
    role: "Of rtc, where the request gives no privileges",
    userId: "Of rtm, rtm2 and chat; empty in a chat token of the app",
    permissions: "Of rtm2, as requested",
    privileges: "Seconds from issuedAt for each; what is left out is denied",
  } satisfies TextsOf<typeof responses.issuedService>,
  IssuedToken: {
    token: "Text that begins with 007",
    version: "7",
    appId: "The project that the token is for",
    services: "As they are signed, in the order of the request",
    salt: "The token's random number",
    issuedAt: "Unix seconds: the token's issueTs",
    expiresAt: "Unix seconds: when the token ends",
    renewAt: "Unix seconds: when to ask for the next token",
    serverTime: "Unix seconds",
  } satisfies TextsOf<typeof responses.issuedToken>,
  IssuedGrant: {
    grant: "A JWT",
    jti: "The grant's id, for revocations",
    subject: "As requested, or random",
    expiresAt: "Unix seconds",
  } satisfies TextsOf<typeof responses.issuedGrant>,
  SdkError: {
    number: "The number that the SDK reports",
    name: "An SDK's name for it. Where SDKs have several names, each has an entry.",
  } satisfies TextsOf<typeof responses.sdkError>,
  Finding: {
    code: "Stable",
    message: "What is wrong, and what to do",
    sdkErrors:
      "What SDKs report because of it. Empty: it alone does not make Agora refuse the key.",
  } satisfies TextsOf<typeof responses.finding>,
  KeyInspection: {
    verdict:
      "Would Agora take it now, from a client that joins? unknown: the signature is unverified, the text is an access token, or only the vendor knows.",
    version: "1 to 5",
    service: "As shown, or as verified",
    appId: "32 hexadecimal digits",
    issuedAt: "Unix seconds",
    joinBefore: "Unix seconds: issuedAt + 300",
    expiresAt: "Unix seconds; null = never",
    randomInt: "The key's random number",
    uid: "As shown, or as verified",
    permission: "Of inChannelPermission",
    signature: "By this deployment's certificates",
    unverifiedReason: "Why the signature is unverified, in words",
    findings: "What an Agora server would object to, or what its owner should know",
  } satisfies TextsOf<typeof responses.keyInspection>,
  Revocation: {
    id: "For DELETE /v1/revocations/{id}",
    uid: "The user's uid",
    account: "The user's account",
    channel: "An exact channel",
    sub: "A grant's subject",
    jti: "The id of one grant",
    until: "Unix seconds: when the entry ends by itself",
  } satisfies TextsOf<typeof responses.revocation>,
  RevocationPage: {
    revocations: "Up to 100, oldest first",
    cursor: "Of the next page; left out on the last",
  } satisfies TextsOf<typeof responses.revocationPage>,
  Ready: {
    status: "Keys can be issued",
    warnings: "What does not work, and why",
  } satisfies TextsOf<typeof responses.ready>,
  NotReady: {
    status:
      "Not all works: without its settings no key is issued, without its bindings no grant taken",
    problems:
      "What is missing, malformed or too weak, and what to do; names of settings, never their values",
  } satisfies TextsOf<typeof responses.notReady>,
  Problem: {
    type: "Where the code is described",
    title: "The code in words",
    status: "The HTTP status",
    detail: "What is wrong with this request",
    code: "Stable",
    errors: "Every wrong field, 20 at most",
  } satisfies TextsOf<typeof responses.problem>,
} as const;

export interface OperationText {
  readonly tag: "Keys" | "Grants" | "Revocations" | "Status";
  readonly summary: string;
  readonly description?: string;
  /** What a success is. */
  readonly success: string;
  /** Beside those that every operation with a credential has. */
  readonly codes: readonly ErrorCode[];
}

/** What a grant can be refused for. */
const KEY_CODES: readonly ErrorCode[] = [
  "grant_expired",
  "grant_not_yet_valid",
  "grant_revoked",
  "forbidden_channel",
  "forbidden_uid",
  "forbidden_service",
  "forbidden_role",
  "revocations_unavailable",
];

export const OPERATION_TEXTS: Readonly<Record<OperationId, OperationText>> = {
  issueKey: {
    tag: "Keys",
    summary: "A channel key or RTC token for one user",
    description:
      "By service key or grant. To renew a key, send the same request again before it expires.",
    success: "The key",
    codes: KEY_CODES,
  },
  issueKeys: {
    tag: "Keys",
    summary: "Channel keys or RTC tokens for up to 10,000 users of one channel",
    success: "The keys, in the order of the request",
    codes: [],
  },
  issueToken: {
    tag: "Keys",
    summary: "A 007 token with one or several services",
    description:
      "By service key or grant. For an RTC token alone POST /v1/keys will do. A grant gets rtc, rtm and chat for its own user; rtm2 and chat tokens of the app are for service keys.",
    success: "The token",
    codes: KEY_CODES,
  },
  inspectKey: {
    tag: "Keys",
    summary: "Would Agora take this key now, what does it say, and what is wrong?",
    success: "What was found. A text without a key in it has no fields of a key.",
    codes: [],
  },
  issueGrant: {
    tag: "Grants",
    summary: "A grant: one user's right to get and renew keys",
    success: "The grant",
    codes: [],
  },
  revoke: {
    tag: "Revocations",
    summary: "Revoke access: no edge renews for it",
    description:
      'At least one of uid, account, channel, sub and jti. uid 42 and account "42" are one user. A request by grant is refused where all fields that are given match. An equal entry that is there already becomes one with this: it has the old id and the later until.',
    success: "Kept, and enforced within 60 s at every edge that the list answers",
    codes: ["revocations_full", "revocations_unavailable"],
  },
  listRevocations: {
    tag: "Revocations",
    summary: "The revocations that have not ended, a page at a time",
    success: "A page. Without cursor it is the last.",
    codes: ["revocations_unavailable"],
  },
  endRevocation: {
    tag: "Revocations",
    summary: "End a revocation early",
    success: "Ended",
    codes: ["not_found", "revocations_unavailable"],
  },
  health: {
    tag: "Status",
    summary: "Whether the process answers",
    success: "It answers",
    codes: [],
  },
  ready: {
    tag: "Status",
    summary: "Whether keys can be issued",
    description:
      "The core passes its self-test, the configuration is whole, and what revocations need is bound.",
    success: "Ready",
    codes: [],
  },
};
