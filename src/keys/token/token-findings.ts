// What is wrong with an access token, as far as that shows without the certificate. Pure.

import {
  CLOCK_LEEWAY_SECONDS,
  DURATION_MAX_SECONDS,
  MILLISECONDS_PER_SECOND,
} from "../../platform/limits.ts";
import type { Finding, FindingCode } from "../findings.ts";
import { isWrappedMilliseconds } from "../milliseconds.ts";
import { INVALID_TOKEN, type SdkError, TOKEN_EXPIRED } from "../sdk-errors.ts";
import type { Oddities } from "./read-services.ts";
import type { ReadToken } from "./read-token.ts";
import { isRtm006, namesFindings } from "./token-names.ts";
import { type TokenTimes, timesOf } from "./token-times.ts";

export interface ExpectedToken {
  /** Unix seconds. */
  readonly now: number;
  /** What the client joins. */
  readonly channel?: string | undefined;
  /** Who joins, as one text: the account, or the uid in decimal; empty for uid 0. */
  readonly user?: string | undefined;
}

export function tokenFindings(read: ReadToken, expected: ExpectedToken): Finding[] {
  const times = timesOf(read.token);
  return [
    ...namesFindings(read.token, expected),
    ...grantFindings(read, expected),
    ...expiryFindings(times, expected.now),
    ...unitFindings(times, expected.now),
    ...limitFindings(times, expected.now),
    ...oddityFindings(read.oddities),
  ];
}

function finding(code: FindingCode, message: string, sdkErrors: readonly SdkError[] = []): Finding {
  return { code, message, sdkErrors };
}

/** What it lets its user do. */
function grantFindings(
  { token, oddities }: ReadToken,
  { channel, user }: ExpectedToken,
): Finding[] {
  const findings: Finding[] = [];
  const maps =
    token.version === 6
      ? [token.privileges]
      : token.services.flatMap((service) => (service.type === "rtc" ? [service.privileges] : []));
  const granted = new Set(maps.flatMap((privileges) => Object.keys(privileges)));
  const isForJoining = maps.length > 0 && !(token.version === 6 && isRtm006(token));
  if (token.version === 7 && token.services.length === 0 && oddities.unreadServices === 0) {
    const message = "It has no service, so it allows nothing. Sign it with the services to use.";
    findings.push(finding("no_service", message, INVALID_TOKEN));
  } else if (isForJoining ? !granted.has("joinChannel") : asksToJoin(token, channel, user)) {
    const message =
      "It does not allow to join a channel. Sign it with the privilege joinChannel of RTC.";
    findings.push(finding("no_join_privilege", message, INVALID_TOKEN));
  } else if (isForJoining && !["publishAudio", "publishVideo", "publishData"].some(has(granted))) {
    const message =
      "It is for a subscriber: its user can't publish. To publish, ask for the role publisher.";
    findings.push(finding("subscriber_only", message));
  }
  const empty =
    token.version === 6
      ? []
      : token.services.filter(({ privileges }) => Object.keys(privileges).length === 0);
  // An RTC service without one can't be joined with, which is said already.
  const types = [...new Set(empty.map(({ type }) => type))].filter((type) => type !== "rtc");
  if (types.length > 0) {
    const message = `There is no privilege in: ${list(types)}. Some of the vendor's builders forget it. Such a service allows nothing.`;
    findings.push(finding("service_without_privilege", message));
  }
  return findings;
}

const has = (granted: ReadonlySet<string>) => (name: string) => granted.has(name);

/** A token without RTC is not for joining. Naming a channel says that it should be. */
function asksToJoin(
  token: ReadToken["token"],
  channel: string | undefined,
  user: string | undefined,
): boolean {
  if (channel === undefined) return false;
  // In RTM's 006, a channel alone may be meant as the name in the channel's place.
  if (token.version === 6) return user !== undefined;
  // Streaming and FCDN have a channel, and nobody joins it.
  return !token.services.some((service) => "channel" in service);
}

function expiryFindings({ end, lifetime, privileges }: TokenTimes, now: number): Finding[] {
  if (lifetime === 0) {
    const message =
      "Its lifetime is 0 s. What Agora makes of that is not documented. Sign it with 1 s to 24 h.";
    return [finding("zero_lifetime", message, TOKEN_EXPIRED)];
  }
  if (now >= end) {
    const message = `It expired ${now - end} s ago. Ask for a new token, then call renewToken, or join again.`;
    return [finding("token_expired", message, TOKEN_EXPIRED)];
  }
  const expired = privileges.filter((privilege) => now >= privilege.end);
  if (expired.length === 0) return [];
  const names = list(expired.map(({ name, end: ended }) => `${name} (${now - ended} s ago)`));
  const message = `The token lasts, but privileges of it expired: ${names}. Ask for a new token, and give its privileges the life of the token.`;
  const isNeeded = expired.some(({ isToEnter }) => isToEnter);
  return [finding("privilege_expired", message, isNeeded ? TOKEN_EXPIRED : [])];
}

/** Numbers that are right in another version, or in milliseconds. */
function unitFindings({ issued, raw, isAbsolute }: TokenTimes, now: number): Finding[] {
  const findings: Finding[] = [];
  const wrong = raw.filter((time) => hasOtherUnit(time.value, isAbsolute));
  if (wrong.length > 0 && isAbsolute) {
    const message = `006 has times, in Unix seconds, and here are durations, as in 007: ${list(wrong.map(valueText))}. Sign it with now plus the duration.`;
    findings.push(finding("duration_as_expiry", message, TOKEN_EXPIRED));
  } else if (wrong.length > 0) {
    const message = `007 has seconds after its issue, and here are times, as in 006: ${list(wrong.map(valueText))}. Sign it with the duration alone.`;
    findings.push(finding("time_as_duration", message));
  }
  if (issued !== undefined && issued > now + CLOCK_LEEWAY_SECONDS) {
    const message = `It is issued ${issued - now} s in the future. Set the clock of the server that signed it.`;
    findings.push(finding("issued_in_future", message, INVALID_TOKEN));
  }
  const times = [
    ...(issued === undefined ? [] : [issued]),
    ...(isAbsolute ? raw.map(numberOf) : []),
  ];
  if (times.some((time) => isWrappedMilliseconds(time, now))) {
    const message = `A time in it looks like milliseconds, cut to 32 bits. Sign it with Unix seconds: divide by ${MILLISECONDS_PER_SECOND}.`;
    findings.push(finding("milliseconds", message, INVALID_TOKEN));
  }
  return findings;
}

function hasOtherUnit(value: number, isAbsolute: boolean): boolean {
  return value !== 0 && value <= DURATION_MAX_SECONDS === isAbsolute;
}

const numberOf = ({ value }: { value: number }) => value;
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
    const message = `It has privileges without a name here: ${list(unknownPrivileges)}. Check the numbers in the code that signs it.`;
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
  return list(privileges.map(({ name }) => name));
}

const LISTED_MAX = 8;

/** Strangers write tokens: a message names the first few. */
function list(items: readonly (string | number)[]): string {
  const shown = items.slice(0, LISTED_MAX).join(", ");
  return items.length > LISTED_MAX ? `${shown} and ${items.length - LISTED_MAX} more` : shown;
}
