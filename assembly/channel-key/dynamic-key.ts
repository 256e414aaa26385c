// Channel keys, versions 1 to 4: text that is signed and text that is shown. The HMAC key is the
// certificate's characters.

import {
  APP_ID_TEXT,
  DECIMALS,
  HEXES,
  INPUT,
  MESSAGE,
  OUTPUT,
  SIGNATURE,
  TEXT_INNER,
  TEXT_OUTER,
} from "../memory";
import * as hmac from "../sha1/hmac-sha1";
import { paddedLength, setMessage, setText, signatureInText, textLength } from "./layout";
import { copy64 } from "../bytes/pack";
import { BLOCK_SIZE, pad } from "../bytes/padding";
import { formatDecimals, formatHexes, LOWER_DIGITS, putDecimal, putDigest, putHex } from "../bytes/text";

// The lanes of the numbers in DECIMALS and HEXES.
const UNIX_TS: u8 = 0;
const UID: u8 = 1;
const EXPIRED_TS: u8 = 2;
const RANDOM_INT: u8 = 0;

export const SIGNATURE_TEXT_SIZE: u32 = 40;

/**
 * Writes the padded message, and the key's text without the signature. The channel name is in
 * INPUT.
 */
export function assembleText(
  version: u32,
  service: u32,
  channelLength: u32,
  unixTs: u32,
  randomInt: u32,
  uid: u32,
  expiredTs: u32,
): void {
  const withUid = i32x4.replace_lane(i32x4.splat(unixTs), UID, uid);
  formatDecimals(DECIMALS, i32x4.replace_lane(withUid, EXPIRED_TS, expiredTs));
  formatHexes(HEXES, i32x4.splat(randomInt));

  let at = version == 4 ? putServiceName(MESSAGE, service) : MESSAGE;
  at = putHex(putDecimal(putAppId(at), UNIX_TS), RANDOM_INT);
  const randomAt = <u32>(at - 8 - MESSAGE);
  // 64 bytes, the longest name: what is behind the end of a shorter one is written over.
  copy64(at, INPUT);
  at += channelLength;
  const uidAt = version > 1 ? <u32>(at - MESSAGE) : 0;
  if (version > 1) at = putDecimal(putDecimal(at, UID), EXPIRED_TS);
  setMessage(pad(MESSAGE, <u32>(at - MESSAGE), BLOCK_SIZE), randomAt, uidAt);

  at = version > 2 ? putPrefix(OUTPUT, version) : OUTPUT;
  const signature = <u32>(at - OUTPUT);
  at = putHex(putDecimal(putAppId(at + SIGNATURE_TEXT_SIZE), UNIX_TS), RANDOM_INT);
  const randomInText = <u32>(at - 8 - OUTPUT);
  const uidInText = version == 2 || version == 3 ? <u32>(at - OUTPUT) : 0;
  if (uidInText > 0) at = putDecimal(at, UID);
  if (version > 1) at = putDecimal(at, EXPIRED_TS);
  setText(<u32>(at - OUTPUT), signature, randomInText, uidInText);
}

/** Signs what was assembled. Returns the key's length. */
export function signText(): u32 {
  hmac.sign(TEXT_INNER, TEXT_OUTER, MESSAGE, paddedLength);
  putDigest(OUTPUT + signatureInText, SIGNATURE, LOWER_DIGITS);
  return textLength;
}

/** ACS, ARS or APSS: media channel, recording, public sharing. */
function putServiceName(at: usize, service: u32): usize {
  if (service == 3) {
    store<u32>(at, 0x53535041);
    return at + 4;
  }
  store<u32>(at, service == 1 ? 0x534341 : 0x535241);
  return at + 3;
}

/** 003 or 004. */
export function putPrefix(at: usize, version: u32): usize {
  store<u32>(at, 0x303030 | (version << 16));
  return at + 3;
}

function putAppId(at: usize): usize {
  v128.store(at, v128.load(APP_ID_TEXT));
  v128.store(at, v128.load(APP_ID_TEXT, 16), 16);
  return at + 32;
}
