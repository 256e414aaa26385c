// Channel keys, version 5: packed bytes, shown in base64. App ID and certificate are used as raw
// bytes.

import {
  APP_ID_RAW,
  CONTENT,
  INPUT,
  MESSAGE,
  OUTPUT,
  RAW_INNER,
  RAW_OUTER,
  SIGNATURE,
} from "../memory";
import { putPrefix, SIGNATURE_TEXT_SIZE } from "./dynamic-key";
import * as hmac from "../sha1/hmac-sha1";
import { paddedLength, setMessage, setText, textLength } from "./layout";
import { copy64, packU16, packU32 } from "../bytes/pack";
import { BLOCK_SIZE, pad } from "../bytes/padding";
import { putBase64, putDigest, UPPER_DIGITS } from "../bytes/text";

/** The `extra` entry that carries an in-channel permission: "allow upload in channel". */
const ALLOW_UPLOAD_IN_CHANNEL: u32 = 1;

/**
 * Where two parts of CONTENT are. Its parts in order: service, signature, App ID, unixTs,
 * randomInt, expiredTs, extra.
 */
export const SIGNATURE_IN_CONTENT: u32 = 4;
export const RANDOM_IN_CONTENT: u32 = 66;

/**
 * Writes the padded message, and the key's content without the signature. `permission` is the ASCII
 * digit of the entry, or 0 for none. The channel name is in INPUT.
 */
export function assemble5(
  service: u32,
  permission: u32,
  channelLength: u32,
  unixTs: u32,
  randomInt: u32,
  uid: u32,
  expiredTs: u32,
): void {
  let at = packU32(packU32(packAppId(packU16(MESSAGE, service)), unixTs), randomInt);
  const randomAt = <u32>(at - 4 - MESSAGE);
  at = packU16(at, channelLength);
  copy64(at, INPUT);
  at += channelLength;
  const uidAt = <u32>(at - MESSAGE);
  at = packExtra(packU32(packU32(at, uid), expiredTs), permission);
  setMessage(pad(MESSAGE, <u32>(at - MESSAGE), BLOCK_SIZE), randomAt, uidAt);

  at = packU16(packU16(CONTENT, service), SIGNATURE_TEXT_SIZE);
  at = packU32(packU32(packU32(packAppId(at + SIGNATURE_TEXT_SIZE), unixTs), randomInt), expiredTs);
  at = packExtra(at, permission);
  v128.store(at, i32x4.splat(0));
  putPrefix(OUTPUT, 5);
  setText(3 + (<u32>(at - CONTENT + 2) / 3) * 4, 0, 0, 0);
}

/** Signs what was assembled. Returns the key's length. */
export function sign5(): u32 {
  hmac.sign(RAW_INNER, RAW_OUTER, MESSAGE, paddedLength);
  putDigest(CONTENT + SIGNATURE_IN_CONTENT, SIGNATURE, UPPER_DIGITS);
  encodeContent();
  return textLength;
}

/**
 * Writes the base64 of the content, 12 bytes at a time. 76 bytes of content need two characters of
 * padding, 81 need none.
 */
export function encodeContent(): void {
  for (let i: usize = 0; i < 7; i++) putBase64(OUTPUT + 3 + (i << 4), CONTENT + 12 * i);
  if (textLength == 107) store<u16>(OUTPUT, 0x3d3d, 105);
}

function packAppId(at: usize): usize {
  v128.store(packU16(at, 16), v128.load(APP_ID_RAW));
  return at + 18;
}

function packExtra(at: usize, permission: u32): usize {
  if (permission == 0) return packU16(at, 0);
  store<u8>(packU16(packU16(packU16(at, 1), ALLOW_UPLOAD_IN_CHANNEL), 1), <u8>permission);
  return at + 7;
}
