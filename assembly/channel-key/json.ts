// A batch as JSON: else the host would need ten thousand objects. Nothing in it has to be escaped.
//   {"uid":1,"key":"004…","randomInt":5},{"uid":…

import { BATCH_JSON, BATCH_OUTPUT, DECIMALS, RANDOM_INTS, UIDS } from "../memory";
import { textLength } from "./layout";
import { copy64 } from "../bytes/pack";
import { DECIMALS_X4, formatDecimals, putShortDecimal } from "../bytes/text";

/** Writes the keys in BATCH_OUTPUT with their numbers. Returns the length of the text. */
export function writeEntries(count: u32): u32 {
  let at = BATCH_JSON;
  let key = BATCH_OUTPUT;
  for (let i: u32 = 0; i < count; i++) {
    const numbers: usize = i << 2;
    const lane: usize = i & 3;
    if (lane == 0) {
      formatDecimals(DECIMALS, v128.load(UIDS + numbers));
      formatDecimals(DECIMALS + DECIMALS_X4, v128.load(RANDOM_INTS + numbers));
    }
    store<u64>(at, 0x3a22646975227b); // {"uid":
    at = putShortDecimal(at + 7, lane, load<u32>(UIDS + numbers));
    store<u64>(at, 0x223a2279656b222c); // ,"key":"
    copy64(at + 8, key);
    copy64(at + 72, key + 64);
    key += textLength;
    at += 8 + textLength;
    store<u64>(at, 0x6f646e6172222c22); // ","rando
    store<u64>(at, 0x3a22746e496d, 8); // mInt":
    at = putShortDecimal(at + 14, lane + 4, load<u32>(RANDOM_INTS + numbers));
    store<u16>(at, 0x2c7d); // },
    at += 2;
  }
  return <u32>(at - 1 - BATCH_JSON);
}
