// What the OpenAPI document says of operations. Every operation has its text, or it does not
// compile. Read by the build alone.

import type { OperationId } from "./routes.ts";
import type { ErrorCode } from "./service-error.ts";

export interface OperationText {
  readonly tag: "Keys" | "Grants" | "Revocations" | "Status";
  readonly summary: string;
  readonly description?: string;
  /** What a success is. */
  readonly success: string;
  /** Beside those that every operation with a credential has. */
  readonly codes: readonly ErrorCode[];
}

/** What a grant can be refused for, whatever it asks for. */
const GRANT_CODES: readonly ErrorCode[] = [
  "grant_expired",
  "grant_not_yet_valid",
  "grant_revoked",
  "revocations_unavailable",
];

const KEY_CODES: readonly ErrorCode[] = [
  ...GRANT_CODES,
  "forbidden_channel",
  "forbidden_uid",
  "forbidden_service",
  "forbidden_role",
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
    summary: "Would Agora take this key or token now, what does it say, and what is wrong?",
    success: "What was found. A text without a key or token in it has no fields of one.",
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
      'At least one of uid, account, channel, sub, jti and issuedBefore. uid 42 and account "42" are one user. A request by grant is refused where all fields that are given match. An equal entry that is there already becomes one with this: it has the old id and the later until. With eject, Agora removes the user from the call as well, in the background: ejection says how far that is.',
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
    summary: "End a revocation early, or several",
    description:
      "One id, or up to 100 with commas between them: those of them that there are are ended.",
    success: "Ended. At least one was there.",
    codes: ["not_found", "revocations_unavailable"],
  },
  describeCaller: {
    tag: "Grants",
    summary: "Who a service key or a grant is, and what it may do",
    description:
      "A grant that has been revoked gets grant_revoked; an entry with a channel, or with the uid of a grant for any uid, is seen by requests for keys alone.",
    success: "What the credential says. What is left out is not limited.",
    codes: GRANT_CODES,
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
