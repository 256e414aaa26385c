// Every bound of the service in one place, its unit in its name, its source beside it. It imports
// nothing, so every folder may use it. (The client library has its own: client/timing.ts.)

/** uid, unixTs, randomInt and expiredTs are unsigned 32-bit integers (the vendor's packing). */
export const MAX_U32 = 0xffff_ffff;

/** The SDK's check of a channel name. */
export const CHANNEL_MAX_BYTES = 64;

/** A user account or user id of an access token (the vendor's comments: "255 bytes"). */
export const ACCOUNT_MAX_BYTES = 255;

/** The vendor's RTM: "must not exceed 64 bytes"; some of its SDKs take 63. */
export const RTM_USER_ID_MAX_BYTES = 63;
/** The vendor's chat: 64 bytes. */
export const CHAT_USER_ID_MAX_BYTES = 64;

/**
 * Of a 007 token's services, packed. The token is one stored block of at most 65,535 bytes (RFC
 * 1951, 3.2.4): 34 of them are the signature, 46 the App ID and times.
 */
export const TOKEN_SERVICES_MAX_BYTES = 65_535 - 34 - 46;

/** A role of an aPaaS service is an i16 (the vendor's packing). */
export const MIN_I16 = -0x8000;
export const MAX_I16 = 0x7fff;

/** How long after its unixTs a key may be used to join (the vendor: "within 5 minutes"). */
export const JOIN_WINDOW_SECONDS = 300;

/**
 * How long before a key expires a client should ask for the next: half of the key's life, and no
 * more than this. It leaves room to spread renewals, and to outlast an outage of ten minutes.
 */
export const RENEW_LEAD_MAX_SECONDS = 1_800;

/** How far two clocks may be apart before a key's time counts as lying in the future. */
export const CLOCK_LEEWAY_SECONDS = 10;

// Which numbers can't be the Unix seconds of a key, and what they are instead

export const MILLISECONDS_PER_SECOND = 1_000;
export const DAY_SECONDS = 86_400;
/** The vendor's builders: an access token and its privileges are valid for 24 hours at most. */
export const ACCESS_TOKEN_MAX_SECONDS = DAY_SECONDS;
export const YEAR_SECONDS = 31_536_000;
/** Ten years. A larger number of seconds is a time, no duration; as a time it is in 1979. */
export const DURATION_MAX_SECONDS = 10 * YEAR_SECONDS;
/** The start of 2014, the vendor's first year: no key is older. */
export const EARLIEST_KEY_UNIX_SECONDS = 1_388_534_400;

// Requests

export const BODY_MAX_BYTES = 16_384;
/** 2,000 accounts of 255 bytes, quotes, commas and some white space. */
export const BATCH_BODY_MAX_BYTES = 614_400;
export const BATCH_MAX_KEYS = 10_000;
export const BATCH_MAX_ACCOUNTS = 2_000;
/** rtc, rtm, rtm2 and chat once each; room for more types. */
export const TOKEN_SERVICES_MAX = 8;
/**
 * The longest that POST /v1/tokens makes of a body of BODY_MAX_BYTES: each of its bytes becomes one
 * of the token at most, and three of those are four characters of base64. Grants are shorter.
 */
export const INSPECTED_KEY_MAX_CHARACTERS = 24_576;
/** That text, its names, and signs that JSON escapes. */
export const INSPECT_BODY_MAX_BYTES = 32_768;
/**
 * Of a 007 token's services, how many a response lists, and how long they are as JSON: more than
 * POST /v1/tokens can sign. A token of 300 characters may inflate to 16,000 services.
 */
export const INSPECTED_SERVICES_MAX = 100;
export const INSPECTED_SERVICES_MAX_CHARACTERS = BODY_MAX_BYTES + 4_096;
/** No channel key is longer than 113 characters (keys/layout.ts); longer texts are not decoded. */
export const CHANNEL_KEY_MAX_CHARACTERS = 1_024;
/**
 * What a 007 token may inflate to: the vendor's C++ packs into a buffer of this size. The text of a
 * token is that at most, not compressed, in base64.
 */
export const ACCESS_TOKEN_CONTENT_MAX_BYTES = 65_536;
export const ACCESS_TOKEN_MAX_CHARACTERS = 90_000;
/** How many wrong fields a response names, and how much of an unknown field's name it repeats. */
export const REPORTED_ERRORS_MAX = 20;
export const FIELD_NAME_MAX_CHARACTERS = 64;
/** How long a browser may remember a preflight response. */
export const PREFLIGHT_MAX_AGE_SECONDS = 86_400;

// Credentials

/**
 * RFC 7518, 3.2: an HS256 key has at least the hash's 256 bits. Service keys follow the same rule.
 */
export const SECRET_MIN_BYTES = 32;
/** A longer credential is no named service key: it is refused without being hashed. */
export const SERVICE_KEY_MAX_CHARACTERS = 256;
/** Named service keys: more than Cloudflare's 5 KB for one secret can hold. */
export const SERVICE_KEYS_MAX = 50;
/**
 * A random secret of 32 hexadecimal digits, the least varied that we take, has fewer than 8
 * different ones once in 20 million times.
 */
export const SECRET_MIN_DISTINCT_CHARACTERS = 8;
/** How much of a secret must be left when the words of placeholders are taken out. */
export const SECRET_MIN_UNKNOWN_CHARACTERS = 16;
/**
 * How many of its characters must not follow from the one before. A random secret of 32 hexadecimal
 * digits has fewer once in 100 million times.
 */
export const SECRET_MIN_JUMPS = 12;
/** A shorter text may stand in another setting by chance. */
export const SECRET_MIN_HELD_CHARACTERS = 16;
/** RFC 7518, 3.3. */
export const RSA_MIN_BITS = 2_048;
/** A grant lives a day at most, so that a revocation can be forgotten after a day. */
export const GRANT_MAX_LIFETIME_SECONDS = 86_400;
/**
 * How far the clock of a signer may be ahead of ours, for iat and nbf (RFC 7519, 4.1.5: "usually no
 * more than a few minutes"). For exp there is no leeway: a grant ends at its exp.
 */
export const GRANT_START_LEEWAY_SECONDS = 60;
/** Longer grants are refused unread: parsing costs time. */
export const GRANT_MAX_CHARACTERS = 8_192;
export const GRANT_MAX_CHANNELS = 100;
/** Of iss, sub and jti. */
export const IDENTIFIER_MAX_CHARACTERS = 256;
/** How long a verified grant is remembered (never past its `exp`). */
export const VERIFIED_GRANT_SECONDS = 60;
/** Each takes about 500 bytes, GRANT_MAX_CHARACTERS at most. */
export const VERIFIED_GRANTS_MAX = 1_000;
/** The period of the rate limits in wrangler.toml: after a refusal, all of it may have to pass. */
export const RATE_LIMIT_PERIOD_SECONDS = 10;
/** How many callers beyond a limit one isolate writes into the log in a period. */
export const LOGGED_LIMITED_CALLERS_MAX = 1_000;
/** The longest text of an IPv6 address. */
export const ADDRESS_MAX_CHARACTERS = 45;

// The provider's key set (JWKS)

/** An older copy is refreshed in the background. */
export const JWKS_REFRESH_SECONDS = 600;
/** An unknown `kid`, or a provider that failed, causes no other fetch for this long. */
export const JWKS_COOL_DOWN_SECONDS = 30;
export const JWKS_TIMEOUT_SECONDS = 3;
/** If the copy has not been refreshed for this long, requests wait for it. */
export const JWKS_MAX_PAUSE_SECONDS = 840;
/**
 * But not for so long after a fetch that failed: two cool-downs, so that no request of a busy
 * isolate waits for a provider that is down, and those of an idle one do.
 */
export const JWKS_FAILURE_SECONDS = 2 * JWKS_COOL_DOWN_SECONDS;
/** So long at most a withdrawn key is used while the provider answers: 15 minutes. */
export const JWKS_WITHDRAWN_SECONDS = JWKS_MAX_PAUSE_SECONDS + JWKS_FAILURE_SECONDS;
/** If the provider has failed for this long, `GET /ready` warns. */
export const JWKS_WARN_SECONDS = 3_600;
/** About 150 RSA keys; a greater set is not read. */
export const JWKS_MAX_BYTES = 65_536;
/** The cache is near: one that takes longer is down. */
export const JWKS_STORE_TIMEOUT_SECONDS = 1;
/** How many keys are tried for one token: each costs a verification. */
export const GRANT_KEYS_TRIED_MAX = 4;

// Revocations

/** A revocation ends with the last grant that it could be about. */
export const REVOCATION_MAX_LIFETIME_SECONDS =
  GRANT_MAX_LIFETIME_SECONDS + GRANT_START_LEEWAY_SECONDS;
export const REVOCATION_PAGE_ENTRIES = 100;
/**
 * Of the entries as JSON: about 60,000, and 150,000 of the shortest. As edges hold them each is
 * COMPACT_ENTRY_BYTES, so 3.6 MB at most; Workers KV takes 25 MiB.
 */
export const REVOCATION_LIST_MAX_BYTES = 4_194_304;
/**
 * What other entries leave free for those that name a uid, subject or channel alone. Of that, what
 * is left free for whole channels; and of that, for everybody (`issuedBefore` alone).
 */
export const REVOCATION_BROAD_ROOM_BYTES = 1_048_576;
export const REVOCATION_CHANNEL_ROOM_BYTES = 262_144;
export const REVOCATION_EVERYBODY_ROOM_BYTES = 4_096;
/** How many revocations one request may end: as many as a page lists. */
export const REVOCATIONS_ENDED_MAX = REVOCATION_PAGE_ENTRIES;
/** `GET /ready` warns from here on: at 80 % of what the narrowest entries may fill. */
export const REVOCATION_LIST_WARNING_BYTES = Math.floor(
  0.8 * (REVOCATION_LIST_MAX_BYTES - REVOCATION_BROAD_ROOM_BYTES),
);
/** Workers KV takes one write a second for a name. */
export const REVOCATION_PUBLISH_DELAY_SECONDS = 1;
export const REVOCATION_PUBLISH_RETRY_SECONDS = 2;
export const REVOCATION_PUBLISH_TIMEOUT_SECONDS = 10;
/** Without a change: 720 writes a day. Workers' free plan has 1,000. */
export const REVOCATION_REPUBLISH_SECONDS = 120;
/** The shortest time that Workers KV caches a read at an edge. */
export const REVOCATION_SNAPSHOT_CACHE_SECONDS = 30;
/** An older replica is refreshed in the background. */
export const REVOCATION_REFRESH_SECONDS = 15;
/**
 * Workers KV promises no time within which a change is seen ("60 seconds or more"), so a snapshot
 * proves only how the list was at its `asOf`. If that is longer ago, the list itself is asked.
 */
export const REVOCATION_CONFIRM_SECONDS = 30;
/** If a replica has not been refreshed for this long, requests wait for it. */
export const REVOCATION_MAX_PAUSE_SECONDS = 25;
/**
 * How far the clocks of an edge and of the list may be apart: an assumption about the platform. A
 * snapshot that is dated further ahead proves nothing.
 */
export const REVOCATION_CLOCK_DIFFERENCE_SECONDS = 4;
/**
 * How long until a revocation is enforced at every edge that the list answers: 60 s. Clocks are
 * read in whole seconds, which is the one.
 */
export const REVOCATION_ENFORCED_SECONDS =
  REVOCATION_CONFIRM_SECONDS +
  REVOCATION_MAX_PAUSE_SECONDS +
  REVOCATION_CLOCK_DIFFERENCE_SECONDS +
  1;
/** If the replica is older than this, grants are refused (fail closed). */
export const REVOCATION_MAX_AGE_SECONDS = 300;
/** No two fetches begin within this time; one that takes longer has been given up. */
export const REVOCATION_RETRY_SECONDS = 5;
export const REVOCATION_STORE_TIMEOUT_SECONDS = 1;
/** How much later than Workers KV a cold isolate asks the list. */
export const REVOCATION_ASK_DELAY_MILLISECONDS = 10;
export const REVOCATION_LIST_TIMEOUT_SECONDS = 2;
/** The longest that a request waits: a cold isolate may ask the list twice. */
export const REVOCATION_FETCH_SECONDS = 2 * REVOCATION_LIST_TIMEOUT_SECONDS;
export const REVOCATION_WRITE_TIMEOUT_SECONDS = 10;

// Ejection: rules of Agora's that keep a user out of a channel

/** The vendor's bounds of `time_in_seconds`. */
export const EJECTION_RULE_MIN_SECONDS = 10;
export const EJECTION_RULE_MAX_SECONDS = 86_430;
/** A rule that ends before its revocation is replaced this long before. */
export const EJECTION_RENEW_LEAD_SECONDS = 60;
/** The vendor: "set the timeout to 20 seconds or higher". */
export const EJECTION_TIMEOUT_SECONDS = 20;
/**
 * From the end of one request to the start of the next: at most 4 a second. The vendor allows an
 * account 10, and production and staging often share one.
 */
export const EJECTION_PAUSE_MILLISECONDS = 250;
/** After a 429: other software of this account asks too much as well. */
export const EJECTION_TOO_MANY_PAUSE_SECONDS = 5;
/** After a failure; twice as long after each further one. */
export const EJECTION_RETRY_SECONDS = 2;
export const EJECTION_RETRY_MAX_SECONDS = 600;
/**
 * How many wait for their first request. With Agora well the last of them gets it in about eight
 * minutes; what comes beyond is tried after EJECTION_RETRY_MAX_SECONDS, or when it is sent again.
 */
export const EJECTIONS_WAITING_MAX = 1_000;
/** From here on it is called failed, two minutes after the first; it is tried all the same. */
export const EJECTION_FAILED_ATTEMPTS = 7;
/** When rules that nobody knows are looked for, after one was sent in doubt; then ever later. */
export const EJECTION_CHECK_SECONDS = 10;
export const EJECTION_CHECK_MAX_SECONDS = 3_600;
/** If a process ends in the middle of a request, the next one goes on this much later at most. */
export const EJECTION_RESUME_SECONDS = 30;
/** About 25,000 rules; a longer list is not read. */
export const EJECTION_RESPONSE_MAX_BYTES = 4_194_304;
