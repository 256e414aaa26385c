// The part of the core's ABI that signs access tokens. See index.ts.

import { ACCOUNT, CHUNK_TOKENS, INPUT, TOKEN, UIDS } from "../memory";
import { MAX_ACCOUNT_LENGTH, MAX_CHANNEL_LENGTH } from "../limits";
import {
  BAD_ACCOUNT_LENGTH,
  BAD_CHANNEL_LENGTH,
  BAD_COUNT,
  BAD_LENGTH,
  BAD_PRIVILEGES,
} from "../status";
import { begin006, finish006, sign006 } from "./token-006";
import { begin007, endUser, putRtcService, SERVICES_MAX_SIZE, sign007 } from "./token-007";
import { signBatch006, signBatch007 } from "./token-batch";
import { putUser } from "./token-fields";

/**
 * Signs a 006 token for the channel in INPUT (for an RTM user: their id) and the user, into OUTPUT.
 * The user is an account of `accountLength` bytes at INPUT + 256, or, where that is 0, the uid.
 * `granted` has a bit for each privilege in PRIVILEGES. Returns the token's length.
 */
export function accessToken006(
  channelLength: u32,
  accountLength: u32,
  uid: u32,
  salt: u32,
  ts: u32,
  granted: u32,
): i32 {
  if (channelLength - 1 > MAX_ACCOUNT_LENGTH - 1) return BAD_CHANNEL_LENGTH;
  if (accountLength > MAX_ACCOUNT_LENGTH) return BAD_ACCOUNT_LENGTH;
  if (granted > 31) return BAD_PRIVILEGES;
  const user = begin006(channelLength);
  const afterUser = putUser(user, ACCOUNT, accountLength, uid);
  return <i32>sign006(finish006(TOKEN, user, afterUser, salt, ts, granted), granted);
}

/** Signs a 007 token of one RTC service, otherwise as `accessToken006`. */
export function accessToken007(
  channelLength: u32,
  accountLength: u32,
  uid: u32,
  salt: u32,
  issueTs: u32,
  expire: u32,
  granted: u32,
): i32 {
  if (channelLength - 1 > MAX_CHANNEL_LENGTH - 1) return BAD_CHANNEL_LENGTH;
  if (accountLength > MAX_ACCOUNT_LENGTH) return BAD_ACCOUNT_LENGTH;
  if (granted > 15) return BAD_PRIVILEGES;
  const user = putRtcService(begin007(salt, issueTs, expire), channelLength, granted);
  const end = endUser(user, putUser(user, ACCOUNT, accountLength, uid));
  return <i32>sign007(end, salt, issueTs);
}

/**
 * Signs a 007 token of services that the host has packed, `length` bytes in INPUT, their number
 * first. Returns the token's length.
 */
export function accessTokenOf(length: u32, salt: u32, issueTs: u32, expire: u32): i32 {
  if (length - 2 > SERVICES_MAX_SIZE - 2) return BAD_LENGTH;
  const at = begin007(salt, issueTs, expire);
  memory.copy(at, INPUT, length);
  return <i32>sign007(at + length, salt, issueTs);
}

/**
 * Signs `count` tokens 006, as `accessToken006` would, for the salts in RANDOM_INTS and the uids in
 * UIDS, into TOKENS. With `areAccounts` 1, UIDS has the lengths of accounts, which are at INPUT +
 * 256, one after the other. Returns the length of all; that of each is in TOKEN_LENGTHS.
 */
export function accessTokens006(
  channelLength: u32,
  areAccounts: u32,
  ts: u32,
  granted: u32,
  count: u32,
): i32 {
  if (granted > 31) return BAD_PRIVILEGES;
  const status = checkBatch(channelLength, areAccounts, count);
  if (status < 0) return status;
  return <i32>signBatch006(count, areAccounts == 1, channelLength, ts, granted);
}

/** The same of 007, each as `accessToken007` would. */
export function accessTokens007(
  channelLength: u32,
  areAccounts: u32,
  issueTs: u32,
  expire: u32,
  granted: u32,
  count: u32,
): i32 {
  if (granted > 15) return BAD_PRIVILEGES;
  const status = checkBatch(channelLength, areAccounts, count);
  if (status < 0) return status;
  return <i32>signBatch007(count, areAccounts == 1, channelLength, issueTs, expire, granted);
}

function checkBatch(channelLength: u32, areAccounts: u32, count: u32): i32 {
  if (channelLength - 1 > MAX_CHANNEL_LENGTH - 1) return BAD_CHANNEL_LENGTH;
  if (count - 1 > CHUNK_TOKENS - 1) return BAD_COUNT;
  for (let i: u32 = 0; areAccounts == 1 && i < count; i++) {
    if (load<u32>(UIDS + (i << 2)) - 1 > MAX_ACCOUNT_LENGTH - 1) return BAD_ACCOUNT_LENGTH;
  }
  return 0;
}
