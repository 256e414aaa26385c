// A batch of RTC tokens that differ only in user and salt.

import { BATCH_MAX_KEYS } from "../../platform/limits.ts";
import { sharedCore } from "../../wasm/core.ts";
import type { SignerState } from "../../wasm/core-fields.ts";
import {
  hasChannelLength,
  IS_CHANNEL_CHARACTER,
  isAccount,
  wrong,
  wrongChannel,
} from "../fields.ts";
import { lengthOf, toU32s } from "../number-lists.ts";
import { RTC_PRIVILEGES } from "./pack-token.ts";
import { PRIVILEGES_OF_006 } from "./sign-token.ts";
import {
  assertMembers,
  assertU32,
  type Members,
  readRtcPrivileges,
  wrongAccount,
} from "./token-fields.ts";
import type { PRIVILEGES_006, Privileges } from "./token-services.ts";

/** What all tokens of a batch have in common; each field as in a single token. */
export type SharedTokenFields =
  | {
      readonly version: 6;
      readonly channel: string;
      readonly ts: number;
      readonly privileges: Readonly<Partial<Record<keyof typeof PRIVILEGES_006, number>>>;
    }
  | {
      readonly version: 7;
      readonly channel: string;
      readonly issueTs: number;
      readonly expire: number;
      readonly privileges: Privileges<"rtc">;
    };

/** Throws a TypeError or RangeError that names the first wrong field. */
export function signTokens(
  state: SignerState,
  shared: SharedTokenFields,
  uidsOrAccounts: ArrayLike<number> | ArrayLike<string>,
  salts: ArrayLike<number>,
): string[] {
  const count = lengthOf("uidsOrAccounts", uidsOrAccounts);
  if (count < 1 || count > BATCH_MAX_KEYS)
    throw new RangeError(`uidsOrAccounts: must be 1 to ${BATCH_MAX_KEYS} uids or accounts`);
  if (lengthOf("salts", salts) !== count)
    throw new RangeError("salts: must be as many as uidsOrAccounts");
  const fields = sharedFields(shared);
  const tokens = sharedCore().accessTokens(
    state,
    { ...fields, users: toUsers(uidsOrAccounts, count), salts: toU32s("salts", salts, count) },
    IS_CHANNEL_CHARACTER,
  );
  if (tokens === undefined) throw wrongChannel(fields.channel);
  return tokens;
}

function sharedFields(shared: SharedTokenFields) {
  assertMembers("shared", shared);
  const { version, channel, ts, issueTs, expire, privileges } = shared as Members;
  if (version !== 6 && version !== 7) throw wrong("version", version, "number", "must be 6 or 7");
  if (typeof channel !== "string" || !hasChannelLength(channel)) throw wrongChannel(channel);
  const names = version === 6 ? PRIVILEGES_OF_006 : RTC_PRIVILEGES;
  const { granted, values } = readRtcPrivileges("", names, privileges);
  const rtc = { channel, granted, privileges: values };
  if (version === 6) {
    assertU32("ts", ts);
    return { ...rtc, version, issueTs: 0, end: ts } as const;
  }
  assertU32("issueTs", issueTs);
  assertU32("expire", expire);
  return { ...rtc, version, issueTs, end: expire } as const;
}

/** All are of the kind of the first one. */
function toUsers(
  users: ArrayLike<number> | ArrayLike<string>,
  count: number,
): Uint32Array | string[] {
  if (!isTexts(users)) return toU32s("uidsOrAccounts", users, count);
  const accounts: string[] = [];
  for (let i = 0; i < count; i++) {
    const account: unknown = users[i];
    // The name is made only where it is needed, as in number-lists.ts.
    if (typeof account !== "string" || !isAccount(account))
      throw wrongAccount(`uidsOrAccounts[${i}]`, account);
    accounts.push(account);
  }
  return accounts;
}

function isTexts(users: ArrayLike<number> | ArrayLike<string>): users is ArrayLike<string> {
  return typeof users[0] === "string";
}
