import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Revocation } from "../../src/contract/responses.ts";
import { CompactList } from "../../src/revocations/compact-list.ts";
import type { Access } from "../../src/revocations/entry.ts";
import { anAccess, anEntry, isRevokedByRule, NOW } from "./plain-rule.ts";

const access: Access = {
  uid: 42,
  channel: "room-1",
  sub: "user-7",
  jti: "grant-1",
  issuedAt: NOW - 100,
};
const stops = (entry: Partial<Revocation>, who: Partial<Access> = {}, now = NOW) =>
  CompactList.of([{ until: NOW + 1, ...entry }]).isRevoked({ ...access, ...who }, now);

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

  test("all channels whose names begin alike", () => {
    expect(stops({ channel: "room-*" })).toBe(true);
    expect(stops({ channel: "room-*" }, { channel: "room-" })).toBe(true);
    expect(stops({ channel: "room-*" }, { channel: "room" })).toBe(false);
    expect(stops({ channel: "room-*" }, { channel: "Room-1" })).toBe(false);
    expect(stops({ channel: "room-1*" })).toBe(true);
    expect(stops({ channel: "*" }, { channel: "any" })).toBe(true);
    const longest = "x".repeat(64);
    expect(stops({ channel: `${longest}*` }, { channel: longest })).toBe(true);
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

  test("grants that were issued before a time: everybody's, or one user's", () => {
    const issuedBefore = NOW - 50;
    expect(stops({ issuedBefore })).toBe(true);
    expect(stops({ issuedBefore }, { issuedAt: NOW - 50.5 })).toBe(true);
    expect(stops({ issuedBefore }, { issuedAt: NOW - 50 })).toBe(false);
    expect(stops({ issuedBefore, uid: 42 }, { uid: 43 })).toBe(false);
    expect(stops({ issuedBefore, uid: 42 }, { issuedAt: NOW })).toBe(false);
  });

  test("text that looks like a number, or like two fields, is no other field's value", () => {
    expect(stops({ uid: 42 }, { uid: 1, sub: "42", jti: "42", channel: "42" })).toBe(false);
    expect(stops({ sub: "a", jti: "bc" }, { sub: "ab", jti: "c" })).toBe(false);
    expect(stops({ sub: "a", jti: "b" }, { sub: "b", jti: "a" })).toBe(false);
    // A channel's start and a channel, which grants can't name.
    expect(stops({ channel: "a" }, { channel: "ab" })).toBe(false);
  });

  test("text of any characters, and as long as it gets", () => {
    const sub = "\u3042".repeat(256);
    expect(stops({ sub, jti: sub, account: "é" }, { sub, jti: sub, account: "é" })).toBe(true);
    expect(stops({ sub: "e\u0301" }, { sub: "\u00e9" })).toBe(false);
    expect(stops({ sub: `${sub.slice(1)}x` }, { sub })).toBe(false);
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
  expect(stops({ channel: "*" }, rtm)).toBe(false);
  expect(stops({ uid: 42, channel: "room-1" }, rtm)).toBe(false);
  expect(stops({ uid: 42, sub: "user-7" }, rtm)).toBe(true);
});

test("a list decides as the plain rule does, in one piece or merged of several", () => {
  const accesses = fc.array(anAccess, { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(fc.array(fc.array(anEntry, { maxLength: 8 })), accesses, (parts, asked) => {
      const entries = parts.flat();
      const whole = CompactList.of(entries);
      const merged = parts.map((part) => CompactList.of(part)).reduce((a, b) => a.merge(b), whole);
      for (const who of asked) {
        const expected = isRevokedByRule(entries, who, NOW);
        expect([whole, merged].map((list) => list.isRevoked(who, NOW))).toEqual([
          expected,
          expected,
        ]);
      }
      expect(merged.bytes).toEqual(whole.bytes);
    }),
    { numRuns: 3_000 },
  );
});

test("of 10,000 entries each is found and nothing else is, wherever its bytes are in memory", () => {
  const entries = Array.from({ length: 10_000 }, (_, i) => ({
    uid: 2 * i + 1,
    until: NOW + 1,
    ...(i % 2 === 0 && { channel: "room-1" }),
  }));
  const { bytes, length } = CompactList.of(entries);
  expect(length).toBe(10_000);
  const moved = new Uint8Array(bytes.length + 7);
  moved.set(bytes, 3);
  const list = new CompactList(moved.subarray(3, 3 + bytes.length));
  for (let uid = 0; uid <= 20_000; uid++)
    if (list.isRevoked({ ...access, uid }, NOW) !== (uid % 2 === 1)) expect.fail(`uid ${uid}`);
});

test("what decides nothing is left out: 1,000 of one subject are no longer than they need be", () => {
  const entries = Array.from({ length: 1_000 }, (_, i) => ({
    sub: "user-7",
    issuedBefore: NOW - (i % 10),
    until: NOW + 1 + Math.floor(i / 10),
  }));
  expect(CompactList.of(entries).length).toBe(1);
  // Of these, each ends grants for longer than the ones that end more of them.
  const opposed = entries.map((entry, i) => ({ ...entry, issuedBefore: NOW - i, until: NOW + i }));
  const list = CompactList.of(opposed);
  expect(list.length).toBe(1_000);
  for (let later = 0; later < 1_000; later++) {
    const at = (issuedAt: number) => list.isRevoked({ ...access, issuedAt }, NOW + later);
    expect([at(NOW - later - 2), at(NOW - later - 1)]).toEqual([later < 999, false]);
  }
});
