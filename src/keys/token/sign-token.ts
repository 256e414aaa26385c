// Signs an access token with a signer's state. An RTC token, 006 or 007, is made whole by the core;
// other services are packed here first.

import { type SignerState, sharedCore } from "../../wasm/core.ts";
import { CHANNEL_MESSAGE, IS_CHANNEL_CHARACTER, wrong } from "../fields.ts";
import { packServices, RTC_PRIVILEGES } from "./pack-token.ts";
import {
  ACCOUNT_MESSAGE,
  type AccessTokenFields,
  assertAccountLength,
  assertChannelLength,
  assertMembers,
  assertU32,
  assertUser,
  isOfSet,
  type Members,
  readPrivileges,
} from "./token-fields.ts";
import { PRIVILEGES_006 } from "./token-services.ts";

const PRIVILEGES_OF_006 = Object.keys(PRIVILEGES_006);

/** Throws a TypeError or RangeError that names the first wrong field. */
export function signToken(state: SignerState, fields: AccessTokenFields): string {
  assertMembers("fields", fields);
  const { version } = fields as Members;
  if (version === 7) return sign007(state, fields as Members);
  if (version === 6) return sign006(state, fields as Members);
  throw wrong("version", version, "number", "must be 6 or 7");
}

function sign006(state: SignerState, fields: Members): string {
  const { rtmUserId, salt, ts } = fields;
  assertU32("salt", salt);
  assertU32("ts", ts);
  // A token for RTM has the user's id where others have the channel, and no user.
  const { channel = rtmUserId, uid = rtmUserId === undefined ? undefined : 0, account } = fields;
  if (rtmUserId === undefined) assertChannelLength("channel", channel);
  else {
    if (fields.channel !== undefined || fields.uid !== undefined || account !== undefined)
      throw new TypeError("rtmUserId: is instead of channel, uid and account, not beside them");
    assertAccountLength("rtmUserId", channel);
  }
  assertUser("", uid, account);
  const { granted, values } = readPrivileges("privileges", PRIVILEGES_OF_006, fields.privileges);
  const texts = { channel: channel as string, account: (account ?? "") as string };
  const token = sharedCore().accessToken006(
    state,
    { ...texts, uid: (uid ?? 0) as number, salt, ts, granted, privileges: values },
    IS_CHANNEL_CHARACTER,
  );
  if (token === undefined)
    throw wrongCharacter("", texts, rtmUserId === undefined ? "channel" : "rtmUserId");
  return token;
}

function sign007(state: SignerState, { issueTs, expire, salt, services }: Members): string {
  assertU32("issueTs", issueTs);
  assertU32("expire", expire);
  assertU32("salt", salt);
  if (!Array.isArray(services) || services.length === 0)
    throw new TypeError("services: must be an array of at least one service");
  if (services.length > 1 || services[0]?.type !== "rtc")
    return sharedCore().accessTokenOf(state, { salt, issueTs, expire }, packServices(services));
  const { channel, uid, account, privileges } = services[0] as Members;
  assertChannelLength("services[0].channel", channel);
  assertUser("services[0].", uid, account);
  const { granted, values } = readPrivileges("services[0].privileges", RTC_PRIVILEGES, privileges);
  const texts = { channel, account: (account ?? "") as string };
  const token = sharedCore().accessToken007(
    state,
    {
      ...texts,
      uid: (uid ?? 0) as number,
      salt,
      issueTs,
      expire,
      granted,
      privileges: values,
    },
    IS_CHANNEL_CHARACTER,
  );
  if (token === undefined) throw wrongCharacter("services[0].", texts, "channel");
  return token;
}

/** The error for the first text that is not of the SDK's set. */
function wrongCharacter(
  prefix: string,
  { channel }: { channel: string },
  channelName: "channel" | "rtmUserId",
): RangeError {
  if (isOfSet(channel)) return new RangeError(`${prefix}account: ${ACCOUNT_MESSAGE}`);
  const message = channelName === "channel" ? CHANNEL_MESSAGE : ACCOUNT_MESSAGE;
  return new RangeError(`${prefix}${channelName}: ${message}`);
}
