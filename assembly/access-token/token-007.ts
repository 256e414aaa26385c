// Access token 007: "007", then base64 of a zlib stream (RFC 1950) of str(signature) and the body.
// The stream is one stored block (RFC 1951, 3.2.4), which every inflater reads: what it costs in
// length, it saves in code and time.
//   78 01 | 01 LEN ~LEN | 20 00 signature | body | Adler-32

import { CERTIFICATE_TEXT, INNER_256, INPUT, K1, K1_INNER, OUTPUT, TOKEN } from "../memory";
import { adler32 } from "../bytes/checksums";
import { bigEndian } from "../bytes/endian";
import { putBase64Text } from "../bytes/base64";
import { packU16, packU32 } from "../bytes/pack";
import { pad, storeDigest } from "../bytes/padding";
import { HMAC_INNER_256, HMAC_OUTER_256, SIGNATURE } from "../memory";
import { midstates256, sign256, signUnderNumber } from "../sha256/hmac-sha256";
import { packPrivileges, putAppId, putText, putUser } from "./token-fields";

const BLOCK_HEADER: usize = 2;
const CONTENT: usize = 7;
const SIGNATURE_AT: usize = CONTENT + 2;
const BODY: usize = SIGNATURE_AT + 32;
const RTC: u32 = 1;

/** What a stored block may hold (its LEN is a u16) less the signature and what is always there. */
export const SERVICES_MAX_SIZE: u32 = 65535 - 34 - 46;

let k1IssueTs: u32 = 0;
let hasK1 = false;

/** Writes the body's start, and returns the address after it: there the services' count belongs. */
export function begin007(issueTs: u32, expire: u32, salt: u32): usize {
  const at = putAppId(packU16(TOKEN + BODY, 32));
  return packU32(packU32(packU32(at, issueTs), expire), salt);
}

/** Writes a single RTC service for a channel in INPUT; the user as for `putUser`. */
export function putRtcService(
  at: usize,
  channelLength: u32,
  account: usize,
  accountLength: u32,
  uid: u32,
  granted: u32,
): usize {
  at = packPrivileges(packU16(packU16(at, 1), RTC), granted, 0);
  at = putText(packU16(at, channelLength), INPUT, channelLength);
  const user = at + 2;
  at = putUser(user, account, accountLength, uid);
  packU16(user - 2, <u32>(at - user));
  return at;
}

/** Signs a body that ends at `end`, and writes the token. Returns its length. */
export function finish007(end: usize, issueTs: u32, salt: u32): u32 {
  const size = <u32>(end - TOKEN - BODY);
  const padded = pad(TOKEN + BODY, size, 64);
  makeK1(issueTs);
  signUnderNumber(salt, v128.load(K1), v128.load(K1, 16), SIGNATURE);
  const k2 = v128.load(SIGNATURE);
  midstates256(k2, v128.load(SIGNATURE, 16), HMAC_INNER_256, HMAC_OUTER_256);
  sign256(HMAC_INNER_256, HMAC_OUTER_256, TOKEN + BODY, padded, SIGNATURE);
  storeDigest(TOKEN + SIGNATURE_AT, SIGNATURE, 32);
  return writeText(size);
}

/** Wraps the signature and a body of `size` bytes in the zlib stream, and writes its base64. */
function writeText(size: u32): u32 {
  const content = <u32>(BODY - CONTENT) + size;
  store<u16>(TOKEN, 0x0178);
  store<u8>(TOKEN + BLOCK_HEADER, 1);
  packU16(packU16(TOKEN + BLOCK_HEADER + 1, content), ~content);
  packU16(TOKEN + CONTENT, 32);
  const end = TOKEN + CONTENT + content;
  packU32(end, bswap(adler32(TOKEN + CONTENT, content)));
  store<u32>(OUTPUT, 0x373030);
  return 3 + putBase64Text(OUTPUT + 3, TOKEN, <u32>(end + 4 - TOKEN));
}

/**
 * k1 = HMAC(issueTs, certificate), as words in K1. It is kept for the tokens of the same second.
 * The midstate of the certificate tells whose it is.
 */
function makeK1(issueTs: u32): void {
  const isSame = hasK1 && k1IssueTs == issueTs && isSameState(K1_INNER, INNER_256);
  if (isSame) return;
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
