// SHA-256, FIPS 180-4, sections 5 and 6.2. A state is eight words, native in memory.

export const DIGEST_SIZE_256: u32 = 32;

/** The initial hash value (FIPS 180-4, 5.3.3). */
export const INITIAL_STATE_256: usize = memory.data<u32>(
  [
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
  ],
  16,
);
