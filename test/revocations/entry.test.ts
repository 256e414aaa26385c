import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Revocation } from "../../src/contract/responses.ts";
import { type Access, RevocationIndex } from "../../src/revocations/entry.ts";

const NOW = 1000;
const access: Access = { uid: 42, channel: "room-1", sub: "user-7", jti: "grant-1" };
const stops = (entry: Partial<Revocation>, who: Partial<Access> = {}, now = NOW) =>
  new RevocationIndex([{ id: "1", until: NOW + 1, ...entry }]).isRevoked(
    { ...access, ...who },
    now,
  );

describe("an entry stops exactly what it names:", () => {
  test("a uid, in every channel, and no other uid", () => {
    expect(stops({ uid: 42 })).toBe(true);
    expect(stops({ uid: 42 }, { channel: "room-2", sub: "user-8", jti: "grant-2" })).toBe(true);
    expect(stops({ uid: 42 }, { uid: 43 })).toBe(false);
    expect(stops({ uid: 0 }, { uid: 0 })).toBe(true);
    expect(stops({ uid: 0 })).toBe(false);
  });

  test("a channel, for every uid, and no other channel", () => {
    expect(stops({ channel: "room-1" }, { uid: 43 })).toBe(true);
    expect(stops({ channel: "room-1" }, { channel: "room-11" })).toBe(false);
  });

  test("a uid in a channel, and neither alone", () => {
    expect(stops({ uid: 42, channel: "room-1" })).toBe(true);
    expect(stops({ uid: 42, channel: "room-1" }, { channel: "room-2" })).toBe(false);
    expect(stops({ uid: 42, channel: "room-1" }, { uid: 43 })).toBe(false);
  });

  test("a subject, and one grant", () => {
    expect(stops({ sub: "user-7" }, { uid: 43, jti: "grant-2" })).toBe(true);
    expect(stops({ sub: "user-7" }, { sub: "user-70" })).toBe(false);
    expect(stops({ jti: "grant-1" }, { uid: 43, sub: "user-8" })).toBe(true);
    expect(stops({ jti: "grant-1" }, { jti: "grant-2" })).toBe(false);
  });

  test("text that looks like a number, or like two fields, is no other field's value", () => {
    expect(stops({ uid: 42 }, { uid: 1, sub: "42", jti: "42", channel: "42" })).toBe(false);
    expect(stops({ sub: "a", jti: 'b","c' }, { jti: 'a","b', sub: "c" })).toBe(false);
  });

  test("until it ends by itself", () => {
    expect(stops({ uid: 42 }, {}, NOW + 0)).toBe(true);
    expect(stops({ uid: 42 }, {}, NOW + 1)).toBe(false);
  });
});

test("a user is one text: an entry with a uid stops the account that is its text, and back", () => {
  const asAccount = { uid: undefined, account: "42" };
  expect(stops({ uid: 42 }, asAccount)).toBe(true);
  expect(stops({ account: "42" })).toBe(true);
  expect(stops({ account: "42" }, asAccount)).toBe(true);
  expect(stops({ account: "042" }, asAccount)).toBe(false);
  expect(stops({ account: "Alice" }, { uid: undefined, account: "alice" })).toBe(false);
  expect(stops({ account: "42", channel: "room-1" })).toBe(true);
});

test("an entry with a channel does not touch what has none: RTM and chat", () => {
  const rtm = { channel: undefined };
  expect(stops({ uid: 42 }, rtm)).toBe(true);
  expect(stops({ channel: "room-1" }, rtm)).toBe(false);
  expect(stops({ uid: 42, channel: "room-1" }, rtm)).toBe(false);
  expect(stops({ uid: 42, sub: "user-7" }, rtm)).toBe(true);
});

test("any set of entries stops whom one of them stops, and nobody else", () => {
  // The user as one text, given as a uid where it is digits and as an account where it is not, or
  // as an account all the same.
  const few = {
    user: fc.constantFrom("0", "1", "a"),
    channel: fc.constantFrom("a", "b"),
    sub: fc.constantFrom("a", "b"),
    jti: fc.constantFrom("a", "b"),
  };
  type Few = { readonly user?: string };
  const named = <T extends Few>({ user, ...rest }: T, isUid: boolean) => {
    if (user === undefined) return rest;
    return isUid && user !== "a" ? { ...rest, uid: Number(user) } : { ...rest, account: user };
  };
  const entry = fc.record(
    { id: fc.uuid(), ...few, until: fc.integer({ min: NOW - 2, max: NOW + 2 }) },
    { requiredKeys: ["id", "until"] },
  );
  const entries = fc.array(fc.tuple(entry, fc.boolean()), { maxLength: 6 });
  fc.assert(
    fc.property(entries, fc.record(few), fc.boolean(), (list, who, isUid) => {
      const names = ["user", "channel", "sub", "jti"] as const;
      const expected = list.some(
        ([entry]) =>
          NOW < entry.until &&
          names.some((name) => entry[name] !== undefined) &&
          names.every((name) => entry[name] === undefined || entry[name] === who[name]),
      );
      const index = new RevocationIndex(list.map(([entry, asUid]) => named(entry, asUid)));
      expect(index.isRevoked(named(who, isUid), NOW)).toBe(expected);
    }),
    { numRuns: 2000 },
  );
});
