// The values that requests and grants consist of. The rules themselves stand in keys/fields.ts;
// here they become schemas.

import * as v from "valibot";
import { CHANNEL_MESSAGE, isChannel, isU32, U32_MESSAGE } from "../keys/fields.ts";
import { SDK_VERSION_PATTERN } from "../keys/sdk-versions.ts";
import { ACCOUNT_MESSAGE, isOfSet } from "../keys/token/token-fields.ts";
import { PERMISSIONS, SERVICES, VERSIONS } from "../keys/versions.ts";
import {
  ACCOUNT_MAX_BYTES,
  BATCH_MAX_KEYS,
  DURATION_MAX_SECONDS,
  GRANT_MAX_CHANNELS,
  IDENTIFIER_MAX_CHARACTERS,
  MAX_U32,
} from "../platform/limits.ts";

/** An integer from 0 to 2^32 - 1. JSON can say -0, which is not one. */
export const u32 = v.pipe(
  v.number(U32_MESSAGE),
  v.check((value) => isU32(value), U32_MESSAGE),
);

export const POSITIVE_MESSAGE = `must be an integer from 1 to ${MAX_U32}`;
export const positiveU32 = v.pipe(
  v.number(POSITIVE_MESSAGE),
  v.check((value) => isU32(value) && value > 0, POSITIVE_MESSAGE),
);

const TIME_MESSAGE = `must be Unix seconds, an integer from 0 to ${MAX_U32}`;
/** Milliseconds are too great for it. */
export const unixTime = v.pipe(
  v.number(TIME_MESSAGE),
  v.check((value) => isU32(value), TIME_MESSAGE),
);

const DURATION_MESSAGE = `is seconds from now, not a time: at most ${DURATION_MAX_SECONDS}`;

/** Seconds from now. By mistake people send a time, or milliseconds. */
export function duration<S extends v.GenericSchema<number>>(seconds: S) {
  const isTime = (value: unknown) => typeof value === "number" && value > DURATION_MAX_SECONDS;
  return v.pipe(
    v.unknown(),
    v.check((value) => !isTime(value), DURATION_MESSAGE),
    seconds,
  );
}

export const maxKeyExpiresIn = duration(positiveU32);

export const channel = v.pipe(v.string(CHANNEL_MESSAGE), v.check(isChannel, CHANNEL_MESSAGE));
/** The user of a token, where it is no uid. */
export const account = v.pipe(
  v.string(ACCOUNT_MESSAGE),
  v.check(
    (value) => value.length >= 1 && value.length <= ACCOUNT_MAX_BYTES && isOfSet(value),
    ACCOUNT_MESSAGE,
  ),
);
export const version = v.picklist(VERSIONS, "must be 1, 2, 3, 4 or 5");
export const service = v.picklist(SERVICES, `must be one of ${SERVICES.join(", ")}`);
export const permission = v.picklist(PERMISSIONS, `must be one of ${PERMISSIONS.join(", ")}`);

/** What a grant's user may do in a call: send and receive, or receive alone. */
export const ROLES = ["publisher", "subscriber"] as const;
export type Role = (typeof ROLES)[number];
const role = v.picklist(ROLES, `must be ${ROLES.join(" or ")}`);

const SDK_VERSION_MESSAGE = 'must be a version such as "1.3.0"';
export const sdkVersion = v.pipe(
  v.string(SDK_VERSION_MESSAGE),
  v.regex(SDK_VERSION_PATTERN, SDK_VERSION_MESSAGE),
);

const UIDS_MESSAGE = `must be an array of 1 to ${BATCH_MAX_KEYS} uids`;

/**
 * One plain loop checks a batch: a schema for each of 10,000 uids would cost more than their keys.
 */
export const uids = v.pipe(
  v.custom<number[]>(Array.isArray, UIDS_MESSAGE),
  v.check((value) => value.length >= 1 && value.length <= BATCH_MAX_KEYS, UIDS_MESSAGE),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed || dataset.value.length > BATCH_MAX_KEYS) return;
    const input = dataset.value;
    for (const [key, value] of input.entries()) {
      if (isU32(value)) continue;
      addIssue({
        message: U32_MESSAGE,
        path: [{ type: "array", origin: "value", input, key, value }],
      });
    }
  }),
);

export const IDENTIFIER_MESSAGE = `must be text of 1 to ${IDENTIFIER_MAX_CHARACTERS} characters, well-formed and without control characters`;

/**
 * Who signed a grant (iss), for whom (sub), and its id (jti): one type wherever they appear. A lone
 * surrogate is no Unicode: the list of revocations would keep it as U+FFFD, which is another name.
 */
export const identifier = v.pipe(
  v.string(IDENTIFIER_MESSAGE),
  v.check(
    (value) =>
      value.length >= 1 &&
      value.length <= IDENTIFIER_MAX_CHARACTERS &&
      value.isWellFormed() &&
      !/\p{Cc}/u.test(value),
    IDENTIFIER_MESSAGE,
  ),
);

const CHANNEL_PATTERN_MESSAGE = "must be a channel name, or the start of one followed by *";

/** An exact channel name, or a prefix followed by *. */
function isChannelPattern(value: string): boolean {
  if (!value.endsWith("*")) return isChannel(value);
  return value.length === 1 || isChannel(value.slice(0, -1));
}

const CHANNELS_MESSAGE = `must be an array of 1 to ${GRANT_MAX_CHANNELS} channel names`;
const SERVICES_MESSAGE = `must be an array of 1 to ${SERVICES.length} services`;

/**
 * What a grant may hold beside its times: the request for a grant and the grant's claims share it.
 */
export const grantEntries = {
  channels: v.pipe(
    v.array(
      v.pipe(v.string(CHANNEL_PATTERN_MESSAGE), v.check(isChannelPattern, CHANNEL_PATTERN_MESSAGE)),
      CHANNELS_MESSAGE,
    ),
    v.minLength(1, CHANNELS_MESSAGE),
    v.maxLength(GRANT_MAX_CHANNELS, CHANNELS_MESSAGE),
  ),
  uid: u32,
  services: v.optional(
    v.pipe(
      v.array(service, SERVICES_MESSAGE),
      v.minLength(1, SERVICES_MESSAGE),
      v.maxLength(SERVICES.length, SERVICES_MESSAGE),
    ),
  ),
  role: v.optional(role),
  maxKeyExpiresIn: v.optional(maxKeyExpiresIn),
};
