// Which characters a channel name may have, asked 16 at a time: the SDK's set, letters, digits, space and
// ! # $ % & ( ) + - : ; < = . > ? @ [ ] ^ _ { } | ~ ,

import { INPUT } from "./memory";

/** For each low half of a byte the high halves that make it a character of the set, a bit each. */
const HIGHS_BY_LOW: usize = memory.data<u8>([188, 252, 248, 252, 252, 252, 252, 248, 252, 252, 248, 252, 220, 252, 252, 120], 16);

/** The bit of each high half; none from 8 on, which is not ASCII. */
const BITS: usize = memory.data<u8>([1, 2, 4, 8, 16, 32, 64, 128, 0, 0, 0, 0, 0, 0, 0, 0], 16);

const PLACES: usize = memory.data<u8>([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15], 16);

/** Whether the first 1 to 64 bytes of INPUT are all of the set. */
export function isChannel(length: u32): bool {
  let wrong = i8x16.splat(0);
  for (let at: u32 = 0; at < length; at += 16) {
    const bytes = v128.load(INPUT + at);
    const highs = i8x16.swizzle(v128.load(HIGHS_BY_LOW), v128.and(bytes, i8x16.splat(15)));
    const bit = i8x16.swizzle(v128.load(BITS), i8x16.shr_u(bytes, 4));
    const isOutside = i8x16.eq(v128.and(highs, bit), i8x16.splat(0));
    const isBeyond = i8x16.ge_u(v128.load(PLACES), i8x16.splat(<i8>min<u32>(length - at, 16)));
    wrong = v128.or(wrong, v128.andnot(isOutside, isBeyond));
  }
  return !v128.any_true(wrong);
}
