// The core's ABI. Bytes go in through INPUT and come out of OUTPUT. An export returns a length, or
// a negative status of status.ts. The core has no clock, no random numbers and no imports, and it
// never grows its memory. Its only caller is `src/wasm/core.ts`.

import {
  APP_ID_RAW,
  APP_ID_TEXT,
  CERTIFICATE_RAW,
  CERTIFICATE_TEXT,
  CHUNK_KEYS,
  INNER_256,
  INPUT,
  INPUT_SIZE,
  OUTER_256,
  OUTPUT,
  RAW_INNER,
  RAW_OUTER,
  SIGNER,
  SIGNER_SIZE,
  TEXT_INNER,
  TEXT_OUTER,
} from "./memory";
import { MAX_CHANNEL_LENGTH } from "./limits";
import {
  BAD_ALGORITHM,
  BAD_APP_ID,
  BAD_CERTIFICATE,
  BAD_CHANNEL_LENGTH,
  BAD_COUNT,
  BAD_LENGTH,
  BAD_PERMISSION,
  BAD_SERVICE,
  BAD_VERSION,
} from "./status";
import { sign5Batch, signTextBatch } from "./channel-key/batch";
import { assembleText, signText } from "./channel-key/dynamic-key";
import { assemble5, sign5 } from "./channel-key/dynamic-key-5";
import { BLOCK_SIZE } from "./bytes/padding";
import { bigEndian } from "./bytes/endian";
import * as hmac from "./sha1/hmac-sha1";
import { midstates256 } from "./sha256/hmac-sha256";
import {
  begin,
  beginHmac,
  finish,
  finishHmac,
  SHA_1,
  SHA_256,
  update,
} from "./running-hash";
import { writeEntries } from "./channel-key/json";
import { decodeHex32 } from "./bytes/text";

// Where the host finds each buffer. Constants, because even a function of one line would have to be
// compiled at its first call.
export {
  BATCH_JSON,
  BATCH_OUTPUT,
  CHUNK_KEYS,
  CHUNK_TOKENS,
  INPUT,
  INPUT_SIZE,
  OUTPUT,
  PRIVILEGES,
  RANDOM_INTS,
  SIGNER,
  SIGNER_SIZE,
  TOKEN_LENGTHS,
  TOKENS,
  UIDS,
} from "./memory";

export {
  accessToken006,
  accessToken007,
  accessTokenOf,
  accessTokens006,
  accessTokens007,
} from "./access-token/token-exports";

const IN_CHANNEL_PERMISSION: u32 = 4;
const NO_UPLOAD: u32 = 0x30;
const AUDIO_VIDEO_UPLOAD: u32 = 0x33;

/**
 * Makes the signer of an App ID and a certificate: 32 + 32 hex digits in INPUT. Leaves it in
 * SIGNER, and the certificate nowhere else. Returns 0.
 */
export function prepareSigner(): i32 {
  let status: i32 = 0;
  if (!decodeHex32(INPUT, APP_ID_RAW)) status = BAD_APP_ID;
  else if (!decodeHex32(INPUT + 32, CERTIFICATE_RAW)) status = BAD_CERTIFICATE;
  else {
    memory.copy(APP_ID_TEXT, INPUT, 32);
    memory.copy(CERTIFICATE_TEXT, INPUT + 32, 32);
    const words0 = bigEndian(v128.load(CERTIFICATE_TEXT));
    midstates256(words0, bigEndian(v128.load(CERTIFICATE_TEXT, 16)), INNER_256, OUTER_256);
    hmac.midstates(INPUT + 32, 32, TEXT_INNER, TEXT_OUTER);
    hmac.midstates(CERTIFICATE_RAW, 16, RAW_INNER, RAW_OUTER);
  }
  if (status < 0) memory.fill(SIGNER, 0, SIGNER_SIZE);
  memory.fill(INPUT, 0, 64);
  memory.fill(CERTIFICATE_RAW, 0, 16);
  return status;
}

/**
 * Signs a channel key with the signer in SIGNER, for the channel name in INPUT, into OUTPUT.
 * `service` is 1 to 4. `permission` is the ASCII digit "0" or "3" for service 4, and 0 for others.
 * What a version does not carry is 0. Returns the key's length.
 */
export function channelKey(
  version: u32,
  service: u32,
  permission: u32,
  channelLength: u32,
  unixTs: u32,
  randomInt: u32,
  uid: u32,
  expiredTs: u32,
): i32 {
  const status = check(version, service, permission, channelLength);
  if (status < 0) return status;
  if (version == 5) {
    assemble5(service, permission, channelLength, unixTs, randomInt, uid, expiredTs);
    return <i32>sign5();
  }
  assembleText(version, service, channelLength, unixTs, randomInt, uid, expiredTs);
  return <i32>signText();
}

/**
 * Signs `count` channel keys, as `channelKey` would, for the uids in UIDS and the random numbers in
 * RANDOM_INTS, into BATCH_OUTPUT. Returns the length of each key.
 */
export function channelKeys(
  version: u32,
  service: u32,
  permission: u32,
  channelLength: u32,
  unixTs: u32,
  expiredTs: u32,
  count: u32,
): i32 {
  const status = check(version, service, permission, channelLength);
  if (status < 0) return status;
  if (count - 1 > CHUNK_KEYS - 1) return BAD_COUNT;
  if (version == 5) {
    assemble5(service, permission, channelLength, unixTs, 0, 0, expiredTs);
    return <i32>sign5Batch(count);
  }
  assembleText(version, service, channelLength, unixTs, 0, 0, expiredTs);
  return <i32>signTextBatch(count);
}

/**
 * Writes the `count` keys that `channelKeys` has just made as members of a JSON array, into
 * BATCH_JSON. Returns the length of the text.
 */
export function channelKeysJson(count: u32): i32 {
  if (count - 1 > CHUNK_KEYS - 1) return BAD_COUNT;
  return <i32>writeEntries(count);
}

function check(version: u32, service: u32, permission: u32, channelLength: u32): i32 {
  if (version - 1 > 4) return BAD_VERSION;
  const lastService: u32 = version == 5 ? 4 : version == 4 ? 3 : 1;
  if (service - 1 > lastService - 1) return BAD_SERVICE;
  const isPermission =
    service == IN_CHANNEL_PERMISSION
      ? permission == NO_UPLOAD || permission == AUDIO_VIDEO_UPLOAD
      : permission == 0;
  if (!isPermission) return BAD_PERMISSION;
  return channelLength - 1 > MAX_CHANNEL_LENGTH - 1 ? BAD_CHANNEL_LENGTH : 0;
}

/**
 * Begins a running hash: an HMAC key of more than 64 bytes is hashed before use. `algorithm` is 1
 * for SHA-1 and 256 for SHA-256. Returns 0.
 */
export function hashBegin(algorithm: u32): i32 {
  if (algorithm != SHA_1 && algorithm != SHA_256) return BAD_ALGORITHM;
  begin(algorithm);
  return 0;
}

/** Begins a running HMAC with the key in INPUT, at most 64 bytes, which is wiped. Returns 0. */
export function hmacBegin(algorithm: u32, keyLength: u32): i32 {
  if (algorithm != SHA_1 && algorithm != SHA_256) return BAD_ALGORITHM;
  if (keyLength > BLOCK_SIZE) return BAD_LENGTH;
  beginHmac(algorithm, INPUT, keyLength);
  memory.fill(INPUT, 0, keyLength);
  return 0;
}

/** Takes a piece of the message from INPUT. Returns 0. */
export function hashUpdate(length: u32): i32 {
  if (length > INPUT_SIZE) return BAD_LENGTH;
  update(INPUT, length);
  memory.fill(INPUT, 0, length);
  return 0;
}

/** Ends a running hash into OUTPUT. Returns the digest's length. */
export function hashFinish(): i32 {
  return <i32>finish(OUTPUT);
}

/** Ends a running HMAC into OUTPUT. Returns the digest's length. */
export function hmacFinish(): i32 {
  return <i32>finishHmac(OUTPUT);
}
