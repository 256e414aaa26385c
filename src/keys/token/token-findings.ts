// What is wrong with an access token, as far as that shows without the certificate. Pure.

import {
  CLOCK_LEEWAY_SECONDS,
  DURATION_MAX_SECONDS,
  MILLISECONDS_PER_SECOND,
} from "../../platform/limits.ts";
import { type Finding, finding } from "../findings.ts";
import { isWrappedMilliseconds } from "../milliseconds.ts";
import { INVALID_TOKEN, TOKEN_EXPIRED } from "../sdk-errors.ts";
import { allowedFindings } from "./allowed-findings.ts";
import { type ExpectedNames, fittingServices } from "./fitting-services.ts";
import type { Oddities } from "./read-services.ts";
import type { ReadToken } from "./read-token.ts";
import { shortList } from "./short-list.ts";
import { names006Findings, names007Findings } from "./token-names.ts";
import { type RawTime, type TokenTimes, timesOf } from "./token-times.ts";
import { type Way, waysIn } from "./ways-in.ts";

export interface ExpectedToken extends ExpectedNames {
  /** Unix seconds. */
  readonly now: number;
}

export function tokenFindings(read: ReadToken, expected: ExpectedToken): Finding[] {
  const { token } = read;
  const { now } = expected;
  const fitting = fittingServices(token.version === 7 ? token.services : [], expected);
  const ways = waysIn(token, fitting.services, now);
  const times = timesOf(token);
  // What is for another channel or user may end when it likes.
  const ofUse =
    token.version === 6
      ? times
      : timesOf({ ...token, services: token.services.filter((of) => !fitting.others.has(of)) });
  return [
    ...(token.version === 6 ? names006Findings(token, expected) : names007Findings(token, fitting)),
    ...allowedFindings(read, expected, fitting.services, ways),
    ...expiryFindings(ofUse, ways, now),
    ...unitFindings(times, now),
    ...limitFindings(times, now),
    ...oddityFindings(read.oddities),
  ];
}

function expiryFindings(
  { end, lifetime, privileges, mayBePastDay }: TokenTimes,
  ways: readonly Way[],
  now: number,
): Finding[] {
  if (lifetime === 0) {
    const message =
      "Its lifetime is 0 s. What Agora makes of that is not documented. Sign it with 1 s to 24 h.";
    return [finding("zero_lifetime", message, TOKEN_EXPIRED)];
  }
  if (now >= end) {
    const message = `It expired ${now - end} s ago. Ask for a new token, then call renewToken, or join again.`;
    return [finding("token_expired", message, TOKEN_EXPIRED)];
  }
  const findings = mayBePastDay(now) ? [pastDay()] : [];
  const expired = privileges.filter((privilege) => now >= privilege.end);
  if (expired.length === 0) return findings;
  const names = shortList(expired.map(({ name, end: ended }) => `${name} (${now - ended} s ago)`));
  const message = `The token lasts, but privileges of it expired: ${names}. Ask for a new token, and give its privileges the life of the token.`;
  const isNeeded = ways.includes("expired") && !ways.includes("open");
  return [...findings, finding("privilege_expired", message, isNeeded ? TOKEN_EXPIRED : [])];
}

function pastDay(): Finding {
  const message =
    "It may be past the 24 hours that Agora honours, though it ends later by itself. What Agora makes of it is not documented. Ask for a new token.";
  return finding("past_24_hours", message, TOKEN_EXPIRED);
}

/** Numbers that are right in another version, or in milliseconds. */
function unitFindings({ issued, raw, isAbsolute, needed }: TokenTimes, now: number): Finding[] {
  const findings: Finding[] = [];
  const wrong = raw.filter((time) => hasOtherUnit(time.value, isAbsolute));
  if (wrong.length > 0 && isAbsolute) {
    const message = `006 has times, in Unix seconds, and here are durations, as in 007: ${shortList(wrong.map(valueText))}. Sign it with now plus the duration.`;
    const isNeeded = wrong.some(({ name }) => needed.includes(name));
    findings.push(finding("duration_as_expiry", message, isNeeded ? TOKEN_EXPIRED : []));
  } else if (wrong.length > 0) {
    const message = `007 has seconds after its issue, and here are times, as in 006: ${shortList(wrong.map(valueText))}. Sign it with the duration alone.`;
    findings.push(finding("time_as_duration", message));
  }
  if (issued !== undefined && issued > now + CLOCK_LEEWAY_SECONDS) {
    const message = `It is issued ${issued - now} s in the future. Set the clock of the server that signed it.`;
    findings.push(finding("issued_in_future", message, INVALID_TOKEN));
  }
  const times: readonly RawTime[] = [
    ...(issued === undefined ? [] : [{ name: "issueTs", value: issued }]),
    ...(isAbsolute ? raw : []),
  ];
  const wrapped = times.filter(({ value }) => isWrappedMilliseconds(value, now));
  if (wrapped.length > 0) {
    const message = `A time in it looks like milliseconds, cut to 32 bits. Sign it with Unix seconds: divide by ${MILLISECONDS_PER_SECOND}.`;
    const isNeeded = wrapped.some(({ name }) => needed.includes(name));
    findings.push(finding("milliseconds", message, isNeeded ? INVALID_TOKEN : []));
  }
  return findings;
}

function hasOtherUnit(value: number, isAbsolute: boolean): boolean {
  return value !== 0 && value <= DURATION_MAX_SECONDS === isAbsolute;
}

const valueText = ({ name, value }: { name: string; value: number }) => `${name} ${value}`;

function limitFindings(times: TokenTimes, now: number): Finding[] {
  const { raw, privileges, isAbsolute, lifetime, end } = times;
  const findings: Finding[] = [];
  const isRight = ({ value }: { value: number }) => !hasOtherUnit(value, isAbsolute);
  const [ofToken] = raw;
  const outliving = privileges.filter(isRight).filter((privilege) => privilege.end > end);
  if (outliving.length > 0 && ofToken && isRight(ofToken) && lifetime !== 0) {
    const message = `Privileges of it would outlive the token: ${names(outliving)}. They end with it. Give the token a longer life, or them a shorter one.`;
    findings.push(finding("privilege_outlives_token", message));
  }
  const tooLong = raw.filter(isRight).filter(({ value }) => times.isOverDay(value, now));
  if (tooLong.length > 0) {
    const message = `Longer than 24 hours: ${names(tooLong)}. Agora honours 24 hours at most. Ask for less, and renew.`;
    findings.push(finding("over_24_hours", message));
  }
  return findings;
}

function oddityFindings(oddities: Oddities): Finding[] {
  const { unknownService, unreadServices, unknownPrivileges, extraBytes } = oddities;
  const findings: Finding[] = [];
  if (unknownService !== undefined) {
    const message = `It has a service of the unknown type ${unknownService}, so its last ${unreadServices} services are not understood. The signature covers them.`;
    findings.push(finding("unknown_service", message));
  }
  if (unknownPrivileges.length > 0) {
    const message = `It has privileges without a name here: ${shortList(unknownPrivileges)}. Check the numbers in the code that signs it.`;
    findings.push(finding("unknown_privilege", message));
  }
  if (oddities.isUnsorted) {
    const message =
      "Its privileges are not in ascending order. Most of the vendor's builders sort them. The signature covers them as they are.";
    findings.push(finding("unsorted_privileges", message));
  }
  if (oddities.hasDuplicates) {
    const message = "A privilege is in it twice. The vendor's readers take the last one.";
    findings.push(finding("duplicate_privilege", message));
  }
  if (extraBytes > 0) {
    const message = `It has ${extraBytes} bytes more than its fields. No builder of the vendor makes them: check the code that signs it.`;
    findings.push(finding("extra_bytes", message));
  }
  return findings;
}

function names(privileges: readonly { readonly name: string }[]): string {
  return shortList(privileges.map(({ name }) => name));
}
