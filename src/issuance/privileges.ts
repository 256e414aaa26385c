// What an access token allows in a channel, in seconds from its issue. Pure.

import type { RtcPrivileges } from "../contract/values.ts";
import type { Role } from "../keys/role.ts";
import type { Privileges } from "../keys/token/token-services.ts";

/**
 * What a role or privileges come to: each ends with the token at the latest. Never 0: the vendor
 * reads that as "no end of its own".
 */
export function rtcPrivileges(
  { role, privileges }: { role: Role | undefined; privileges: RtcPrivileges | undefined },
  lifetimeSeconds: number,
): Privileges<"rtc"> {
  if (privileges !== undefined) {
    return mapSeconds(privileges, (seconds) => Math.min(seconds, lifetimeSeconds));
  }
  const joinChannel = lifetimeSeconds;
  if (role !== "publisher") return { joinChannel };
  const publish = lifetimeSeconds;
  return { joinChannel, publishAudio: publish, publishVideo: publish, publishData: publish };
}

/** The same as 006 has them: absolute, in Unix seconds. */
export function untilTimes(privileges: Privileges<"rtc">, issuedAt: number): Privileges<"rtc"> {
  return mapSeconds(privileges, (seconds) => issuedAt + seconds);
}

function mapSeconds(
  privileges: Readonly<Record<string, number | undefined>>,
  change: (seconds: number) => number,
): Privileges<"rtc"> {
  const changed = Object.entries(privileges).flatMap(([name, seconds]) =>
    seconds === undefined ? [] : [[name, change(seconds)] as const],
  );
  return Object.fromEntries(changed);
}
