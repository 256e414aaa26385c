// When to request a key: pure functions of the last key, the service's time, and a random number
// from 0 to 1. All in seconds.

import type { IssuedKey } from "../contract/responses.ts";
import {
  BACKOFF_MAX_SECONDS,
  BACKOFF_SHARE_OF_LIFE,
  JOIN_MARGIN_SECONDS,
  OUTAGE_RESERVE_MAX_SHARE,
  OUTAGE_RESERVE_SECONDS,
  PLANNED_INTERVAL_MIN_SECONDS,
  REQUEST_TIMEOUT_SECONDS,
  SDK_RESERVE_SECONDS,
} from "./timing.ts";

/** How long this key can be used to join. A key that expires at once is of no use for that. */
export function joinableSeconds({ joinBefore, expiresAt }: IssuedKey, now: number): number {
  return Math.min(joinBefore, expiresAt ?? joinBefore) - now;
}

/** Whether there is time to join. A short-lived key gets a shorter margin, or it never is fresh. */
export function isFresh(issued: IssuedKey, now: number): boolean {
  return (
    joinableSeconds(issued, now) >
    Math.min(JOIN_MARGIN_SECONDS, joinableSeconds(issued, issued.issuedAt) / 4)
  );
}

/** Not without a key (App-ID mode), nor with one that never expires. */
export function needsRenewal({ key, expiresAt }: IssuedKey): boolean {
  return key !== null && expiresAt !== null;
}

/** How much longer a key that needs renewal is valid; 0 for any other. */
export function secondsLeft(issued: IssuedKey, now: number): number {
  return needsRenewal(issued) ? Math.max(0, (issued.expiresAt as number) - now) : 0;
}

/**
 * The time until a planned renewal. It is spread over a window that begins at renewAt, so that
 * clients that joined together do not come back together, and ends early enough to leave the
 * reserve for an outage. So an SDK asks for a key only after an outage, or if its key lives for
 * less than a minute or so.
 */
export function renewalDelaySeconds(
  { renewAt, expiresAt }: IssuedKey,
  now: number,
  random: number,
): number {
  const end = expiresAt as number;
  const start = Math.min(renewAt ?? end, end);
  const window = end - start;
  const reserve = Math.max(
    Math.min(OUTAGE_RESERVE_SECONDS, window * OUTAGE_RESERVE_MAX_SHARE),
    SDK_RESERVE_SECONDS,
  );
  const spread = Math.max(window - reserve, 0);
  return Math.max(start + random * spread - now, PLANNED_INTERVAL_MIN_SECONDS);
}

/** While somebody waits. Full jitter: anything up to a limit that doubles with each attempt. */
export function backoffSeconds(attempt: number, random: number): number {
  return random * Math.min(2 ** (attempt - 1), BACKOFF_MAX_SECONDS);
}

/**
 * While nobody waits and the key is valid for `left` more seconds. A crowd that failed together
 * comes back spread over nearly all of that time. The square root makes late moments more likely,
 * since the clients whose renewal is still planned come early. Attempts get closer together as the
 * expiry does, and one always fits in before it.
 */
export function retryDelaySeconds(attempt: number, left: number, random: number): number {
  const spread = (left - REQUEST_TIMEOUT_SECONDS) * BACKOFF_SHARE_OF_LIFE;
  return Math.max(Math.sqrt(random) * spread, backoffSeconds(attempt, random));
}
