// The values whose rules are functions, which JSON Schema can't show: here they are as JSON Schema.
// Read by the build alone.

import type * as v from "valibot";
import {
  ACCOUNT_MAX_BYTES,
  BATCH_MAX_KEYS,
  CHANNEL_MAX_BYTES,
  DURATION_MAX_SECONDS,
  GRANT_MAX_LIFETIME_SECONDS,
  IDENTIFIER_MAX_CHARACTERS,
  MAX_U32,
} from "../platform/limits.ts";
import * as requests from "./requests.ts";
import * as values from "./values.ts";

const CHANNEL_PATTERN = "^[a-zA-Z0-9 !#$%&()+\\-:;<=.>?@\\[\\]^_{}|~,]+$";

/** Each with its schema in JSON Schema. */
export const VALUES: Readonly<
  Record<string, readonly [v.GenericSchema, Readonly<Record<string, unknown>>]>
> = {
  u32: [values.u32, { type: "integer", minimum: 0, maximum: MAX_U32 }],
  positiveU32: [values.positiveU32, { type: "integer", minimum: 1, maximum: MAX_U32 }],
  unixTime: [values.unixTime, { type: "integer", minimum: 0, maximum: MAX_U32 }],
  revokedUid: [requests.revokedUid, { type: "integer", minimum: 1, maximum: MAX_U32 }],
  version: [values.version, { type: "integer", minimum: 1, maximum: 5 }],
  channel: [
    values.channel,
    {
      type: "string",
      minLength: 1,
      maxLength: CHANNEL_MAX_BYTES,
      pattern: CHANNEL_PATTERN,
    },
  ],
  account: [
    values.account,
    {
      type: "string",
      minLength: 1,
      maxLength: ACCOUNT_MAX_BYTES,
      pattern: CHANNEL_PATTERN,
    },
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
  uids: [
    values.uids,
    {
      type: "array",
      items: { type: "integer", minimum: 0, maximum: MAX_U32 },
      minItems: 1,
      maxItems: BATCH_MAX_KEYS,
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
