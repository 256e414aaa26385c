// Every byte that the core uses. Each buffer is static and has a name, a size and one owner;
// nothing is allocated later. Text is copied 16 bytes at a time, so some buffers end in slack:
// bytes that may be written but are never read.

/**
 * What the host hands in: a piece of a message, a key, an App ID and certificate, a channel and an
 * account, the accounts of a batch, or the services of a token.
 */
export const INPUT_SIZE: u32 = 65536;
export const INPUT: usize = memory.data(65536, 16);

/** Of a token: a channel (or a name of its place) in INPUT is followed, here, by its account. */
export const ACCOUNT: usize = INPUT + 256;

/**
 * What the host reads back: a key's or token's text, or a digest. The longest is a 007 token of one
 * whole stored block: 3 characters, and 65,546 bytes in base64, 12 bytes at a time.
 */
export const OUTPUT: usize = memory.data(87424, 16);

/**
 * The signer in use, in the order below. The host may copy these bytes out and back in: so any
 * number of signers share one instance. It holds midstates, and the certificate.
 */
export const SIGNER_SIZE: u32 = 224;
export const SIGNER: usize = memory.data(224, 16);
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
/** The SHA-256 midstates of the certificate's 32 characters: 006. */
export const INNER_256: usize = SIGNER + 128;
export const OUTER_256: usize = SIGNER + 160;
/** The certificate's 32 characters. 007 signs them, as a message: no midstate can stand for it. */
export const CERTIFICATE_TEXT: usize = SIGNER + 192;

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

/** SHA-1 or SHA-256 states: the inner hash of the message, and the signature. */
export const SIGN_STATE: usize = memory.data(32, 16);
export const SIGNATURE: usize = memory.data(32, 16);

/** The message schedules: 80 words of SHA-1, 64 of SHA-256. */
export const SCHEDULE: usize = memory.data(320, 16);
export const SCHEDULE_256: usize = memory.data(256, 16);

/** The running hash's state and unfilled block. */
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

// Access tokens. See access-token/.

/**
 * The privileges of an RTC token, which the host hands in: seconds or times for joinChannel,
 * publishAudio, publishVideo, publishData and (006 alone) rtmLogin.
 */
export const PRIVILEGES: usize = memory.data(32, 16);

/** The midstates of an HMAC-SHA256 key that is used once. */
export const HMAC_INNER_256: usize = memory.data(32, 16);
export const HMAC_OUTER_256: usize = memory.data(32, 16);

/** k1 of the last 007 token, and the midstate of the certificate that it was made with. */
export const K1: usize = memory.data(32, 16);
export const K1_INNER: usize = memory.data(32, 16);

/**
 * The bytes of a token before base64: of 006 at most 118 after its message of 582, of 007 a zlib
 * stream of at most 65,546. Room for padding follows.
 */
export const TOKEN: usize = memory.data(65664, 16);

/** CRC-32: what each of the 256 bytes changes, four times. Computed at the first use. */
export const CRC_TABLES: usize = memory.data(4096, 16);

// Four tokens at once: a word, 4 bytes above, has 16 bytes here. See sha256-x4.ts, token-batch.ts.

/** A block of 16 words of each message, and room for the other 48 of their schedules. */
export const BLOCK_X4: usize = memory.data(1024, 16);

/** States: the initial one, the midstates, and those of the messages. */
export const INITIAL_X4: usize = memory.data(128, 16);
export const INNER_X4: usize = memory.data(128, 16);
export const OUTER_X4: usize = memory.data(128, 16);
export const STATE_X4: usize = memory.data(128, 16);
export const NEXT_X4: usize = memory.data(128, 16);

/** k1 and the salts, as words. */
export const K1_X4: usize = memory.data(128, 16);
export const SALTS_X4: usize = memory.data(16, 16);

/** Four tokens before base64, 896 bytes each, as in TOKEN; where they end; how long padded. */
export const LANES: usize = memory.data(3584, 16);
export const LANE_ENDS: usize = memory.data(16, 16);
export const PADDED: usize = memory.data(16, 16);

/**
 * How many tokens of a batch are signed in one call: as many as CHUNK_KEYS allows for, a quarter,
 * since each is longer.
 */
export const CHUNK_TOKENS: u32 = 64;

/** The tokens, with nothing between them: 64 of at most 595 characters, and slack. */
export const TOKENS: usize = memory.data(38144, 16);
export const TOKEN_LENGTHS: usize = memory.data(256, 16);
