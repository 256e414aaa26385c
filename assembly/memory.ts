// Every byte that the core uses. Each buffer is static and has a name, a size and one owner;
// nothing is allocated later. Text is copied 16 bytes at a time, so some buffers end in slack:
// bytes that may be written but are never read.

/** What the host hands in: a piece of a message, a key, an App ID and certificate, or a channel. */
export const INPUT_SIZE: u32 = 4096;
export const INPUT: usize = memory.data(4096, 16);

/**
 * What the host reads back: a key's text, or a digest. The longest key (version 3) has 113
 * characters, and there are 15 bytes of slack.
 */
export const OUTPUT: usize = memory.data(128, 16);

/**
 * The signer in use, in the order below. The host may copy these bytes out and back in: so any
 * number of signers share one instance. It holds midstates, never a certificate.
 */
export const SIGNER_SIZE: u32 = 128;
export const SIGNER: usize = memory.data(128, 16);
/** 32 ASCII digits as given: versions 1 to 4. */
export const APP_ID_TEXT: usize = SIGNER;
/** 16 bytes: version 5. */
export const APP_ID_RAW: usize = SIGNER + 32;
/** The midstates of the certificate's 32 characters: versions 1 to 4. */
export const TEXT_INNER: usize = SIGNER + 48;
export const TEXT_OUTER: usize = SIGNER + 68;
/** The midstates of the certificate's 16 raw bytes: version 5. */
export const RAW_INNER: usize = SIGNER + 88;
export const RAW_OUTER: usize = SIGNER + 108;

/**
 * The message to sign, padded in place: at most 138 bytes (version 4), 192 with padding, and slack
 * for the padding's zeros.
 */
export const MESSAGE: usize = memory.data(224, 16);

/**
 * The packed content of a version-5 key before base64: at most 81 bytes, and zeros up to a whole
 * group of 12.
 */
export const CONTENT_SIZE: u32 = 112;
export const CONTENT: usize = memory.data(112, 16);

/**
 * Up to eight numbers as text: ten decimal digits each (in two times three vectors, see text.ts) or
 * eight hex digits each.
 */
export const DECIMALS: usize = memory.data(96, 16);
export const HEXES: usize = memory.data(64, 16);

/** One number's ten digits before its leading zeros are dropped, and slack. */
export const DIGITS: usize = memory.data(32, 16);

/** An HMAC pad, wiped after each use. */
export const PAD: usize = memory.data(64, 16);

/** The decoded certificate, wiped after each use. */
export const CERTIFICATE_RAW: usize = memory.data(16, 16);

/** SHA-1 states of five words: the inner hash of the message, and the signature. */
export const SIGN_STATE: usize = memory.data(32, 16);
export const SIGNATURE: usize = memory.data(32, 16);

/** SHA-1: the message schedule (80 words), and the running hash's state and unfilled block. */
export const SCHEDULE: usize = memory.data(320, 16);
export const HASH_STATE: usize = memory.data(32, 16);
export const HASH_BLOCK: usize = memory.data(64, 16);

/** The outer midstate of the running HMAC. */
export const HMAC_OUTER: usize = memory.data(32, 16);

// Eight messages at once: a word, 4 bytes above, has 32 bytes here. See sha1-x8.ts and batch.ts.

/**
 * The padded message: at most 3 blocks, each 16 words and room for the other 64 of its schedule.
 */
export const MESSAGE_X8: usize = memory.data(7680, 16);

/** The midstates that all messages start from. */
export const INNER_X8: usize = memory.data(160, 16);
export const OUTER_X8: usize = memory.data(160, 16);

/**
 * The outer hash's only block, and the signatures that it gives: first word by word, then one state
 * of five words every 32 bytes.
 */
export const OUTER_BLOCK_X8: usize = memory.data(2560, 16);
export const SIGNATURE_X8: usize = memory.data(160, 16);
export const SIGNATURES: usize = memory.data(256, 16);

/** The eight packed contents of version-5 keys. */
export const CONTENT_X8: usize = memory.data(896, 16);

/**
 * How many keys of a batch are signed in one call. What 256 of them need fits into the processor's
 * first cache. And the host cuts each key out of the text of one call: who keeps one key in memory
 * keeps that text with it, so it should not be long.
 */
export const CHUNK_KEYS: u32 = 256;

/** What the host hands in for those keys: a uid and a random number for each. */
export const UIDS: usize = memory.data(1024, 16);
export const RANDOM_INTS: usize = memory.data(1024, 16);

/** The keys, with nothing between them: 256 of 113 characters, and 128 bytes of slack. */
export const BATCH_OUTPUT: usize = memory.data(29056, 16);

/** The keys as members of a JSON array: 256 of at most 165 characters, and 128 bytes of slack. */
export const BATCH_JSON: usize = memory.data(42368, 16);
