// Signs an access token with a signer's state. An RTC token, 006 or 007, is made whole by the core;
// other services are packed here first.

import { sharedCore } from "../../wasm/core.ts";
import type { CoreToken, SignerState } from "../../wasm/core-fields.ts";
import { CHANNEL_MESSAGE, IS_CHANNEL_CHARACTER, wrong } from "../fields.ts";
import { packServices, RTC_PRIVILEGES } from "./pack-token.ts";
import {
  ACCOUNT_MESSAGE,
  type AccessTokenFields,
  assertAccount,
  assertMembers,
  assertU32,
  assertUser,
  hasChannelLength,
  isOfSet,
  type Members,
  readPrivileges,
  readRtcPrivileges,
  wrongChannelAt,
} from "./token-fields.ts";
import { PRIVILEGES_006 } from "./token-services.ts";

export const PRIVILEGES_OF_006 = Object.keys(PRIVILEGES_006);
const PRIVILEGES_OF_RTM = ["rtmLogin"];
const RTM_LOGIN_BIT = 1 << PRIVILEGES_OF_006.indexOf("rtmLogin");

/** Throws a TypeError or RangeError that names the first wrong field. */
export function signToken(state: SignerState, fields: AccessTokenFields): string {
  assertMembers("fields", fields);
  const members: Members = fields;
  const { version } = members;
  if (version === 7) return sign007(state, members);
  if (version !== 6) throw wrong("version", version, "number", "must be 6 or 7");
  return members.rtmUserId === undefined ? signRtc006(state, members) : signRtm006(state, members);
}

function signRtc006(state: SignerState, fields: Members): string {
  const { salt, ts } = fields;
  assertU32("salt", salt);
  assertU32("ts", ts);
  return signRtc(state, "", rtcToken("", fields, PRIVILEGES_OF_006, 6, salt, 0, ts));
}

/** The user's id stands where other tokens have the channel, and there is no user. */
function signRtm006(state: SignerState, fields: Members): string {
  const { rtmUserId, channel, uid, account, salt, ts } = fields;
  for (const [name, value] of Object.entries({ channel, uid, account })) {
    if (value !== undefined) throw new TypeError(`${name}: can't stand beside rtmUserId`);
  }
  assertAccount("rtmUserId", rtmUserId);
  assertU32("salt", salt);
  assertU32("ts", ts);
  const { granted, values } = readPrivileges("privileges", PRIVILEGES_OF_RTM, fields.privileges);
  return signRtc(state, "", {
    version: 6,
    channel: rtmUserId,
    account: "",
    uid: 0,
    salt,
    issueTs: 0,
    end: ts,
    granted: granted === 0 ? 0 : RTM_LOGIN_BIT,
    privileges: [0, 0, 0, 0, ...values],
  });
}

function sign007(state: SignerState, { issueTs, expire, salt, services }: Members): string {
  assertU32("issueTs", issueTs);
  assertU32("expire", expire);
  assertU32("salt", salt);
  if (!Array.isArray(services)) throw new TypeError("services: must be an array");
  if (services.length === 0) throw new RangeError("services: must have at least one service");
  const [first] = services;
  if (services.length > 1 || first?.type !== "rtc")
    return sharedCore().accessTokenOf(state, { salt, issueTs, expire }, packServices(services));
  const path = "services[0].";
  return signRtc(state, path, rtcToken(path, first, RTC_PRIVILEGES, 7, salt, issueTs, expire));
}

/**
 * Reads and checks an RTC token's own fields, all but the characters of its texts. The rest comes
 * as arguments: putting an object together from two would cost more than all checks.
 */
function rtcToken(
  prefix: string,
  fields: Members,
  names: readonly string[],
  version: 6 | 7,
  salt: number,
  issueTs: number,
  end: number,
): CoreToken {
  const { channel, uid, account } = fields;
  if (!hasChannelLength(channel)) throw wrongChannelAt(`${prefix}channel`, channel);
  assertUser(prefix, uid, account);
  const { granted, values } = readRtcPrivileges(prefix, names, fields.privileges);
  return {
    version,
    channel,
    account: account === undefined ? "" : (account as string),
    uid: uid === undefined ? 0 : (uid as number),
    salt,
    issueTs,
    end,
    granted,
    privileges: values,
  };
}

function signRtc(state: SignerState, prefix: string, token: CoreToken): string {
  const text = sharedCore().accessToken(state, token, IS_CHANNEL_CHARACTER);
  if (text !== undefined) return text;
  throw isOfSet(token.channel)
    ? new RangeError(`${prefix}account: ${ACCOUNT_MESSAGE}`)
    : new RangeError(`${prefix}channel: ${CHANNEL_MESSAGE}`);
}
