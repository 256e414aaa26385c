// Values of the contract as JSON Schema, for contract/openapi.ts: their rules are functions, which
// JSON Schema can't show.

import type * as v from "valibot";
import {
  ACCESS_TOKEN_MAX_SECONDS,
  ACCOUNT_MAX_BYTES,
  BATCH_MAX_ACCOUNTS,
  BATCH_MAX_KEYS,
  CHANNEL_MAX_BYTES,
  DURATION_MAX_SECONDS,
  GRANT_MAX_LIFETIME_SECONDS,
  IDENTIFIER_MAX_CHARACTERS,
  MAX_U32,
  RTM_USER_ID_MAX_BYTES,
} from "../platform/limits.ts";
import * as requests from "./requests.ts";
import * as tokens from "./token-request.ts";
import * as values from "./values.ts";

export type Json = Record<string, unknown>;

/** Values whose rules are functions, which JSON Schema can't show: here they are as JSON Schema. */
export const VALUES: Readonly<Record<string, readonly [v.GenericSchema, Json]>> = {
  u32: [values.u32, { type: "integer", minimum: 0, maximum: MAX_U32 }],
  positiveU32: [values.positiveU32, { type: "integer", minimum: 1, maximum: MAX_U32 }],
  unixTime: [values.unixTime, { type: "integer", minimum: 0, maximum: MAX_U32 }],
  revokedAccount: [requests.revokedAccount, channelText(ACCOUNT_MAX_BYTES, "(?!0$)")],
  revokedUid: [requests.revokedUid, { type: "integer", minimum: 1, maximum: MAX_U32 }],
  version: [values.version, { type: "integer", minimum: 1, maximum: 7 }],
  channel: [values.channel, channelText(CHANNEL_MAX_BYTES)],
  account: [values.account, channelText(ACCOUNT_MAX_BYTES)],
  // Of the texts of a uid, which it must not be, the pattern names those of nine digits at most.
  grantAccount: [values.grantAccount, channelText(ACCOUNT_MAX_BYTES, "(?!(0|[1-9]\\d{0,8})$)")],
  tokenSeconds: [
    values.tokenSeconds,
    { type: "integer", minimum: 1, maximum: ACCESS_TOKEN_MAX_SECONDS },
  ],
  identifier: [
    values.identifier,
    {
      type: "string",
      minLength: 1,
      maxLength: IDENTIFIER_MAX_CHARACTERS,
      pattern: "^[^\\u0000-\\u001f\\u007f-\\u009f]+$",
    },
  ],
  rtmUserId: [tokens.rtmUserId, channelText(RTM_USER_ID_MAX_BYTES, "(?! )")],
  tokenExpiresIn: [
    tokens.tokenExpiresIn,
    { type: "integer", minimum: 1, maximum: ACCESS_TOKEN_MAX_SECONDS },
  ],
  uids: [
    values.uids,
    {
      type: "array",
      items: { type: "integer", minimum: 0, maximum: MAX_U32 },
      minItems: 1,
      maxItems: BATCH_MAX_KEYS,
    },
  ],
  accounts: [
    values.accounts,
    {
      type: "array",
      items: channelText(ACCOUNT_MAX_BYTES),
      minItems: 1,
      maxItems: BATCH_MAX_ACCOUNTS,
    },
  ],
  expiresIn: [requests.expiresIn, { type: "integer", minimum: 0, maximum: DURATION_MAX_SECONDS }],
  maxKeyExpiresIn: [
    values.maxKeyExpiresIn,
    { type: "integer", minimum: 1, maximum: DURATION_MAX_SECONDS },
  ],
  grantLifetime: [
    requests.grantLifetime,
    { type: "integer", minimum: 1, maximum: GRANT_MAX_LIFETIME_SECONDS },
  ],
};

/** Text of a channel's set, of so many characters at most. */
function channelText(maxLength: number, not = ""): Json {
  const pattern = `^${not}[a-zA-Z0-9 !#$%&()+\\-:;<=.>?@\\[\\]^_{}|~,]+$`;
  return { type: "string", minLength: 1, maxLength, pattern };
}
