// The values that requests and grants consist of. The rules themselves stand in keys/fields.ts;
// here they become schemas.

import * as v from "valibot";
import {
  ACCOUNT_MESSAGE,
  CHANNEL_MESSAGE,
  type FieldError,
  isAccount,
  isChannel,
  isU32,
  U32_MESSAGE,
} from "../keys/fields.ts";
import { ROLES } from "../keys/role.ts";
import { PLATFORMS, SDK_VERSION_PATTERN } from "../keys/sdk-versions.ts";
import { readsAsUid, type User } from "../keys/user.ts";
import { KEY_VERSIONS, PERMISSIONS, SERVICES } from "../keys/versions.ts";
import {
  ACCESS_TOKEN_MAX_SECONDS,
  BATCH_MAX_ACCOUNTS,
  BATCH_MAX_KEYS,
  DURATION_MAX_SECONDS,
  GRANT_MAX_CHANNELS,
  IDENTIFIER_MAX_CHARACTERS,
  MAX_U32,
} from "../platform/limits.ts";
import { GRANT_SERVICES } from "./scope.ts";

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

/** Unix seconds. By mistake people send milliseconds, which are too great for any time here. */
export function time(isValid: (value: number) => boolean, message: string) {
  const isMilliseconds = (value: number) => value > MAX_U32 && value <= MAX_U32 * 1000;
  return v.pipe(
    v.number(message),
    v.check(isValid, ({ input }) =>
      isMilliseconds(input) ? "must be Unix seconds, not milliseconds" : message,
    ),
  );
}

export const unixTime = time(isU32, `must be Unix seconds, an integer from 0 to ${MAX_U32}`);

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
export const account = v.pipe(v.string(ACCOUNT_MESSAGE), v.check(isAccount, ACCOUNT_MESSAGE));
export const version = v.picklist(KEY_VERSIONS, "must be 1, 2, 3, 4, 5, 6 or 7");
export const platform = v.picklist(PLATFORMS, `must be one of ${PLATFORMS.join(", ")}`);
export const service = v.picklist(SERVICES, `must be one of ${SERVICES.join(", ")}`);
export const permission = v.picklist(PERMISSIONS, `must be one of ${PERMISSIONS.join(", ")}`);

export const role = v.picklist(ROLES, `must be ${ROLES.join(" or ")}`);

const TOKEN_SECONDS_MESSAGE = `must be an integer from 1 to ${ACCESS_TOKEN_MAX_SECONDS} (seconds)`;
/** How long an access token or one of its privileges lasts. */
export const tokenSeconds = v.pipe(
  v.number(TOKEN_SECONDS_MESSAGE),
  v.check(
    (value) => isU32(value) && value >= 1 && value <= ACCESS_TOKEN_MAX_SECONDS,
    TOKEN_SECONDS_MESSAGE,
  ),
);

/** What an access token allows in a channel, and for how long. What is left out is denied. */
export const privileges = v.strictObject(
  {
    joinChannel: tokenSeconds,
    publishAudio: v.optional(tokenSeconds),
    publishVideo: v.optional(tokenSeconds),
    publishData: v.optional(tokenSeconds),
  },
  'must be an object such as {"joinChannel":3600}',
);
export type RtcPrivileges = v.InferOutput<typeof privileges>;

const SDK_VERSION_MESSAGE = 'must be a version such as "1.3.0"';
export const sdkVersion = v.pipe(
  v.string(SDK_VERSION_MESSAGE),
  v.regex(SDK_VERSION_PATTERN, SDK_VERSION_MESSAGE),
);

/**
 * The users of a batch. One plain loop checks them: a schema for each of 10,000 uids would cost
 * more than their keys.
 */
function usersOf<T>(
  name: string,
  maxCount: number,
  isValid: (value: unknown) => value is T,
  expected: "number" | "string",
  message: string,
) {
  const arrayMessage = `must be an array of 1 to ${maxCount} ${name}`;
  return v.pipe(
    v.custom<T[]>(Array.isArray, arrayMessage),
    v.check(({ length }) => length >= 1 && length <= maxCount, arrayMessage),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed || dataset.value.length > maxCount) return;
      const input = dataset.value;
      for (const [key, value] of input.entries()) {
        if (isValid(value)) continue;
        const path = [{ type: "array", origin: "value", input, key, value }] as const;
        addIssue({ input: value, expected, message, path: [...path] });
      }
    }),
  );
}

const isAccountText = (value: unknown): value is string =>
  typeof value === "string" && isAccount(value);

export const uids = usersOf("uids", BATCH_MAX_KEYS, isU32, "number", U32_MESSAGE);
export const accounts = usersOf(
  "accounts",
  BATCH_MAX_ACCOUNTS,
  isAccountText,
  "string",
  ACCOUNT_MESSAGE,
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

export const channelPattern = v.pipe(
  v.string(CHANNEL_PATTERN_MESSAGE),
  v.check(isChannelPattern, CHANNEL_PATTERN_MESSAGE),
);

const CHANNELS_MESSAGE = `must be an array of 1 to ${GRANT_MAX_CHANNELS} channel names`;
const grantService = v.picklist(GRANT_SERVICES, `must be one of ${GRANT_SERVICES.join(", ")}`);
const SERVICES_MESSAGE = `must be an array of 1 to ${GRANT_SERVICES.length} services`;

const UID_TEXT_MESSAGE = "reads as a uid: Agora takes both for one user, so give it as uid";
/** Of a grant. Policy compares users as texts, and an account must not be the text of a uid. */
export const grantAccount = v.pipe(
  account,
  v.check((value) => !readsAsUid(value), UID_TEXT_MESSAGE),
);

/**
 * What a grant may hold beside its times: the request for a grant and the grant's claims share it.
 */
export const grantEntries = {
  channels: v.pipe(
    v.array(channelPattern, CHANNELS_MESSAGE),
    v.minLength(1, CHANNELS_MESSAGE),
    v.maxLength(GRANT_MAX_CHANNELS, CHANNELS_MESSAGE),
  ),
  uid: v.optional(u32),
  account: v.optional(grantAccount),
  services: v.optional(
    v.pipe(
      v.array(grantService, SERVICES_MESSAGE),
      v.minLength(1, SERVICES_MESSAGE),
      v.maxLength(GRANT_SERVICES.length, SERVICES_MESSAGE),
    ),
  ),
  role: v.optional(role),
  maxKeyExpiresIn: v.optional(maxKeyExpiresIn),
};

type UserFields = { readonly uid?: number | undefined; readonly account?: string | undefined };

/** A grant names its user once: as uid or as account. */
export function grantUserErrors({ uid, account }: UserFields): FieldError[] {
  if (uid === undefined && account === undefined) {
    return [{ path: "uid", message: "is required, or else account" }];
  }
  if (uid === undefined || account === undefined) return [];
  return [{ path: "account", message: "can't be given together with uid" }];
}

/** Of fields in which `grantUserErrors` finds nothing. */
export function userOf({ uid = 0, account }: UserFields): User {
  return account === undefined ? { uid } : { account };
}

/** The user that a request names, if it does. */
export function givenUser(fields: UserFields): User | undefined {
  return fields.uid === undefined && fields.account === undefined ? undefined : userOf(fields);
}
