// Channel keys, version 5: packed bytes, shown in base64. App ID and certificate are used as raw bytes.

import { APP_ID_RAW, CONTENT, DIGEST, INPUT, MESSAGE, OUTPUT, RAW_INNER, RAW_OUTER } from "./memory";
import * as hmac from "./hmac";
import { packBytes, packU16, packU32 } from "./pack";
import { putBase64, putHexBytesUpper } from "./text";

const SIGNATURE_TEXT_SIZE: u32 = 40;

/** The `extra` entry that carries an in-channel permission: "allow upload in channel". */
const ALLOW_UPLOAD_IN_CHANNEL: u32 = 1;

/** `permission` is the ASCII digit of the entry, or 0 for none. The channel name is in INPUT. */
export function dynamicKey5(
  service: u32,
  permission: u32,
  channelLength: u32,
  unixTs: u32,
  randomInt: u32,
  uid: u32,
  expiredTs: u32,
): i32 {
  let end = packU16(MESSAGE, service);
  end = packBytes(end, APP_ID_RAW, 16);
  end = packU32(packU32(end, unixTs), randomInt);
  end = packBytes(end, INPUT, channelLength);
  end = packExtra(packU32(packU32(end, uid), expiredTs), permission);
  hmac.sign(RAW_INNER, RAW_OUTER, MESSAGE, <u32>(end - MESSAGE));

  end = packU16(packU16(CONTENT, service), SIGNATURE_TEXT_SIZE);
  end = putHexBytesUpper(end, DIGEST, 20);
  end = packBytes(end, APP_ID_RAW, 16);
  end = packU32(packU32(packU32(end, unixTs), randomInt), expiredTs);
  end = packExtra(end, permission);

  store<u16>(OUTPUT, 0x3030);
  store<u8>(OUTPUT, 0x35, 2);
  const out = putBase64(OUTPUT + 3, CONTENT, <u32>(end - CONTENT));
  return <i32>(out - OUTPUT);
}

function packExtra(at: usize, permission: u32): usize {
  if (permission == 0) return packU16(at, 0);
  at = packU16(packU16(packU16(at, 1), ALLOW_UPLOAD_IN_CHANNEL), 1);
  store<u8>(at, <u8>permission);
  return at + 1;
}
