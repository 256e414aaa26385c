// Channel keys, versions 1 to 4: text that is signed and text that is shown. The HMAC key is the certificate's characters.

import { APP_ID_TEXT, DIGEST, INPUT, MESSAGE, OUTPUT, TEXT_INNER, TEXT_OUTER } from "./memory";
import * as hmac from "./hmac";
import { putDecimal, putHex, putHexBytesLower } from "./text";

/** Versions 1 to 3 sign the same start; 2 and 3 add the uid and the expiry. The channel name is in INPUT. */
export function dynamicKey123(version: u32, channelLength: u32, unixTs: u32, randomInt: u32, uid: u32, expiredTs: u32): i32 {
  let end = putCommon(MESSAGE, channelLength, unixTs, randomInt);
  if (version > 1) end = putDecimal(putDecimal(end, uid), expiredTs);
  hmac.sign(TEXT_INNER, TEXT_OUTER, MESSAGE, <u32>(end - MESSAGE));

  let out = OUTPUT;
  if (version == 3) out = putPrefix(out, 0x33);
  out = putShown(out, unixTs, randomInt);
  if (version > 1) out = putDecimal(putDecimal(out, uid), expiredTs);
  return <i32>(out - OUTPUT);
}

/** Version 4 signs the service too, and shows the expiry but not the uid. */
export function dynamicKey4(
  service: u32,
  channelLength: u32,
  unixTs: u32,
  randomInt: u32,
  uid: u32,
  expiredTs: u32,
): i32 {
  let end = putCommon(putServiceName(MESSAGE, service), channelLength, unixTs, randomInt);
  end = putDecimal(putDecimal(end, uid), expiredTs);
  hmac.sign(TEXT_INNER, TEXT_OUTER, MESSAGE, <u32>(end - MESSAGE));

  const out = putDecimal(putShown(putPrefix(OUTPUT, 0x34), unixTs, randomInt), expiredTs);
  return <i32>(out - OUTPUT);
}

/** ACS, ARS or APSS: media channel, recording, public sharing. */
function putServiceName(at: usize, service: u32): usize {
  if (service == 3) {
    store<u32>(at, 0x53535041);
    return at + 4;
  }
  store<u8>(at, 0x41);
  store<u8>(at, service == 1 ? 0x43 : 0x52, 1);
  store<u8>(at, 0x53, 2);
  return at + 3;
}

function putPrefix(at: usize, digit: u8): usize {
  store<u16>(at, 0x3030);
  store<u8>(at, digit, 2);
  return at + 3;
}

function putCommon(at: usize, channelLength: u32, unixTs: u32, randomInt: u32): usize {
  memory.copy(at, APP_ID_TEXT, 32);
  at = putHex(putDecimal(at + 32, unixTs), randomInt);
  memory.copy(at, INPUT, channelLength);
  return at + channelLength;
}

function putShown(at: usize, unixTs: u32, randomInt: u32): usize {
  at = putHexBytesLower(at, DIGEST, 20);
  memory.copy(at, APP_ID_TEXT, 32);
  return putHex(putDecimal(at + 32, unixTs), randomInt);
}
