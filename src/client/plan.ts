// When to ask: pure functions of an answer, the service's time and a random number from 0 to 1. All in seconds.

import {
  BACKOFF_MAX_SECONDS,
  BACKOFF_SHARE_OF_LIFE,
  JOIN_MARGIN_SECONDS,
  OUTAGE_RESERVE_MAX_SHARE,
  OUTAGE_RESERVE_SECONDS,
  PLANNED_INTERVAL_MIN_SECONDS,
} from "./limits.js";
import type { KeyAnswer } from "./types.js";

/** How long a join with this key is still in time; a key that puts its user out at once is no good either. */
export function joinableSeconds({ joinBefore, expiresAt }: KeyAnswer, now: number): number {
  return Math.min(joinBefore, expiresAt ?? joinBefore) - now;
}

/** Short-lived keys get a margin to match, or none would ever be fresh. */
export function isFresh(answer: KeyAnswer, now: number): boolean {
  return joinableSeconds(answer, now) > Math.min(JOIN_MARGIN_SECONDS, joinableSeconds(answer, answer.issuedAt) / 4);
}

/** How long the SDK stays in with this key; undefined where that never ends, so that there is nothing to renew. */
export function secondsLeft({ key, expiresAt }: KeyAnswer, now: number): number | undefined {
  return key === null || expiresAt === null ? undefined : expiresAt - now;
}

/**
 * When to renew: anywhere from renewAt on, so that clients that joined together do not come back together, but early
 * enough to leave the reserve for an outage.
 */
export function renewalDelaySeconds({ renewAt, expiresAt }: KeyAnswer, now: number, random: number): number {
  const end = expiresAt as number;
  const start = Math.min(renewAt ?? end, end);
  const window = end - start;
  const spread = window - Math.min(OUTAGE_RESERVE_SECONDS, window * OUTAGE_RESERVE_MAX_SHARE);
  return Math.max(start + random * spread - now, PLANNED_INTERVAL_MIN_SECONDS);
}

/**
 * Full jitter: the wait before the next attempt is anything up to this. It doubles with each attempt while somebody waits. Else
 * there is time, and a crowd that was turned away together comes back spread over most of what is left of its keys. Each
 * wait leaves a fifth of that at least, so the attempts come closer as the end does, and one always fits in before it.
 */
export function backoffWindowSeconds(attempt: number, left: number): number {
  return Math.max(Math.min(2 ** (attempt - 1), BACKOFF_MAX_SECONDS), left * BACKOFF_SHARE_OF_LIFE);
}
