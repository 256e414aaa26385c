// Where the vendor's Node code is right, `latchkey/dynamic-key` makes the same key. Where it makes
// a key that says something else than was asked, `latchkey/dynamic-key` throws.

import { createRequire } from "node:module";
import * as fc from "fast-check";
import * as ours from "latchkey/dynamic-key";
import { describe, expect, test } from "vitest";
import { channel, hex32, u32 } from "../support/arbitraries.ts";

type Generate = (...fields: unknown[]) => string;
type Generators = Readonly<Record<string, Generate>>;

const require = createRequire(import.meta.url);
const VENDOR: Readonly<Record<string, Generators>> = {
  DynamicKey: require("agora-dynamic-key/nodejs/src/DynamicKey.js"),
  DynamicKey3: require("agora-dynamic-key/nodejs/src/DynamicKey3.js"),
  DynamicKey4: require("agora-dynamic-key/nodejs/src/DynamicKey4.js"),
  DynamicKey5: require("agora-access-token/src/DynamicKey5.js"),
};
const OURS = ours as unknown as typeof VENDOR;

/** The vendor's own part of DynamicKey5, with numbers for services that it does not export. */
const INSIDE = "generateDynamicKey";
const pairs = Object.entries(VENDOR).flatMap(([module, generators]) =>
  Object.entries(generators)
    .filter(([name, value]) => typeof value === "function" && name !== INSIDE)
    .map(([name, vendor]) => [`${module}.${name}`, vendor, OURS[module]?.[name]] as const),
);

test.each(pairs)("%s", (_, vendor, own) => {
  /** With all ten digits: of a shorter time, the vendor's Node code and its C++ differ. */
  const time = fc.integer({ min: 1_000_000_000, max: 0xffff_ffff });
  const upload = fc.constantFrom("0", "3");
  fc.assert(
    fc.property(fc.tuple(hex32, hex32, channel, time, u32, u32, u32, upload), (fields) => {
      expect(own?.(...fields)).toBe(vendor(...fields));
    }),
    { numRuns: 500 },
  );
});

test("the constants of version 5", () => {
  const { version, noUpload, audioVideoUpload } = VENDOR.DynamicKey5 ?? {};
  expect(ours.DynamicKey5).toMatchObject({ version, noUpload, audioVideoUpload });
});

describe("the vendor makes a key for something else, and we throw", () => {
  const good: unknown[] = ["0".repeat(32), "1".repeat(32), "room-1", 1446455472, 58964981, 42, 0];
  test.each<[string, number, unknown, number, unknown]>([
    ["a user that is no number is any user", 5, "alice", 5, 0],
    ["a missing uid is any user", 5, undefined, 5, 0],
    ["a uid beyond u32 is another user", 5, 2 ** 32 + 1, 5, 1],
    ["a negative uid is another user", 5, -1, 5, 0xffff_ffff],
    ["a random number's digits are read as hexadecimal", 4, "10", 4, 16],
  ])("%s", (_, at, wrong, toldAs, told) => {
    const vendor = VENDOR.DynamicKey4?.generateMediaChannelKey as Generate;
    const own = OURS.DynamicKey4?.generateMediaChannelKey as Generate;
    expect(vendor(...good.with(at, wrong))).toBe(vendor(...good.with(toldAs, told)));
    expect(() => own(...good.with(at, wrong))).toThrow(/^(uid|r): must be/);
  });
});
