// Can a client enter with a token now? To enter is to join a channel, or to log in.

import type { InspectedToken, InspectedToken006 } from "./read-token.ts";
import { impossibleNames } from "./service-names.ts";
import type { TokenService } from "./token-services.ts";

/**
 * A way to enter is a privilege of a service. "missing": the service has no such privilege;
 * "barred": the service is for a name that nobody can have.
 */
export type Way = "open" | "expired" | "missing" | "barred";

/** RTM's 006 has the user's name in the place of the channel's, and nothing in the user's. */
export function isRtm006({ privileges }: InspectedToken006): boolean {
  return "rtmLogin" in privileges && !("joinChannel" in privileges);
}

/** The privilege that a 006 token is used by. */
export function privilegeToEnter(token: InspectedToken006): "rtmLogin" | "joinChannel" {
  return isRtm006(token) ? "rtmLogin" : "joinChannel";
}

/** `services`: those of a 007 token that count. `now`: Unix seconds. */
export function waysIn(
  token: InspectedToken,
  services: readonly TokenService[],
  now: number,
): Way[] {
  if (token.version === 7)
    return services.flatMap((service) => waysOf(service, now - token.issueTs));
  const end = token.privileges[privilegeToEnter(token)];
  return [end === undefined ? "missing" : wayUntil(end, now)];
}

/** `age`: seconds since the token's issue. */
function waysOf(service: TokenService, age: number): Way[] {
  const ends =
    service.type === "rtc"
      ? [service.privileges.joinChannel].filter((end) => end !== undefined)
      : Object.values(service.privileges);
  if (ends.length === 0) return ["missing"];
  if (impossibleNames(service).length > 0) return ["barred"];
  return ends.map((end) => wayUntil(end, age));
}

/** The vendor reads an end of 0 as none of its own. */
function wayUntil(end: number, now: number): Way {
  return end !== 0 && now >= end ? "expired" : "open";
}
