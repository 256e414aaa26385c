// The times of a token of either version, as times: 006 has Unix seconds, 007 seconds after issue.

import { DAY_SECONDS, GRANT_START_LEEWAY_SECONDS } from "../../platform/limits.ts";
import type { InspectedToken } from "./read-token.ts";

export interface TokenTimes {
  /** Unix seconds. 006 does not say. */
  readonly issued?: number;
  /** Unix seconds. */
  readonly end: number;
  /** Seconds. 006 does not say. */
  readonly lifetime?: number;
  readonly privileges: readonly TimedPrivilege[];
  /** The numbers as they stand in the token, its own first. */
  readonly raw: readonly RawTime[];
  /** Whether those are Unix seconds. */
  readonly isAbsolute: boolean;
  readonly isOverDay: (value: number, now: number) => boolean;
}

export interface RawTime {
  readonly name: string;
  readonly value: number;
}

/** A privilege with an end of its own: 0 has none. */
export interface TimedPrivilege extends RawTime {
  /** Unix seconds. */
  readonly end: number;
  /** Whether nothing can be used without it: to join, or to log in. */
  readonly isToEnter: boolean;
}

const TO_ENTER: ReadonlySet<string> = new Set(["joinChannel", "login", "rtmLogin"]);

export function timesOf(token: InspectedToken): TokenTimes {
  const privileges = privilegesOf(token).filter(({ value }) => value !== 0);
  if (token.version === 6) {
    const { ts } = token;
    return {
      end: ts,
      privileges: privileges.map((privilege) => ({ ...privilege, end: privilege.value })),
      raw: [{ name: "ts", value: ts }, ...privileges],
      isAbsolute: true,
      // Without an issue time: nobody can have signed it with less than 24 hours.
      isOverDay: (value, now) => value > now + DAY_SECONDS + GRANT_START_LEEWAY_SECONDS,
    };
  }
  const { issueTs, expire } = token;
  return {
    issued: issueTs,
    end: issueTs + expire,
    lifetime: expire,
    privileges: privileges.map((privilege) => ({ ...privilege, end: issueTs + privilege.value })),
    raw: [{ name: "expire", value: expire }, ...privileges],
    isAbsolute: false,
    isOverDay: (value) => value > DAY_SECONDS,
  };
}

function privilegesOf(token: InspectedToken): (RawTime & { isToEnter: boolean })[] {
  const entries =
    token.version === 6
      ? Object.entries(token.privileges)
      : token.services.flatMap(({ type, privileges }) =>
          Object.entries(privileges).map(([name, value]) => [`${type} ${name}`, value] as const),
        );
  return entries.map(([name, value = 0]) => ({
    name,
    value,
    isToEnter: TO_ENTER.has(name.split(" ").at(-1) ?? ""),
  }));
}
