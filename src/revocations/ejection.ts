// What the list knows of one ejection: a user whom Agora is to remove from a channel, and to keep
// out until the revocation ends. Agora does so by a rule. Pure.

import type { EjectionState } from "../contract/responses.ts";
import { EJECTION_FAILED_ATTEMPTS } from "../platform/limits.ts";

/** Why a request has failed, in words for operators. What Agora says itself is never passed on. */
export const EJECTION_REASONS = {
  notSet: "AGORA_CUSTOMER_ID and AGORA_CUSTOMER_SECRET are not set",
  credentials: "Agora refuses AGORA_CUSTOMER_ID and AGORA_CUSTOMER_SECRET",
  refused: "Agora refuses the request",
  tooMany: "Agora gets too many requests from this account",
  fails: "Agora answers with an error",
  silent: "Agora does not answer",
  unreadable: "Agora's response can't be read",
  crowded: "too many ejections are waiting: send the revocation again, and it goes first",
} as const;
export type EjectionReason = keyof typeof EJECTION_REASONS;

/** A rule that Agora has. */
export interface EjectionRule {
  readonly id: number;
  /** Unix seconds; Agora's own end of it is this or a little later. */
  readonly endsAt: number;
  /** It was asked to delete it: nobody may count on it any more. */
  readonly isGoing?: boolean;
}

/** Times are Unix seconds. */
export interface Ejection {
  readonly channel: string;
  readonly uid: number;
  /** When the revocation ends. */
  readonly until: number;
  /** False once the revocation was ended early: then every rule is deleted. */
  readonly isWanted: boolean;
  /** Those that are known. There should be one. */
  readonly rules: readonly EjectionRule[];
  /** By then every rule that was ever sent has ended. */
  readonly allEndedAt: number;
  /** The end of a rule that was sent, if Agora's response is not known: it may have it or not. */
  readonly sentEndsAt?: number | undefined;
  /**
   * Once a rule was sent without a clear response, Agora may have one that nobody knows, and its
   * list of rules may leave that out. So the list is read again and again: how often it was, and
   * when it is read next.
   */
  readonly checks?: number | undefined;
  readonly checkAt?: number | undefined;
  /** Failed requests since the last success, the reason of the last, and the time of the next. */
  readonly failures: number;
  readonly reason?: EjectionReason | undefined;
  readonly retryAt: number;
  /** The revocation was sent again, and nothing has come of that yet. */
  readonly isAskedAgain?: boolean | undefined;
}

export function newEjection(channel: string, uid: number, until: number): Ejection {
  return { channel, uid, until, isWanted: true, rules: [], allEndedAt: 0, failures: 0, retryAt: 0 };
}

/** With these it is failed at once: somebody must do something. */
const LASTING: readonly EjectionReason[] = ["credentials", "refused", "crowded"];

/** What an operator is told. */
export function ejectionState(
  { rules, failures, reason }: Ejection,
  hasCredentials: boolean,
  nowSeconds: number,
): EjectionState {
  const isDone = rules.some(({ endsAt, isGoing }) => endsAt > nowSeconds && !isGoing);
  if (isDone) return { state: "done" };
  if (!hasCredentials) return { state: "failed", reason: EJECTION_REASONS.notSet };
  const hasFailed = failures >= EJECTION_FAILED_ATTEMPTS || (reason && LASTING.includes(reason));
  return reason && hasFailed
    ? { state: "failed", reason: EJECTION_REASONS[reason] }
    : { state: "pending" };
}
