// What an access token lets its user do, as far as it fits who joins what.

import { type Finding, finding } from "../findings.ts";
import { INVALID_TOKEN } from "../sdk-errors.ts";
import type { ExpectedNames } from "./fitting-services.ts";
import type { ReadToken } from "./read-token.ts";
import { hasPossiblePermissions, impossibleNames } from "./service-names.ts";
import { shortList } from "./short-list.ts";
import type { TokenService } from "./token-services.ts";
import { isRtm006, type Way } from "./ways-in.ts";

/** `services`: those of a 007 token that count, and `ways`: how a client may enter by them. */
export function allowedFindings(
  read: ReadToken,
  expected: ExpectedNames,
  services: readonly TokenService[],
  ways: readonly Way[],
): Finding[] {
  return [
    ...entryFindings(read, expected, services, ways),
    ...emptyFindings(read, services),
    ...nameFindings(read, ways),
  ];
}

/** Whether it lets anyone in: into a channel, or into the services that it is for. */
function entryFindings(
  { token, oddities }: ReadToken,
  expected: ExpectedNames,
  services: readonly TokenService[],
  ways: readonly Way[],
): Finding[] {
  const isMissing = ways.every((way) => way === "missing");
  const isForJoining =
    token.version === 6 ? !isRtm006(token) : services.some(({ type }) => type === "rtc");
  const hasServices = token.version === 6 || token.services.length > 0;
  if (!hasServices && oddities.unreadServices === 0) return [noService()];
  if (isForJoining ? isMissing : hasServices && asksToJoin(token, expected))
    return [noJoinPrivilege()];
  if (isMissing) {
    const isUnderstood = oddities.unreadServices === 0 && oddities.unknownPrivileges.length === 0;
    return [isUnderstood ? noPrivilege() : nothingUnderstood()];
  }
  const isOpen = ways.includes("open");
  return [
    ...(isForJoining && !publishes(token, services) ? [subscriberOnly()] : []),
    ...(isOpen && ways.some((way) => way !== "open") ? [servicesDisagree(isForJoining)] : []),
  ];
}

/** A token without RTC is not for joining. Naming a channel says that it should be. */
function asksToJoin(token: ReadToken["token"], { channel, user }: ExpectedNames): boolean {
  if (channel === undefined) return false;
  // In RTM's 006, a channel alone may be meant as the name in the channel's place.
  if (token.version === 6) return user !== undefined;
  // Streaming and FCDN have a channel, and nobody joins it.
  return !token.services.some((service) => "channel" in service);
}

const PUBLISHING = ["publishAudio", "publishVideo", "publishData"];

function publishes(token: ReadToken["token"], services: readonly TokenService[]): boolean {
  const maps =
    token.version === 6 ? [token.privileges] : services.map(({ privileges }) => privileges);
  return maps.some((privileges) => PUBLISHING.some((name) => name in privileges));
}

/** Services without a privilege, beside those that count: a builder may have forgotten it. */
function emptyFindings({ token }: ReadToken, services: readonly TokenService[]): Finding[] {
  if (token.version === 6) return [];
  const isEmpty = ({ privileges }: TokenService) => Object.keys(privileges).length === 0;
  // Where all that count are empty, that is said already.
  if (services.every(isEmpty) && services.length === token.services.length) return [];
  const empty = token.services.filter((service) => service.type !== "rtc" && isEmpty(service));
  if (empty.length === 0) return [];
  const types = shortList([...new Set(empty.map(({ type }) => type))]);
  const message = `There is no privilege in: ${types}. Some of the vendor's builders forget it. Such a service allows nothing.`;
  return [finding("service_without_privilege", message)];
}

function nameFindings({ token }: ReadToken, ways: readonly Way[]): Finding[] {
  if (token.version === 6) return [];
  const fields = token.services.flatMap((service) => [
    ...impossibleNames(service).map((field) => `${service.type} ${field}`),
    ...(hasPossiblePermissions(service) ? [] : [`${service.type} permissions`]),
  ]);
  if (fields.length === 0) return [];
  const message = `It has names that no channel or user can have: ${shortList(fields)}. They are too long, empty, or have characters that the SDK does not take. Correct them in the code that signs it.`;
  const isNeeded = ways.includes("barred") && !ways.includes("open");
  return [finding("impossible_name", message, isNeeded ? INVALID_TOKEN : [])];
}

function noService(): Finding {
  const message = "It has no service, so it allows nothing. Sign it with the services to use.";
  return finding("no_service", message, INVALID_TOKEN);
}

function noJoinPrivilege(): Finding {
  const message =
    "It does not allow to join a channel. Sign it with the privilege joinChannel of RTC, for this channel and user.";
  return finding("no_join_privilege", message, INVALID_TOKEN);
}

function noPrivilege(): Finding {
  const message =
    "It has no privilege, so it allows nothing. Sign it with the privilege to log in, or with those to use.";
  return finding("no_privilege", message, INVALID_TOKEN);
}

function nothingUnderstood(): Finding {
  const message =
    "It has services or privileges that are unknown here, and those that are known allow nothing. So it can't be said whether Agora takes it.";
  return finding("nothing_understood", message);
}

function subscriberOnly(): Finding {
  const message =
    "It is for a subscriber: its user can't publish. To publish, ask for the role publisher.";
  return finding("subscriber_only", message);
}

function servicesDisagree(isForJoining: boolean): Finding {
  const message = isForJoining
    ? "Several of its RTC services fit, and not all of them let a client join now. Which one Agora takes is not documented. Name channel and user, or sign one service for them."
    : "Some of its services can't be used now: their privileges are missing or expired. Which of them a client needs is not known here. Sign it again, with all of them.";
  return finding("services_disagree", message);
}
