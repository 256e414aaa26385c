// Many RTC tokens that differ only in user and salt, four at a time. What they share is assembled
// once, in TOKEN, and copied into each lane; a user and a salt are then written over. In the last
// group, unused lanes repeat the last token: so nothing is signed that nobody asked for.

import {
  ACCOUNT,
  DECIMALS,
  INNER_256,
  INNER_X4,
  K1,
  K1_X4,
  LANE_ENDS,
  LANES,
  OUTER_256,
  OUTER_X4,
  PADDED,
  RANDOM_INTS,
  SALTS_X4,
  STATE_X4,
  TOKEN,
  TOKEN_LENGTHS,
  TOKENS,
  UIDS,
} from "../memory";
import { bigEndian } from "../bytes/endian";
import { pad } from "../bytes/padding";
import { formatDecimals, putShortDecimal } from "../bytes/text";
import {
  beginX4,
  finishX4,
  midstatesX4,
  signX4,
  spreadState,
  storeDigestsX4,
} from "../sha256/hmac-sha256-x4";
import { begin006, finish006, SIGNATURE_IN_006, write006 } from "./token-006";
import {
  begin007,
  BODY,
  endUser,
  makeK1,
  putRtcService,
  SALT_IN_007,
  SIGNATURE_IN_007,
  write007,
} from "./token-007";
import { putText } from "./token-fields";

const WIDTH: u32 = 4;
const LANE_SIZE: u32 = 896;

/** Where the account of the next lane is, of those in INPUT. */
let nextAccount: usize = ACCOUNT;

/**
 * `count` tokens for the channel in INPUT into TOKENS, with nothing between them, and their lengths
 * into TOKEN_LENGTHS. The salts are in RANDOM_INTS. `areAccounts`: UIDS has the lengths of
 * accounts, which are at INPUT + 256, one after the other. Returns the length of all.
 */
export function signBatch007(
  count: u32,
  areAccounts: bool,
  channelLength: u32,
  issueTs: u32,
  expire: u32,
  granted: u32,
): u32 {
  const user = putRtcService(begin007(0, issueTs, expire), channelLength, granted) - TOKEN;
  begin(user);
  makeK1(issueTs);
  spreadState(K1_X4, K1);
  let text = TOKENS;
  for (let first: u32 = 0; first < count; first += WIDTH) {
    formatUids(first, areAccounts);
    for (let lane: u32 = 0; lane < WIDTH; lane++) {
      const i = min(first + lane, count - 1);
      const stream = LANES + lane * LANE_SIZE;
      const end = endUser(stream + user, putUser(stream + user, i, lane, first, areAccounts));
      const salt = load<u32>(RANDOM_INTS + (i << 2));
      store<u32>(stream, salt, SALT_IN_007);
      store<u32>(SALTS_X4 + (lane << 2), bswap(salt));
      endLane(lane, end, pad(stream + BODY, <u32>(end - stream - BODY), 64));
    }
    signUnderSalts();
    storeDigestsX4(LANES + SIGNATURE_IN_007, LANE_SIZE);
    for (let i = first; i < min(first + WIDTH, count); i++) {
      const lane = i - first;
      const end = load<u32>(LANE_ENDS + (lane << 2));
      text = endText(text, i, write007(text, LANES + lane * LANE_SIZE, end));
    }
  }
  return <u32>(text - TOKENS);
}

/** k2 of each salt, then the signature of each body under it. */
function signUnderSalts(): void {
  midstatesX4(SALTS_X4, 1);
  finishX4(INNER_X4, STATE_X4, K1_X4);
  finishX4(OUTER_X4, STATE_X4, STATE_X4);
  midstatesX4(STATE_X4, 8);
  signX4(LANES + BODY, LANE_SIZE, v128.load(PADDED));
}

/** The same of 006. */
export function signBatch006(
  count: u32,
  areAccounts: bool,
  channelLength: u32,
  ts: u32,
  granted: u32,
): u32 {
  const user = begin006(channelLength) - TOKEN;
  begin(LANE_SIZE);
  spreadState(INNER_X4, INNER_256);
  spreadState(OUTER_X4, OUTER_256);
  let text = TOKENS;
  for (let first: u32 = 0; first < count; first += WIDTH) {
    formatUids(first, areAccounts);
    for (let lane: u32 = 0; lane < WIDTH; lane++) {
      const i = min(first + lane, count - 1);
      const token = LANES + lane * LANE_SIZE;
      const afterUser = putUser(token + user, i, lane, first, areAccounts);
      const salt = load<u32>(RANDOM_INTS + (i << 2));
      const end = finish006(token, token + user, afterUser, salt, ts, granted);
      endLane(lane, end, pad(token, <u32>(end - token), 64));
    }
    signX4(LANES, LANE_SIZE, v128.load(PADDED));
    storeDigestsX4(LANES + SIGNATURE_IN_006, LANE_SIZE);
    for (let i = first; i < min(first + WIDTH, count); i++) {
      text = endText(text, i, write006(text, LANES + (i - first) * LANE_SIZE, granted));
    }
  }
  return <u32>(text - TOKENS);
}

/** Copies the `size` bytes that all tokens share into each lane. */
function begin(size: usize): void {
  beginX4();
  nextAccount = ACCOUNT;
  for (let lane: usize = 0; lane < WIDTH; lane++) {
    memory.copy(LANES + lane * LANE_SIZE, TOKEN, size);
  }
}

// @ts-ignore: decorator
@inline
function formatUids(first: u32, areAccounts: bool): void {
  if (!areAccounts) formatDecimals(DECIMALS, v128.load(UIDS + (first << 2)));
}

/** Writes user `i` for a lane. A lane beyond the last user repeats it. Returns its end. */
// @ts-ignore: decorator
@inline
function putUser(at: usize, i: u32, lane: u32, first: u32, areAccounts: bool): usize {
  const number = load<u32>(UIDS + (i << 2));
  if (!areAccounts) return number == 0 ? at : putShortDecimal(at, i - first, number);
  if (first + lane > i) return putText(at, nextAccount - number, number);
  const end = putText(at, nextAccount, number);
  nextAccount += number;
  return end;
}

// @ts-ignore: decorator
@inline
function endLane(lane: u32, end: usize, padded: u32): void {
  store<u32>(LANE_ENDS + (lane << 2), <u32>end);
  store<u32>(PADDED + (lane << 2), padded);
}

// @ts-ignore: decorator
@inline
function endText(text: usize, i: u32, length: u32): usize {
  store<u32>(TOKEN_LENGTHS + (i << 2), length);
  return text + length;
}
