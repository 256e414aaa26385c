// The parts that access tokens 006 and 007 are packed from, little-endian as the vendor packs.

import { APP_ID_TEXT, DECIMALS, PRIVILEGES } from "../memory";
import { copy64, packU16, packU32 } from "../bytes/pack";
import { formatDecimals, putShortDecimal } from "../bytes/text";

/** Writes the App ID's 32 characters. */
export function putAppId(at: usize): usize {
  v128.store(at, v128.load(APP_ID_TEXT));
  v128.store(at, v128.load(APP_ID_TEXT, 16), 16);
  return at + 32;
}

/**
 * Writes the privileges in PRIVILEGES that `granted` has a bit for, in ascending order: 1 to 4,
 * then `fifth`.
 */
export function packPrivileges(at: usize, granted: u32, fifth: u32): usize {
  at = packU16(at, popcnt(granted));
  for (let i: u32 = 0; i < 5; i++) {
    if (((granted >> i) & 1) == 0) continue;
    at = packU32(packU16(at, i < 4 ? i + 1 : fifth), load<u32>(PRIVILEGES + (i << 2)));
  }
  return at;
}

/** Copies `length` bytes, 64 at a time: up to 63 bytes after them are written too. */
export function putText(at: usize, from: usize, length: u32): usize {
  for (let i: u32 = 0; i < length; i += 64) copy64(at + i, from + i);
  return at + length;
}

/**
 * Writes a user: an account, or a uid in decimal, which is nothing for 0 (any user). `account` is
 * the address of an account of `length` bytes; a length of 0 means the uid.
 */
export function putUser(at: usize, account: usize, length: u32, uid: u32): usize {
  if (length > 0) return putText(at, account, length);
  if (uid == 0) return at;
  formatDecimals(DECIMALS, i32x4.splat(uid));
  return putShortDecimal(at, 0, uid);
}
