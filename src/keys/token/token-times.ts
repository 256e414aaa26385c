// The times of a token of either version, as times: 006 has Unix seconds, 007 seconds after issue.

import { DAY_SECONDS, GRANT_START_LEEWAY_SECONDS } from "../../platform/limits.ts";
import type { InspectedToken } from "./read-token.ts";
import { privilegeToEnter } from "./ways-in.ts";

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
  /** Whether the vendor's 24 hours since the issue may be over. */
  readonly mayBePastDay: (now: number) => boolean;
  /** Which of the times a client can't do without. */
  readonly needed: readonly string[];
}

export interface RawTime {
  readonly name: string;
  readonly value: number;
}

/** A privilege with an end of its own: 0 has none. */
export interface TimedPrivilege extends RawTime {
  /** Unix seconds. */
  readonly end: number;
}

export function timesOf(token: InspectedToken): TokenTimes {
  const privileges = privilegesOf(token).filter(({ value }) => value !== 0);
  if (token.version === 6) {
    const { ts } = token;
    // Without an issue time: nobody can have signed it with less than 24 hours.
    const isOverDay = (value: number, now: number) =>
      value > now + DAY_SECONDS + GRANT_START_LEEWAY_SECONDS;
    return {
      end: ts,
      privileges: privileges.map((privilege) => ({ ...privilege, end: privilege.value })),
      raw: [{ name: "ts", value: ts }, ...privileges],
      isAbsolute: true,
      isOverDay,
      // Signed a minute or a month ago, it looks the same.
      mayBePastDay: (now) => isOverDay(ts, now),
      needed: ["ts", privilegeToEnter(token)],
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
    mayBePastDay: (now) => now >= issueTs + DAY_SECONDS,
    needed: ["issueTs"],
  };
}

function privilegesOf(token: InspectedToken): RawTime[] {
  const entries =
    token.version === 6
      ? Object.entries(token.privileges)
      : token.services.flatMap(({ type, privileges }) =>
          Object.entries(privileges).map(([name, value]) => [`${type} ${name}`, value] as const),
        );
  return entries.map(([name, value = 0]) => ({ name, value }));
}
