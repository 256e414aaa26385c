// Every duration that the client decides, in one place.

/** A join takes a while: a key this close to the end of its join window is renewed before it is given out. */
export const JOIN_MARGIN_SECONDS = 30;

/** When nothing newer can be had, a key is still given out until this close to the end. */
export const JOIN_LAST_CALL_SECONDS = 2;

/**
 * Kept free between the last planned renewal and the key's end: ten minutes offline, then one longest wait between
 * attempts and one request, still leave a key in force.
 */
export const OUTAGE_RESERVE_SECONDS = 660;

/** But no more than this share of the time between renewAt and expiresAt: the rest is needed to spread the renewals. */
export const OUTAGE_RESERVE_MAX_SHARE = 0.4;

/** A planned renewal never follows an answer sooner, whatever times the answer holds. */
export const PLANNED_INTERVAL_MIN_SECONDS = 5;

/** Nor does any request follow another sooner, whoever asks: an SDK that complains in a loop, a tab that flickers. */
export const REQUEST_INTERVAL_MIN_SECONDS = 1;

/** Backoff while somebody waits: up to 1, 2, 4, … seconds, and no more than this. */
export const BACKOFF_MAX_SECONDS = 30;

/** Backoff while a key is in force: up to this share of what is left of it, less one request. */
export const BACKOFF_SHARE_OF_LIFE = 0.95;

/** Coming online brings a retry forward, to within this share of what is left: a whole city may come online at once. */
export const WAKE_SHARE_OF_LIFE = 0.1;

/** A Retry-After is honoured up to here. */
export const RETRY_AFTER_MAX_SECONDS = 3_600;

export const REQUEST_TIMEOUT_SECONDS = 10;

/** After another endpoint had to step in, it is kept for this long before the first is tried again. */
export const ENDPOINT_RETURN_SECONDS = 600;

/** Timers may sleep with the device and have a longest delay (2^31 ms): the clock is looked at this often. */
export const TICK_MAX_SECONDS = 60;

/** How often a key that the SDK did not take is handed over again. */
export const HAND_OVER_RETRIES = 3;
