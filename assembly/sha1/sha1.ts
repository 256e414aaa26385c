// SHA-1, FIPS 180-4, sections 5 and 6.1. A state is five words, native in memory.

export const DIGEST_SIZE: u32 = 20;

/** The initial hash value (FIPS 180-4, 5.3.1). */
export function initialState(state: usize): void {
  store<u32>(state, 0x67452301);
  store<u32>(state, 0xefcdab89, 4);
  store<u32>(state, 0x98badcfe, 8);
  store<u32>(state, 0x10325476, 12);
  store<u32>(state, 0xc3d2e1f0, 16);
}
