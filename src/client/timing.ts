// Every duration that the client library decides, in one place.

/** Joining takes a while: a key this close to the end of its join window is replaced first. */
export const JOIN_MARGIN_SECONDS = 30;

/** When no newer key can be had, a key is still given out until this close to the end. */
export const JOIN_LAST_CALL_SECONDS = 2;

/**
 * Kept free between the last planned renewal and the key's expiry. It covers ten minutes offline,
 * the longest wait between two attempts, and one request.
 */
export const OUTAGE_RESERVE_SECONDS = 660;

/**
 * The reserve is at most this share of the time from renewAt to expiresAt. Renewals are spread over
 * the rest.
 */
export const OUTAGE_RESERVE_MAX_SHARE = 0.4;

/**
 * The reserve is at least this, where the time from renewAt to expiresAt has room for it: SDKs ask
 * for a new token 30 s before the old one expires, and a request may take 10 s.
 */
export const SDK_RESERVE_SECONDS = 40;

/** Least time from a response to a planned renewal, whatever times the response holds. */
export const PLANNED_INTERVAL_MIN_SECONDS = 5;

/** Least time between any two requests: an SDK may ask in a loop, a tab may flicker. */
export const REQUEST_INTERVAL_MIN_SECONDS = 1;

/** Backoff while somebody waits: up to 1, 2, 4, … seconds, and at most this. */
export const BACKOFF_MAX_SECONDS = 30;

/** Backoff while a key is valid: up to this share of its remaining time, less one request. */
export const BACKOFF_SHARE_OF_LIFE = 0.95;

/**
 * Clients whose grants were revoked together ask for new ones within 30 s: spread over this time,
 * after the least time between two requests. A key that is renewed has so much time left.
 */
export const REPLACE_SPREAD_SECONDS = 29;

/**
 * Coming online moves a retry forward, to within this share of the key's remaining time. Not to
 * now: a whole city may come online at once.
 */
export const WAKE_SHARE_OF_LIFE = 0.1;

/** A longer Retry-After is cut to this. */
export const RETRY_AFTER_MAX_SECONDS = 3_600;

export const REQUEST_TIMEOUT_SECONDS = 10;

/** How long another endpoint is used in place of the first, before the first is tried again. */
export const ENDPOINT_RETURN_SECONDS = 600;

/**
 * The clock is read this often while a timer waits: timers may sleep with the device, and can't
 * wait longer than 2^31 ms.
 */
export const TICK_MAX_SECONDS = 60;

/** How often a key that the SDK did not take is passed to it again. */
export const PASS_KEY_RETRIES = 3;
