// Which services of a 007 token count for a client that joins. A token may have many, for several
// channels and users.

import { userText } from "../user.ts";
import type { TokenService } from "./token-services.ts";

export interface ExpectedNames {
  /** What the client joins. */
  readonly channel?: string | undefined;
  /** Who joins, as one text: the account, or the uid in decimal; empty for uid 0. */
  readonly user?: string | undefined;
}

/** The vendor reads both as any channel. */
export const ANY_CHANNELS: readonly string[] = ["", "*"];

export interface FittingServices {
  /** Those for the channel and the user together. If there is none: those that come nearest. */
  readonly services: readonly TokenService[];
  /** Of the same kind, but for another channel or user. */
  readonly others: ReadonlySet<TokenService>;
  readonly isForChannel: boolean;
  readonly isForUser: boolean;
}

export function fittingServices(
  services: readonly TokenService[],
  { channel, user }: ExpectedNames,
): FittingServices {
  const candidates = candidatesIn(services, channel);
  const inChannel = candidates.filter((service) => isInChannel(service, channel));
  const near = inChannel.length > 0 ? inChannel : candidates;
  const named = near.filter((service) => nameIn(service) !== undefined);
  const ofUser = user === undefined ? near : named.filter((service) => isOfUser(service, user));
  const fitting = ofUser.length > 0 ? ofUser : near;
  const isFitting = new Set(fitting);
  return {
    services: fitting,
    others: new Set(candidates.filter((service) => !isFitting.has(service))),
    isForChannel: candidates.length === 0 || inChannel.length > 0,
    isForUser: named.length === 0 || ofUser.length > 0,
  };
}

/**
 * A client joins by RTC. So where a token has RTC, no other service counts: it may be for another
 * user or channel, as in tokens of the vendor's builders.
 */
function candidatesIn(
  services: readonly TokenService[],
  channel: string | undefined,
): readonly TokenService[] {
  const rtc = services.filter(({ type }) => type === "rtc");
  if (rtc.length > 0) return rtc;
  const withChannel = channel === undefined ? [] : services.filter((of) => "channel" in of);
  return withChannel.length > 0 ? withChannel : services;
}

function isInChannel(service: TokenService, channel: string | undefined): boolean {
  if (channel === undefined || !("channel" in service)) return true;
  return service.channel === channel || ANY_CHANNELS.includes(service.channel);
}

function isOfUser(service: TokenService, user: string): boolean {
  const name = nameIn(service);
  return name === user || ("channel" in service && name === "");
}

/** FPA has no user. */
function nameIn(service: TokenService): string | undefined {
  if ("channel" in service) return userText(service);
  if ("userId" in service) return service.userId;
  return "userUuid" in service ? service.userUuid : undefined;
}
