// Every byte the core uses. Each buffer is static and has a name, a size and one owner; nothing is allocated later.

/** What the host hands in: a chunk of a message, a key, an App ID with its certificate, or a channel name. */
export const INPUT_SIZE: u32 = 4096;
export const INPUT: usize = memory.data(4096, 16);

/** What the host reads back: a key's text, or a digest. The longest key (version 3) has 113 characters. */
export const OUTPUT_SIZE: u32 = 128;
export const OUTPUT: usize = memory.data(128, 16);

/**
 * The signer in use, in the order given below. The host may copy these bytes out and back in: that is how any number of
 * signers share one instance. It holds midstates, never a certificate.
 */
export const SIGNER_SIZE: u32 = 128;
export const SIGNER: usize = memory.data(128, 16);
export const APP_ID_TEXT: usize = SIGNER; // 32 ASCII digits as given: versions 1 to 4
export const APP_ID_RAW: usize = SIGNER + 32; // 16 bytes: version 5
export const TEXT_INNER: usize = SIGNER + 48; // midstates of the certificate's 32 characters: versions 1 to 4
export const TEXT_OUTER: usize = SIGNER + 68;
export const RAW_INNER: usize = SIGNER + 88; // midstates of the certificate's 16 raw bytes: version 5
export const RAW_OUTER: usize = SIGNER + 108;

/** The message to sign, padded in place: 138 bytes at most (version 4), 192 once padded. */
export const MESSAGE: usize = memory.data(192, 16);

/** The packed content of a version-5 key before base64: 81 bytes at most. */
export const CONTENT: usize = memory.data(96, 16);

/** An HMAC pad, wiped after each use. */
export const PAD: usize = memory.data(64, 16);

/** The decoded certificate, wiped after each use. */
export const CERTIFICATE_RAW: usize = memory.data(16, 16);

/** A finished digest: 20 bytes. */
export const DIGEST: usize = memory.data(32, 16);

/** The outer hash's one block: a digest and its padding. */
export const OUTER_BLOCK: usize = memory.data(64, 16);

/** SHA-1: the message schedule (80 words), and the state and unfilled block of the running hash. */
export const SCHEDULE: usize = memory.data(320, 16);
export const HASH_STATE: usize = memory.data(32, 16);
export const HASH_BLOCK: usize = memory.data(64, 16);

/** The outer midstate of the running HMAC. */
export const HMAC_OUTER: usize = memory.data(32, 16);
