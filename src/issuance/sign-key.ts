// Keys of any version, from what has been decided: format, user and times. A channel key has a
// random number where an access token has a salt.

import type { Signer } from "../keys/signer.ts";
import type { User } from "../keys/user.ts";
import { type AccessTokenVersion, isAccessTokenVersion } from "../keys/versions.ts";
import type { KeyFormat } from "./format.ts";
import type { KeyPlan } from "./key-plan.ts";
import { rtcPrivileges, untilTimes } from "./privileges.ts";
import type { SignedTimes } from "./times.ts";

/** One key for the plan's user. */
export function signKey(
  signer: Signer,
  { format, user, times }: KeyPlan,
  channel: string,
  randomInt: number,
): string {
  const { version, service, permission } = format;
  const { issuedAt: unixTs, expiredTs } = times;
  if (!isAccessTokenVersion(version)) {
    const fields = { version, service, permission, channel, unixTs, randomInt, expiredTs };
    return signer.channelKey({ ...fields, uid: user?.uid });
  }
  // A version that carries a user has one: the request's or the grant's.
  const rtc = { channel, ...(user as User) };
  const shared = sharedTokenFields(version, format, times);
  if (shared.version === 6) return signer.accessToken({ ...shared, ...rtc, salt: randomInt });
  const { privileges, ...token } = shared;
  const services = [{ type: "rtc", ...rtc, privileges } as const];
  return signer.accessToken({ ...token, salt: randomInt, services });
}

/** What all tokens of one plan have: 006 in Unix seconds, 007 in seconds from their issue. */
export function sharedTokenFields(
  version: AccessTokenVersion,
  format: KeyFormat,
  { issuedAt, expiresAt }: SignedTimes,
) {
  const ts = expiresAt as number;
  const expire = ts - issuedAt;
  const privileges = rtcPrivileges(format, expire);
  return version === 6
    ? { version, ts, privileges: untilTimes(privileges, issuedAt) }
    : { version, issueTs: issuedAt, expire, privileges };
}
