// Access token 007: "007", then base64 of a zlib stream (RFC 1950) of str(signature) and the body.
// The stream is one stored block (RFC 1951, 3.2.4), which every inflater reads: what it costs in
// length, it saves in code and time.
//   78 01 | 01 LEN ~LEN | 20 00 signature | body | Adler-32

import {
  CERTIFICATE_TEXT,
  HMAC_INNER_256,
  HMAC_OUTER_256,
  INNER_256,
  INPUT,
  K1,
  K1_INNER,
  OUTPUT,
  SIGNATURE,
  TOKEN,
} from "../memory";
import { putBase64Text } from "../bytes/base64";
import { adler32 } from "../bytes/checksums";
import { bigEndian } from "../bytes/endian";
import { packU16, packU32 } from "../bytes/pack";
import { pad, storeDigest } from "../bytes/padding";
import { midstates256, sign256, signUnderNumber } from "../sha256/hmac-sha256";
import { packPrivileges, putAppId, putText } from "./token-fields";

// Where the parts of a stream are.
const BLOCK_HEADER: usize = 2;
const CONTENT: usize = 7;
export const SIGNATURE_IN_007: usize = CONTENT + 2;
export const BODY: usize = SIGNATURE_IN_007 + 32;
export const SALT_IN_007: usize = BODY + 42;
const SERVICES: usize = BODY + 46;

const RTC: u32 = 1;

/** What a stored block may hold (its LEN is a u16), less the signature and the body's start. */
export const SERVICES_MAX_SIZE: u32 = 65535 - 34 - 46;

let k1IssueTs: u32 = 0;
let hasK1 = false;

/** Writes the start of a body, in TOKEN. Returns the address after it: the services' count. */
export function begin007(salt: u32, issueTs: u32, expire: u32): usize {
  const at = putAppId(packU16(TOKEN + BODY, 32));
  packU32(packU32(packU32(at, issueTs), expire), salt);
  return TOKEN + SERVICES;
}

/** Writes an RTC service for the channel in INPUT, up to its user. Returns the user's address. */
export function putRtcService(at: usize, channelLength: u32, granted: u32): usize {
  at = packPrivileges(packU16(packU16(at, 1), RTC), granted, 0);
  return putText(packU16(at, channelLength), INPUT, channelLength) + 2;
}

/** Writes the length of a user that begins at `user`. Returns `end`. */
// @ts-ignore: decorator
@inline
export function endUser(user: usize, end: usize): usize {
  packU16(user - 2, <u32>(end - user));
  return end;
}

/** Signs a body that ends at `end`, and writes the token into OUTPUT. Returns its length. */
export function sign007(end: usize, salt: u32, issueTs: u32): u32 {
  const body = TOKEN + BODY;
  const padded = pad(body, <u32>(end - body), 64);
  makeK1(issueTs);
  signUnderNumber(salt, v128.load(K1), v128.load(K1, 16), SIGNATURE);
  const k2 = v128.load(SIGNATURE);
  midstates256(k2, v128.load(SIGNATURE, 16), HMAC_INNER_256, HMAC_OUTER_256);
  sign256(HMAC_INNER_256, HMAC_OUTER_256, body, padded, SIGNATURE);
  storeDigest(TOKEN + SIGNATURE_IN_007, SIGNATURE, 32);
  return write007(OUTPUT, TOKEN, end);
}

/** Wraps a signature and a body that ends at `end` in their stream, and writes its text. */
export function write007(text: usize, stream: usize, end: usize): u32 {
  const content = <u32>(end - stream - CONTENT);
  store<u16>(stream, 0x0178);
  store<u8>(stream, 1, BLOCK_HEADER);
  packU16(packU16(packU16(stream + BLOCK_HEADER + 1, content), ~content), 32);
  packU32(end, bswap(adler32(stream + CONTENT, content)));
  store<u32>(text, 0x373030);
  return 3 + putBase64Text(text + 3, stream, <u32>(end + 4 - stream));
}

/**
 * k1 = HMAC(issueTs, certificate), as words in K1. It is kept for the tokens of the same second.
 * The midstate of the certificate tells whose it is.
 */
export function makeK1(issueTs: u32): void {
  if (hasK1 && k1IssueTs == issueTs && isSameState(K1_INNER, INNER_256)) return;
  const words0 = bigEndian(v128.load(CERTIFICATE_TEXT));
  signUnderNumber(issueTs, words0, bigEndian(v128.load(CERTIFICATE_TEXT, 16)), K1);
  v128.store(K1_INNER, v128.load(INNER_256));
  v128.store(K1_INNER, v128.load(INNER_256, 16), 16);
  k1IssueTs = issueTs;
  hasK1 = true;
}

function isSameState(a: usize, b: usize): bool {
  const first = v128.xor(v128.load(a), v128.load(b));
  const second = v128.xor(v128.load(a, 16), v128.load(b, 16));
  return !v128.any_true(v128.or(first, second));
}
