// Access token 006: "006", the App ID, then base64 of
//   str(signature), CRC-32 of the channel and of the user, str(message)
// where the message is salt, ts and the privileges. Signed are App ID, channel, user and message.

import { INNER_256, INPUT, OUTER_256, OUTPUT, SIGNATURE, TOKEN } from "../memory";
import { putBase64Text } from "../bytes/base64";
import { crc32 } from "../bytes/checksums";
import { packU16, packU32 } from "../bytes/pack";
import { pad, storeDigest } from "../bytes/padding";
import { sign256 } from "../sha256/hmac-sha256";
import { packPrivileges, putAppId, putText, putUser } from "./token-fields";

/** Where the content is: what is signed, before it, takes at most 582 bytes, 640 with padding. */
const CONTENT: usize = TOKEN + 704;
const RTM_LOGIN: u32 = 1000;

/** Signs for a channel in INPUT, and a user as for `putUser`. Returns the token's length. */
export function sign006(
  channelLength: u32,
  account: usize,
  accountLength: u32,
  uid: u32,
  salt: u32,
  ts: u32,
  granted: u32,
): u32 {
  const user = putText(putAppId(TOKEN), INPUT, channelLength);
  const message = putUser(user, account, accountLength, uid);
  const end = packPrivileges(packU32(packU32(message, salt), ts), granted, RTM_LOGIN);
  const messageSize = <u32>(end - message);

  let at = CONTENT + 34;
  at = packU32(at, crc32(INPUT, channelLength));
  at = packU32(at, crc32(user, <u32>(message - user)));
  at = putText(packU16(at, messageSize), message, messageSize);

  sign256(INNER_256, OUTER_256, TOKEN, pad(TOKEN, <u32>(end - TOKEN), 64), SIGNATURE);
  packU16(CONTENT, 32);
  storeDigest(CONTENT + 2, SIGNATURE, 32);

  store<u32>(OUTPUT, 0x363030);
  return 35 + putBase64Text(putAppId(OUTPUT + 3), CONTENT, <u32>(at - CONTENT));
}
