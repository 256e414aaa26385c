// Access token 006: "006", the App ID, then base64 of
//   str(signature), CRC-32 of the channel and of the user, str(message)
// where the message is salt, ts and the privileges. Signed are App ID, channel, user and message.

import { INNER_256, INPUT, OUTER_256, OUTPUT, SIGNATURE, TOKEN } from "../memory";
import { putBase64Text } from "../bytes/base64";
import { crc32 } from "../bytes/checksums";
import { packU16, packU32 } from "../bytes/pack";
import { pad, storeDigest } from "../bytes/padding";
import { sign256 } from "../sha256/hmac-sha256";
import { packPrivileges, putAppId, putText } from "./token-fields";

/** Where the content is. What is signed is before it: at most 582 bytes, 662 with padding. */
const CONTENT: usize = 704;
export const SIGNATURE_IN_006: usize = CONTENT + 2;
const CHANNEL_CRC: usize = SIGNATURE_IN_006 + 32;
const RTM_LOGIN: u32 = 1000;

/**
 * Writes App ID and channel, which is in INPUT, and the channel's CRC-32, in TOKEN. Returns the
 * address after them: the user's.
 */
export function begin006(channelLength: u32): usize {
  packU16(TOKEN + CONTENT, 32);
  packU32(TOKEN + CHANNEL_CRC, crc32(INPUT, channelLength));
  return putText(putAppId(TOKEN), INPUT, channelLength);
}

/** Writes what follows a user, from `at` on, in the token at `token`. Returns its end. */
export function finish006(
  token: usize,
  user: usize,
  at: usize,
  salt: u32,
  ts: u32,
  granted: u32,
): usize {
  const end = packPrivileges(packU32(packU32(at, salt), ts), granted, RTM_LOGIN);
  const size = <u32>(end - at);
  const crc = packU32(token + CHANNEL_CRC + 4, crc32(user, <u32>(at - user)));
  putText(packU16(crc, size), at, size);
  return end;
}

/** Signs a token in TOKEN, of which `end` is from `finish006`, into OUTPUT. Returns its length. */
export function sign006(end: usize, granted: u32): u32 {
  sign256(INNER_256, OUTER_256, TOKEN, pad(TOKEN, <u32>(end - TOKEN), 64), SIGNATURE);
  storeDigest(TOKEN + SIGNATURE_IN_006, SIGNATURE, 32);
  return write006(OUTPUT, TOKEN, granted);
}

/** Writes the text of a signed token. Returns its length. */
export function write006(text: usize, token: usize, granted: u32): u32 {
  store<u32>(text, 0x363030);
  const size = 34 + 8 + 2 + 8 + 2 + 6 * popcnt(granted);
  return 35 + putBase64Text(putAppId(text + 3), token + CONTENT, size);
}
