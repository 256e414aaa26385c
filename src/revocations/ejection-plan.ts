// What comes next for an ejection, and what it is after Agora's response. Pure: time is handed in,
// in Unix seconds.
//
// Agora takes rules one by one, gives each an id, and knows neither names nor conditions. A request
// that fails with 504, or gets no response, may have been carried out. So a rule is sent again only
// after Agora's list did not show it. If the list can't be read for a while, it is sent again all
// the same: one rule too many does less harm than none. Rules that are too many are deleted when
// they are seen.

import {
  EJECTION_CHECK_MAX_SECONDS,
  EJECTION_CHECK_SECONDS,
  EJECTION_FAILED_ATTEMPTS,
  EJECTION_RENEW_LEAD_SECONDS,
  EJECTION_RETRY_MAX_SECONDS,
  EJECTION_RETRY_SECONDS,
  EJECTION_RULE_MAX_SECONDS,
  EJECTION_RULE_MIN_SECONDS,
} from "../platform/limits.ts";
import type { Ejection, EjectionReason, EjectionRule } from "./ejection.ts";

export type EjectionStep =
  | { readonly do: "create"; readonly seconds: number }
  | { readonly do: "list" }
  | { readonly do: "delete"; readonly id: number }
  | { readonly do: "wait"; readonly until: number }
  /** Nothing is left to do: it can be forgotten. */
  | { readonly do: "forget" };

/** A request that was not answered as it should be. */
export interface EjectionFailure {
  readonly reason: EjectionReason;
  /** Whether Agora has said that it did nothing. */
  readonly isRefusal: boolean;
}

export type EjectionOutcome<T> =
  | { readonly ok: true; readonly value: T }
  | ({ readonly ok: false } & EjectionFailure);

/** Asked for again: it is tried at once, before all others. */
export function wantedAgain(ejection: Ejection, until: number): Ejection {
  return { ...succeeded({ ...ejection, until, isWanted: true }), isAskedAgain: true };
}

/** Too many others are waiting. */
export function crowded(ejection: Ejection, now: number): Ejection {
  return failed(ejection, { reason: "crowded", isRefusal: true }, now);
}

/** The lowest goes first. */
export const EJECTION_TURNS = { again: 0, first: 1, retry: 2 } as const;
export type EjectionTurn = (typeof EJECTION_TURNS)[keyof typeof EJECTION_TURNS];

/** Requests that fail again and again hold up nothing new. */
export function turnOf({ isAskedAgain, failures }: Ejection): EjectionTurn {
  if (isAskedAgain) return EJECTION_TURNS.again;
  return failures === 0 ? EJECTION_TURNS.first : EJECTION_TURNS.retry;
}

/** The revocation was ended early. */
export function ended(ejection: Ejection, now: number): Ejection {
  const isDoubtful = ejection.checks !== undefined;
  const checks = isDoubtful ? { checks: 0, checkAt: now } : {};
  return succeeded({ ...ejection, isWanted: false, ...checks });
}

export function nextStep(ejection: Ejection, now: number): EjectionStep {
  const { until, isWanted, allEndedAt, sentEndsAt, checkAt, retryAt, failures } = ejection;
  const isOn = isWanted && until > now;
  // Rules that end with their revocation need no deletion.
  const goneBy = Math.max(now, isWanted ? until + EJECTION_RENEW_LEAD_SECONDS : now);
  if (!isOn && allEndedAt <= goneBy) return { do: "forget" };
  if (retryAt > now) return { do: "wait", until: isOn ? Math.min(retryAt, until) : retryAt };
  const isUnclear = sentEndsAt !== undefined;
  // The list can't be read: it is sent again without that.
  const isBlind = isOn && failures > 0 && failures % EJECTION_FAILED_ATTEMPTS === 0;
  if (isUnclear && !isBlind) return { do: "list" };
  const rules = ejection.rules.filter(({ endsAt }) => endsAt > (isOn ? now : goneBy));
  const kept = isOn ? ruleToKeep(rules, until) : undefined;
  const renewAt = isOn ? renewalTime(kept, until, now) : allEndedAt;
  if (renewAt <= now) return { do: "create", seconds: ruleSeconds(until, now) };
  if (isUnclear) return { do: "list" };
  const surplus = rules.find((rule) => rule !== kept);
  if (surplus) return { do: "delete", id: surplus.id };
  if (checkAt !== undefined && checkAt <= now) return { do: "list" };
  if (!isOn && checkAt === undefined) return { do: "forget" };
  return { do: "wait", until: Math.min(isOn ? until : allEndedAt, renewAt, checkAt ?? allEndedAt) };
}

/** The one that ends last. One that goes on after the revocation is none to keep. */
function ruleToKeep(rules: readonly EjectionRule[], until: number): EjectionRule | undefined {
  return rules
    .filter(({ endsAt, isGoing }) => endsAt <= until + EJECTION_RENEW_LEAD_SECONDS && !isGoing)
    .reduce<EjectionRule | undefined>(
      (last, rule) => (last && last.endsAt >= rule.endsAt ? last : rule),
      undefined,
    );
}

/**
 * When a rule must be sent: now if there is none, or if the revocation was made to end much later;
 * otherwise a little before the rule ends, or never.
 */
function renewalTime(rule: EjectionRule | undefined, until: number, now: number): number {
  if (!rule) return now;
  if (rule.endsAt >= until) return Number.POSITIVE_INFINITY;
  const gain = now + ruleSeconds(until, now) - rule.endsAt;
  return gain > EJECTION_RENEW_LEAD_SECONDS ? now : rule.endsAt - EJECTION_RENEW_LEAD_SECONDS;
}

function ruleSeconds(until: number, now: number): number {
  return Math.min(Math.max(until - now, EJECTION_RULE_MIN_SECONDS), EJECTION_RULE_MAX_SECONDS);
}

/** To be kept before the rule is sent, so that a crash in between leaves a trace. */
export function creating(ejection: Ejection, seconds: number, now: number): Ejection {
  const sentEndsAt = now + seconds;
  const allEndedAt = Math.max(ejection.allEndedAt, sentEndsAt);
  const sent = { ...ejection, sentEndsAt, allEndedAt };
  if (ejection.sentEndsAt === undefined) return sent;
  // Agora may have the rule of before as well: it is looked for. Counted as a failure, so that a
  // crash does not make this request happen twice.
  return { ...sent, failures: ejection.failures + 1, checks: 0, checkAt: now + checkDelay(0) };
}

export function created(ejection: Ejection, id: number, now: number): Ejection {
  const { rules, sentEndsAt = now } = ejection;
  const others = rules.filter((rule) => rule.id !== id);
  return succeeded({
    ...ejection,
    rules: [...others, { id, endsAt: sentEndsAt }],
    sentEndsAt: undefined,
  });
}

export function notCreated(ejection: Ejection, failure: EjectionFailure, now: number): Ejection {
  return failed(
    failure.isRefusal ? { ...ejection, sentEndsAt: undefined } : ejection,
    failure,
    now,
  );
}

/** `listed`: the rules that Agora shows for this user in this channel. It may leave some out. */
export function checked(
  ejection: Ejection,
  listed: readonly { readonly id: number; readonly endsAt: number | undefined }[],
  now: number,
): Ejection {
  const { until, sentEndsAt, checks = 0 } = ejection;
  const found = listed
    .filter(({ id }) => ejection.rules.every((rule) => rule.id !== id))
    .map(({ id, endsAt }) => ({ id, endsAt: endsAt ?? sentEndsAt ?? until }))
    .filter(({ endsAt }) => endsAt > now);
  const rules = [...ejection.rules, ...found];
  const times = sentEndsAt === undefined ? checks + 1 : 0;
  const checkAt = now + checkDelay(times);
  const allEndedAt = Math.max(ejection.allEndedAt, ...found.map(({ endsAt }) => endsAt));
  const next = { ...ejection, rules, allEndedAt, sentEndsAt: undefined, checks: times, checkAt };
  // Not if there is more to delete: it may have been refused before.
  const isAsItShouldBe = rules.length === 1 && (sentEndsAt !== undefined || found.length === 0);
  return isAsItShouldBe ? succeeded(next) : next;
}

/** To be kept before the request. */
export function deleting(ejection: Ejection, id: number): Ejection {
  const rules = ejection.rules.map((rule) => (rule.id === id ? { ...rule, isGoing: true } : rule));
  return { ...ejection, rules };
}

export function deleted(ejection: Ejection, id: number): Ejection {
  return succeeded({ ...ejection, rules: ejection.rules.filter((rule) => rule.id !== id) });
}

/** Where Agora refuses to delete a rule, its list says whether there is one. */
export function notDeleted(
  ejection: Ejection,
  id: number,
  failure: EjectionFailure,
  now: number,
): Ejection {
  if (failure.reason !== "refused") return failed(ejection, failure, now);
  const { rules, checks = 0 } = ejection;
  const others = rules.filter((rule) => rule.id !== id);
  return failed({ ...ejection, rules: others, checks, checkAt: now }, failure, now);
}

function succeeded(ejection: Ejection): Ejection {
  return { ...ejection, failures: 0, reason: undefined, retryAt: 0, isAskedAgain: undefined };
}

/** Twice as long after each failure; where waiting alone does not help, as long as it gets. */
export function failed(ejection: Ejection, { reason }: EjectionFailure, now: number): Ejection {
  const failures = ejection.failures + 1;
  const doubled = EJECTION_RETRY_SECONDS * 2 ** Math.min(failures - 1, 20);
  const isLong = reason === "credentials" || reason === "crowded";
  const delay = isLong ? EJECTION_RETRY_MAX_SECONDS : doubled;
  const retryAt = now + Math.min(delay, EJECTION_RETRY_MAX_SECONDS);
  return { ...ejection, failures, reason, retryAt, isAskedAgain: undefined };
}

function checkDelay(times: number): number {
  return Math.min(EJECTION_CHECK_SECONDS * 3 ** Math.min(times, 20), EJECTION_CHECK_MAX_SECONDS);
}
