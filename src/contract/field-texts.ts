// What the OpenAPI document says of fields. Every field has its text, or it does not compile. Read
// by the build alone.

import type * as v from "valibot";
import type {
  GrantRequest,
  InspectRequest,
  KeyRequest,
  KeysRequest,
  RevocationRequest,
} from "./requests.ts";
import type * as responses from "./response-schemas.ts";
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
    key: "The text to inspect, as it is, 24,576 characters at most: more than POST /v1/tokens makes. What people paste by mistake is recognised and named.",
    channel:
      "Who joins what. Needed to verify versions 1 to 6, which do not show their channel; compared with what version 7 shows",
    uid: "Needed to verify versions 4 to 6, which do not show it; compared with what others show",
    account: "Instead of uid, for versions 6 and 7: 1 to 255 characters of the channel's set",
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
    channel: "An exact name, or the start of one followed by *. It is not about RTM and chat",
    sub: "A grant's subject",
    jti: "The id of one grant",
    issuedBefore:
      "Unix seconds, at most 60 from now: grants whose iat is earlier. Alone: everybody signs in again",
    until: "Unix seconds, at most 24 h and 60 s from now, which is the default",
    eject:
      "Have Agora remove the user from the call as well, and keep them out until then. Needs an exact channel and a uid, and takes no other field but until.",
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
  InspectedService: {
    type: "The service; the other fields are those of its type",
    channel: "The vendor reads the empty text and * as any channel",
    uid: "0 = any user",
    account: "Instead of uid",
    userId: "Of RTM and chat",
    roomUuid: "Of aPaaS",
    userUuid: "Of aPaaS",
    role: "Of aPaaS; -1 = none",
    permissions: "Of RTM 2",
    privileges: "Seconds after issuedAt; 0 = as long as the token. What is left out is denied.",
  } satisfies TextsOf<typeof responses.inspectedService>,
  KeyInspection: {
    verdict:
      "Would Agora take it now, from a client that joins? unknown: the signature is unverified, or only the vendor knows.",
    version: "1 to 5: a channel key; 6 and 7: an access token",
    service: "As shown, or as verified; versions 1 to 5, and 7 with RTC",
    appId: "32 hexadecimal digits",
    channel:
      "As version 7 shows it, of the RTC service that fits best, or as version 6 was verified",
    issuedAt: "Unix seconds; not in version 6",
    joinBefore: "Unix seconds: issuedAt + 300; in version 7 expiresAt",
    expiresAt: "Unix seconds; null = never",
    randomInt: "The key's random number; in versions 6 and 7 the salt",
    uid: "As shown, or as verified",
    account: "Instead of uid, in versions 6 and 7",
    permission: "Of inChannelPermission",
    services: "Of version 7: the services that the token is for, 100 at most",
    servicesLeftOut: "Of version 7: how many more the token has, or longer ones than are shown",
    privileges: "Of version 6: when each ends, in Unix seconds; 0 = with the token",
    sdks: "Of versions 6 and 7: which SDKs take them",
    signature: "By this deployment's certificates",
    unverifiedReason: "Why the signature is unverified, in words",
    findings: "What an Agora server would object to, or what its owner should know",
  } satisfies TextsOf<typeof responses.keyInspection>,
  Revocation: {
    id: "For DELETE /v1/revocations/{id}",
    uid: "The user's uid",
    account: "The user's account",
    channel: "An exact name, or the start of one followed by *",
    sub: "A grant's subject",
    jti: "The id of one grant",
    issuedBefore: "Unix seconds: grants whose iat is earlier",
    until: "Unix seconds: when the entry ends by itself",
    ejection: "Where it was asked for",
  } satisfies TextsOf<typeof responses.revocation>,
  EjectionState: {
    state:
      "pending: it is being tried. done: Agora has a rule. failed: it has none; it is still tried now and then.",
    reason: "Why it has failed, in words",
  } satisfies TextsOf<typeof responses.ejection>,
  RevocationPage: {
    revocations: "Up to 100, oldest first",
    cursor: "Of the next page; left out on the last",
  } satisfies TextsOf<typeof responses.revocationPage>,
  CallerDescription: {
    kind: "A business server's service key, or a client's grant",
    id: "The service key's name, or the grant's jti",
    appId: "The project of this deployment",
    allow:
      "What it may do: keys, batch (POST /v1/keys/batch), tokens, grants, inspect, revocations",
    channels: "For which channels: exact names, or the start of a name followed by *",
    services: "For which services",
    uid: "Of a grant: its user's uid; 0 = any uid",
    account: "Of a grant: its user's account, instead of uid",
    role: "Of a grant",
    expiresAt: "Unix seconds: when the credential ends",
  } satisfies TextsOf<typeof responses.callerDescription>,
  Ready: {
    status: "Keys can be issued",
    warnings: "What does not work, and why",
    listAgeSeconds:
      "How long ago the edge that answers knew the list of revocations to be as it has it",
    listFullPercent: "How full that list was then",
    keySetAgeSeconds: "How long ago this edge's copy of the keys of GRANT_JWKS_URL was fetched",
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
