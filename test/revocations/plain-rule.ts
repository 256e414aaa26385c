// The rule of revocations in plain words, and entries and accesses to hold a list against it. It
// takes nothing from the code that it judges.

import * as fc from "fast-check";
import type { Revocation } from "../../src/contract/responses.ts";
import type { Access } from "../../src/revocations/entry.ts";

export const NOW = 1_000;

/** An entry ends an access if it has not ended and every field that it names is the access's. */
export function isRevokedByRule(
  entries: readonly Revocation[],
  access: Access,
  now: number,
): boolean {
  return entries.some((entry) => {
    const { uid, account, channel, sub, jti, issuedBefore, until } = entry;
    if (now >= until) return false;
    if (uid !== undefined && String(uid) !== userOf(access)) return false;
    if (account !== undefined && account !== userOf(access)) return false;
    if (channel !== undefined && !isIn(channel, access.channel)) return false;
    if (sub !== undefined && sub !== access.sub) return false;
    if (jti !== undefined && jti !== access.jti) return false;
    return issuedBefore === undefined || access.issuedAt < issuedBefore;
  });
}

function userOf({ uid, account }: Access): string | undefined {
  return uid === undefined ? account : String(uid);
}

function isIn(pattern: string, channel: string | undefined): boolean {
  if (channel === undefined) return false;
  return pattern.endsWith("*") ? channel.startsWith(pattern.slice(0, -1)) : pattern === channel;
}

// Few values of each field, so that entries and accesses meet.

const user = fc.oneof(
  fc.constantFrom(1, 42).map((uid) => ({ uid })),
  fc.constantFrom("1", "42", "a", "A").map((account) => ({ account })),
);
const name = fc.constantFrom("a", "b", "a*");
const aChannel = fc.constantFrom("a", "ab", "abc", "b", "é");
const pattern = fc.oneof(aChannel, fc.constantFrom("*", "a*", "ab*", "abc*", "abcd*", "b*"));
const aTime = fc.integer({ min: NOW - 3, max: NOW + 3 });

export const anEntry: fc.Arbitrary<Revocation> = fc
  .tuple(
    fc.oneof(user, fc.constant({})),
    fc.record(
      { channel: pattern, sub: name, jti: name, issuedBefore: aTime, until: aTime },
      { requiredKeys: ["until"] },
    ),
  )
  .filter(([user, rest]) => Object.keys({ ...user, ...rest }).length > 1)
  .map(([user, rest]) => ({ id: "1", ...user, ...rest }));

export const anAccess: fc.Arbitrary<Access> = fc
  .tuple(
    user,
    fc.record({
      channel: fc.oneof(aChannel, fc.constant(undefined)),
      sub: name,
      jti: name,
      issuedAt: fc.oneof(
        aTime,
        aTime.map((time) => time - 0.5),
      ),
    }),
  )
  .map(([user, rest]) => ({ ...user, ...rest }));
