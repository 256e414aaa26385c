// Many keys that differ only in uid and random number, eight at a time. A key is assembled first,
// with zeros for both, as the pattern. Its message is copied into eight lanes once, and after that
// only the words with a random number or a uid change. Its text is copied for each key, and those
// parts are written over. In the last group, up to seven unused lanes are computed and discarded.

import {
  BATCH_OUTPUT,
  CONTENT,
  CONTENT_SIZE,
  CONTENT_X8,
  DECIMALS,
  HEXES,
  OUTPUT,
  RANDOM_INTS,
  RAW_INNER,
  RAW_OUTER,
  SIGNATURES,
  TEXT_INNER,
  TEXT_OUTER,
  UIDS,
} from "../memory";
import { encodeContent, RANDOM_IN_CONTENT, SIGNATURE_IN_CONTENT } from "./dynamic-key-5";
import * as hmac from "../sha1/hmac-sha1-x8";
import {
  paddedLength,
  randomAt,
  randomInText,
  signatureInText,
  textLength,
  uidAt,
  uidInText,
} from "./layout";
import { clear, orDecimals, orHexes, orNumbers, restore, spread } from "./lanes";
import { copy64 } from "../bytes/pack";
import {
  DECIMALS_X4,
  formatDecimals,
  formatHexes,
  LOWER_DIGITS,
  putBase64,
  putDecimal,
  putDigest,
  putHex,
  UPPER_DIGITS,
} from "../bytes/text";

const LANES: u32 = 8;
const HEX_SIZE: u32 = 8;
const DECIMAL_SIZE: u32 = 10;
const NUMBER_SIZE: u32 = 4;

/** Versions 1 to 4; version 1 has no uid. Returns the length of each key. */
export function signTextBatch(count: u32): u32 {
  hmac.begin(TEXT_INNER, TEXT_OUTER);
  clear(randomAt, HEX_SIZE);
  if (uidAt > 0) clear(uidAt, DECIMAL_SIZE);
  spread(paddedLength);
  for (let first: u32 = 0; first < count; first += LANES) {
    restore(randomAt, HEX_SIZE);
    if (uidAt > 0) restore(uidAt, DECIMAL_SIZE);
    for (let half: usize = 0; half < 2; half++) {
      const numbers = ((<usize>first) << 2) + (half << 4);
      formatHexes(HEXES + (half << 5), v128.load(RANDOM_INTS + numbers));
      orHexes(randomAt, half);
      if (uidAt > 0) {
        formatDecimals(DECIMALS + half * DECIMALS_X4, v128.load(UIDS + numbers));
        orDecimals(uidAt, half);
      }
    }
    hmac.sign(paddedLength);

    let text = BATCH_OUTPUT + first * textLength;
    for (let lane: usize = 0; lane < LANES; lane++) {
      copy64(text, OUTPUT);
      copy64(text + 64, OUTPUT + 64);
      putDigest(text + signatureInText, SIGNATURES + (lane << 5), LOWER_DIGITS);
      putHex(text + randomInText, lane);
      if (uidInText > 0) putDecimal(text + uidInText, lane);
      text += textLength;
    }
  }
  return wipeTail(count);
}

/**
 * Version 5. The groups of base64 that hold the signature and the random number are written again
 * for each key.
 */
export function sign5Batch(count: u32): u32 {
  hmac.begin(RAW_INNER, RAW_OUTER);
  spread(paddedLength);
  encodeContent();
  for (let at: u32 = 0; at < LANES * CONTENT_SIZE; at += CONTENT_SIZE) {
    memory.copy(CONTENT_X8 + at, CONTENT, CONTENT_SIZE);
  }
  for (let first: u32 = 0; first < count; first += LANES) {
    restore(randomAt, NUMBER_SIZE);
    restore(uidAt, NUMBER_SIZE);
    for (let half: usize = 0; half < 2; half++) {
      const numbers = ((<usize>first) << 2) + (half << 4);
      orNumbers(randomAt, half, v128.load(RANDOM_INTS + numbers));
      orNumbers(uidAt, half, v128.load(UIDS + numbers));
    }
    hmac.sign(paddedLength);

    for (let lane: usize = 0; lane < LANES; lane++) {
      const content = CONTENT_X8 + lane * CONTENT_SIZE;
      putDigest(content + SIGNATURE_IN_CONTENT, SIGNATURES + (lane << 5), UPPER_DIGITS);
      store<u32>(content + RANDOM_IN_CONTENT, load<u32>(RANDOM_INTS + ((first + <u32>lane) << 2)));
    }
    let text = BATCH_OUTPUT + first * textLength;
    for (let lane: usize = 0; lane < LANES; lane++) {
      const content = CONTENT_X8 + lane * CONTENT_SIZE;
      copy64(text, OUTPUT);
      copy64(text + 64, OUTPUT + 64);
      putBase64(text + 3, content);
      putBase64(text + 19, content + 12);
      putBase64(text + 35, content + 24);
      putBase64(text + 51, content + 36);
      putBase64(text + 83, content + 60);
      text += textLength;
    }
  }
  return wipeTail(count);
}

/** Wipes the keys of the unused lanes after the last one: no key may stay that nobody asked for. */
function wipeTail(count: u32): u32 {
  memory.fill(BATCH_OUTPUT + count * textLength, 0, (-count & (LANES - 1)) * textLength);
  return textLength;
}
