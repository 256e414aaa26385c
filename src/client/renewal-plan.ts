// When to ask: pure functions of an answer, the service's time and a random number from 0 to 1. All in seconds.

import type { KeyAnswer } from "./public-types.ts";
import {
  BACKOFF_MAX_SECONDS,
  BACKOFF_SHARE_OF_LIFE,
  JOIN_MARGIN_SECONDS,
  OUTAGE_RESERVE_MAX_SHARE,
  OUTAGE_RESERVE_SECONDS,
  PLANNED_INTERVAL_MIN_SECONDS,
  REQUEST_TIMEOUT_SECONDS,
} from "./timing.ts";

/** How long a join with this key is still in time; a key that puts its user out at once is no good either. */
export function joinableSeconds({ joinBefore, expiresAt }: KeyAnswer, now: number): number {
  return Math.min(joinBefore, expiresAt ?? joinBefore) - now;
}

/** Short-lived keys get a margin to match, or none would ever be fresh. */
export function isFresh(answer: KeyAnswer, now: number): boolean {
  return (
    joinableSeconds(answer, now) >
    Math.min(JOIN_MARGIN_SECONDS, joinableSeconds(answer, answer.issuedAt) / 4)
  );
}

/** How long the SDK stays in with this key; undefined where that never ends, so that there is nothing to renew. */
export function secondsLeft({ key, expiresAt }: KeyAnswer, now: number): number | undefined {
  return key === null || expiresAt === null ? undefined : expiresAt - now;
}

/**
 * When to renew: anywhere from renewAt on, so that clients that joined together do not come back together, but early
 * enough to leave the reserve for an outage.
 */
export function renewalDelaySeconds(
  { renewAt, expiresAt }: KeyAnswer,
  now: number,
  random: number,
): number {
  const end = expiresAt as number;
  const start = Math.min(renewAt ?? end, end);
  const window = end - start;
  const spread = window - Math.min(OUTAGE_RESERVE_SECONDS, window * OUTAGE_RESERVE_MAX_SHARE);
  return Math.max(start + random * spread - now, PLANNED_INTERVAL_MIN_SECONDS);
}

/** While somebody waits. Full jitter: anything up to a limit that doubles with each attempt. */
export function backoffSeconds(attempt: number, random: number): number {
  return random * Math.min(2 ** (attempt - 1), BACKOFF_MAX_SECONDS);
}

/**
 * While a key is in force for `left` more and nobody waits: a crowd that was turned away together comes back spread over nearly all
 * of it, later rather than sooner (the root), since those whose renewal is still planned come sooner. The attempts come closer
 * together as the end does, and one always fits in before it.
 */
export function retryDelaySeconds(attempt: number, left: number, random: number): number {
  const spread = (left - REQUEST_TIMEOUT_SECONDS) * BACKOFF_SHARE_OF_LIFE;
  return Math.max(Math.sqrt(random) * spread, backoffSeconds(attempt, random));
}
