// Every byte the core uses. Each buffer is static and has a name, a size and one owner; nothing is allocated later. Text is
// copied 16 bytes at a time, so some buffers end in slack: bytes that may be written but are never read.

/** What the host hands in: a chunk of a message, a key, an App ID with its certificate, or a channel name. */
export const INPUT_SIZE: u32 = 4096;
export const INPUT: usize = memory.data(4096, 16);

/** What the host reads back: a key's text, or a digest. The longest key (version 3) has 113 characters, and 15 bytes of slack. */
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

/** The message to sign, padded in place: 138 bytes at most (version 4), 192 once padded, and slack for the padding's zeros. */
export const MESSAGE: usize = memory.data(224, 16);

/** The packed content of a version-5 key before base64: 81 bytes at most, and zeros up to a whole group of 12. */
export const CONTENT_SIZE: u32 = 112;
export const CONTENT: usize = memory.data(112, 16);

/** Up to eight numbers as text: ten decimal digits (in two times three vectors, see text.ts) or eight hex digits each. */
export const DECIMALS: usize = memory.data(96, 16);
export const HEXES: usize = memory.data(64, 16);

/** One number's ten digits on their way to where they go without leading zeros, and slack. */
export const DIGITS: usize = memory.data(32, 16);

/** An HMAC pad, wiped after each use. */
export const PAD: usize = memory.data(64, 16);

/** The decoded certificate, wiped after each use. */
export const CERTIFICATE_RAW: usize = memory.data(16, 16);

/** SHA-1 states of five words: the inner hash of the message being signed, and the signature. */
export const SIGN_STATE: usize = memory.data(32, 16);
export const SIGNATURE: usize = memory.data(32, 16);

/** SHA-1: the message schedule (80 words), and the state and unfilled block of the running hash. */
export const SCHEDULE: usize = memory.data(320, 16);
export const HASH_STATE: usize = memory.data(32, 16);
export const HASH_BLOCK: usize = memory.data(64, 16);

/** The outer midstate of the running HMAC. */
export const HMAC_OUTER: usize = memory.data(32, 16);

// Eight messages at once: what is one word of 4 bytes above is 32 bytes here. See sha1x8.ts and batch.ts.

/** The padded message: 3 blocks at most, each of 16 words and room for its schedule's other 64. */
export const MESSAGE_X8: usize = memory.data(7680, 16);

/** The midstates that all messages begin from. */
export const INNER_X8: usize = memory.data(160, 16);
export const OUTER_X8: usize = memory.data(160, 16);

/** The outer hash's one block, and the signatures that come of it: word by word, then one state of five words every 32 bytes. */
export const OUTER_BLOCK_X8: usize = memory.data(2560, 16);
export const SIGNATURE_X8: usize = memory.data(160, 16);
export const SIGNATURES: usize = memory.data(256, 16);

/** The eight packed contents of version-5 keys. */
export const CONTENT_X8: usize = memory.data(896, 16);

/**
 * What the host hands in for a batch: as many uids and random numbers as there will be keys. 256 at a time stay in the
 * processor's first cache, and whoever keeps a single key of a batch keeps no more than these with it.
 */
export const BATCH_MAX_KEYS: u32 = 256;
export const UIDS: usize = memory.data(1024, 16);
export const RANDOM_INTS: usize = memory.data(1024, 16);

/** The batch's keys, one after another with nothing between: 256 of 113 characters, and 128 bytes of slack. */
export const BATCH_OUTPUT: usize = memory.data(29056, 16);

/** The batch as members of a JSON array: 256 of at most 165 characters, and 128 bytes of slack. See json.ts. */
export const BATCH_JSON: usize = memory.data(42368, 16);
