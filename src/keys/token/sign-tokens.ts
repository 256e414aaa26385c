// A batch of RTC tokens that differ only in user and salt.

import { BATCH_MAX_KEYS } from "../../platform/limits.ts";
import type { SignerState } from "../../wasm/core.ts";
import { isU32, wrongU32 } from "../fields.ts";
import { signToken } from "./sign-token.ts";
import { type AccessTokenFields, assertAccount, type Members } from "./token-fields.ts";
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
  users: ArrayLike<number> | ArrayLike<string>,
  salts: ArrayLike<number>,
): string[] {
  const count = lengthOf("uidsOrAccounts", users);
  if (count < 1 || count > BATCH_MAX_KEYS)
    throw new RangeError(`uidsOrAccounts: must be 1 to ${BATCH_MAX_KEYS} uids or accounts`);
  if (lengthOf("salts", salts) !== count)
    throw new RangeError("salts: must be as many as uidsOrAccounts");
  return Array.from({ length: count }, (_, i) => {
    const user = users[i];
    if (typeof user === "string") assertAccount(`uidsOrAccounts[${i}]`, user);
    else if (!isU32(user)) throw wrongU32(`uidsOrAccounts[${i}]`, user);
    const salt = salts[i];
    if (!isU32(salt)) throw wrongU32(`salts[${i}]`, salt);
    const of = typeof user === "string" ? { account: user } : { uid: user };
    const { version, channel, privileges, ...times } = shared;
    return signToken(
      state,
      (version === 6
        ? { version, channel, ...of, salt, ...times, privileges }
        : {
            version,
            ...times,
            salt,
            services: [{ type: "rtc", channel, ...of, privileges }],
          }) as AccessTokenFields,
    );
  });
}

function lengthOf(path: string, values: unknown): number {
  const length =
    typeof values === "object" && values !== null ? (values as Members).length : undefined;
  if (!Number.isInteger(length)) throw new TypeError(`${path}: must be an array`);
  return length as number;
}
