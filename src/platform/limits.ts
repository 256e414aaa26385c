// Every bound in one place, its unit in its name, its source beside it.

/** uid, unixTs, randomInt and expiredTs are unsigned 32-bit (the vendor's packing). */
export const MAX_U32 = 0xffff_ffff;

/** The SDK's check of a channel name. */
export const CHANNEL_MAX_BYTES = 64;

/** How long a key may be used to join after its unixTs (the vendor: "within 5 minutes"). */
export const JOIN_WINDOW_SECONDS = 300;

/**
 * How long before a key's expiry a client should ask for the next: half of its life, and no more than this. It leaves room to
 * spread renewals over, and to outlast an outage of ten minutes.
 */
export const RENEW_LEAD_MAX_SECONDS = 1_800;

/** How far two clocks may be apart before a key counts as issued in the future, and a grant's times as wrong. */
export const CLOCK_LEEWAY_SECONDS = 10;

/** A grant lives a day at most, so that what is revoked can be forgotten after a day. */
export const GRANT_MAX_LIFETIME_SECONDS = 86_400;

/** Longer ones are refused unread: no header of ours needs more, and parsing costs. */
export const GRANT_MAX_CHARACTERS = 8_192;
export const GRANT_MAX_CHANNELS = 100;
export const GRANT_MAX_TEXT_CHARACTERS = 256;

/** For how long a grant that was verified is believed to be (never past its `exp`): so long a key that its provider has withdrawn may live on. */
export const VERIFIED_GRANT_SECONDS = 60;
/** Of about 500 bytes each, and of GRANT_MAX_CHARACTERS at most. */
export const VERIFIED_GRANTS_MAX = 1_000;

/** RFC 7518, 3.2: an HS256 key has at least the hash's 256 bits. Service keys follow the same rule. */
export const SECRET_MIN_BYTES = 32;

export const BATCH_MAX_KEYS = 10_000;
/** 10,000 uids of ten digits, commas and some white space. */
export const BATCH_BODY_MAX_BYTES = 262_144;
export const BODY_MAX_BYTES = 16_384;
/** No channel key of any version is longer than 113 characters; what is pasted may be anything. */
export const INSPECTED_KEY_MAX_CHARACTERS = 1_024;

/** A key set is fetched again in the background when its copy is older than this. */
export const JWKS_REFRESH_SECONDS = 600;
/** An unknown `kid`, or a provider that failed, causes no further fetch for this long. */
export const JWKS_COOL_DOWN_SECONDS = 30;
export const JWKS_TIMEOUT_SECONDS = 3;

/** A revocation ends with the last grant that it could be about. */
export const REVOCATION_MAX_LIFETIME_SECONDS = GRANT_MAX_LIFETIME_SECONDS + CLOCK_LEEWAY_SECONDS;
export const REVOCATION_PAGE_ENTRIES = 100;
/** Of the entries as JSON: about 60,000. Workers KV takes 25 MiB, and an isolate must hold and parse it beside all else. */
export const REVOCATION_LIST_MAX_BYTES = 4_194_304;
/** Workers KV takes one write a second for a name. */
export const REVOCATION_PUBLISH_DELAY_SECONDS = 1;
export const REVOCATION_PUBLISH_RETRY_SECONDS = 2;
export const REVOCATION_PUBLISH_TIMEOUT_SECONDS = 10;
/** Without a change: 720 writes a day. */
export const REVOCATION_REPUBLISH_SECONDS = 120;
/** The least for which Workers KV keeps a read at an edge. */
export const REVOCATION_SNAPSHOT_CACHE_SECONDS = 30;
/** A copy older than this is refreshed behind the request that finds it so. */
export const REVOCATION_REFRESH_SECONDS = 15;
/** After a pause this long requests wait for a new copy. With the delays above it makes the 60 s of revocations/edge-copy.ts. */
export const REVOCATION_MAX_PAUSE_SECONDS = 25;
/** A snapshot that the list should have renewed by now: the list itself is asked. */
export const REVOCATION_SNAPSHOT_STALE_SECONDS =
  REVOCATION_REPUBLISH_SECONDS + 2 * REVOCATION_SNAPSHOT_CACHE_SECONDS;
/** A copy that tells of a moment longer ago closes the door. */
export const REVOCATION_MAX_AGE_SECONDS = 300;
/** No two fetches begin within this; one that takes longer has been given up. */
export const REVOCATION_RETRY_SECONDS = 5;
export const REVOCATION_STORE_TIMEOUT_SECONDS = 1;
export const REVOCATION_LIST_TIMEOUT_SECONDS = 3;
/** What a request waits at most: for both in turn. */
export const REVOCATION_FETCH_SECONDS =
  REVOCATION_STORE_TIMEOUT_SECONDS + REVOCATION_LIST_TIMEOUT_SECONDS;
export const REVOCATION_WRITE_TIMEOUT_SECONDS = 10;

/** The period of the rate limits in wrangler.toml: after a refusal, all of it may have to pass. */
export const RATE_LIMIT_PERIOD_SECONDS = 10;
