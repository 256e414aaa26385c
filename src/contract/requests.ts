// What each operation takes. Every field is described, and its bounds are written out for OpenAPI,
// in contract/openapi.ts, which the build alone reads.

import * as v from "valibot";
import { isU32 } from "../keys/fields.ts";
import { GRANT_MAX_LIFETIME_SECONDS, INSPECTED_KEY_MAX_CHARACTERS } from "../platform/limits.ts";
import {
  account,
  accounts,
  channel,
  channelPattern,
  duration,
  grantEntries,
  identifier,
  POSITIVE_MESSAGE,
  permission,
  platform,
  privileges,
  role,
  sdkVersion,
  service,
  u32,
  uids,
  unixTime,
  version,
} from "./values.ts";

export const expiresIn = duration(u32);

/** The format, the rights and the lifetime of a key, and of the keys of a batch. */
const keyEntries = {
  version: v.optional(version),
  sdkVersion: v.optional(sdkVersion),
  platform: v.optional(platform),
  service: v.optional(service, "mediaChannel"),
  permission: v.optional(permission),
  role: v.optional(role),
  privileges: v.optional(privileges),
  expiresIn: v.optional(expiresIn),
};

/** For tests alone. They stand last, in the reference too, which keeps this order. */
const exactTimeEntries = {
  issuedAt: v.optional(unixTime),
  randomInt: v.optional(u32),
  expiresAt: v.optional(unixTime),
};

export const KeyRequest = v.object({
  channel,
  uid: v.optional(u32),
  account: v.optional(account),
  ...keyEntries,
  ...exactTimeEntries,
});
export const KeysRequest = v.object({
  channel,
  uids: v.optional(uids),
  accounts: v.optional(accounts),
  ...keyEntries,
  ...exactTimeEntries,
});
export type KeyRequest = v.InferOutput<typeof KeyRequest>;
export type KeysRequest = v.InferOutput<typeof KeysRequest>;
export type SharedKeyRequest = Omit<KeyRequest, "uid" | "account">;

const KEY_TEXT_MESSAGE = `must be text of at most ${INSPECTED_KEY_MAX_CHARACTERS} characters`;

export const InspectRequest = v.object({
  key: v.pipe(
    v.string(KEY_TEXT_MESSAGE),
    v.maxLength(INSPECTED_KEY_MAX_CHARACTERS, KEY_TEXT_MESSAGE),
  ),
  channel: v.optional(channel),
  uid: v.optional(u32),
  account: v.optional(account),
});
export type InspectRequest = v.InferOutput<typeof InspectRequest>;

const LIFETIME_MESSAGE = `must be an integer from 1 to ${GRANT_MAX_LIFETIME_SECONDS} (seconds)`;
export const grantLifetime = duration(
  v.pipe(
    v.number(LIFETIME_MESSAGE),
    v.integer(LIFETIME_MESSAGE),
    v.check((value) => value >= 1 && value <= GRANT_MAX_LIFETIME_SECONDS, LIFETIME_MESSAGE),
  ),
);

export const GrantRequest = v.object({
  ...grantEntries,
  expiresIn: grantLifetime,
  subject: v.optional(identifier),
});
export type GrantRequest = v.InferOutput<typeof GrantRequest>;

const ANY_UID_MESSAGE = `${POSITIVE_MESSAGE}: revoke a grant for any uid by its sub or jti`;

/** An entry for uid 0 would match nobody: no request by grant is for it. */
export const revokedUid = v.pipe(
  v.number(ANY_UID_MESSAGE),
  v.check((value) => isU32(value) && value > 0, ANY_UID_MESSAGE),
);

/** The text of uid 0, likewise. */
export const revokedAccount = v.pipe(
  account,
  v.check((value) => value !== "0", ANY_UID_MESSAGE.replace("an integer", "a user")),
);

export const RevocationRequest = v.object({
  uid: v.optional(revokedUid),
  account: v.optional(revokedAccount),
  channel: v.optional(channelPattern),
  sub: v.optional(identifier),
  jti: v.optional(identifier),
  issuedBefore: v.optional(unixTime),
  until: v.optional(unixTime),
  eject: v.optional(v.literal(true, "must be true, or be left out")),
});
export type RevocationRequest = v.InferOutput<typeof RevocationRequest>;

const CURSOR_MESSAGE = "must be the cursor of the page before";

/** The query of a list. */
export const RevocationsRequest = v.object({
  cursor: v.optional(v.pipe(v.string(CURSOR_MESSAGE), v.regex(/^\d{1,15}$/, CURSOR_MESSAGE))),
});

/** `GET /v1/caller` takes nothing but the credential. */
export const CallerRequest = v.object({});

/** The path of one revocation, or several. Any text is the id of something or of nothing. */
export const RevocationId = v.object({ id: v.string() });
