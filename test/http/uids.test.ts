// The uids of a batch are checked in one loop, and only what that objects to meets the schema that names each wrong one. The two
// must agree on everything that JSON can say.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { areUids, everyUid, uids } from "../../src/keys/schemas.ts";
import { BATCH_MAX_KEYS } from "../../src/platform/limits.ts";

const number = fc.oneof(
  fc.integer({ min: 0, max: 0xffff_ffff }),
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(
    -0,
    0xffff_ffff,
    0x1_0000_0000,
    2 ** 31,
    2 ** 53,
    2 ** 53 + 2,
    1e300,
    0.5,
    4294967295.5,
    -1,
  ),
  fc.double(),
);
const element = fc.oneof(
  { weight: 20, arbitrary: number },
  { weight: 1, arbitrary: fc.jsonValue() },
);
const value = fc.oneof(
  { weight: 5, arbitrary: fc.array(fc.integer({ min: 0, max: 0xffff_ffff }), { maxLength: 20 }) },
  { weight: 10, arbitrary: fc.array(element, { maxLength: 6 }) },
  { weight: 1, arbitrary: fc.jsonValue() },
);

/** The issues as an answer would tell them. */
function told(result: ReturnType<typeof everyUid.safeParse>): unknown {
  return result.success
    ? result.data
    : result.error.issues.map(({ path, message }) => ({ path, message }));
}

describe("the uids of a batch", () => {
  test("are what the schema of each element says, whatever is given", () => {
    fc.assert(
      fc.property(value, (given) => {
        expect(areUids(given)).toBe(everyUid.safeParse(given).success);
        expect(told(uids.safeParse(given))).toEqual(told(everyUid.safeParse(given)));
      }),
      { numRuns: 2000 },
    );
  });

  test("agree about how many there may be, and about none at all", () => {
    for (const length of [0, 1, BATCH_MAX_KEYS, BATCH_MAX_KEYS + 1]) {
      const given = Array.from({ length }, (_, i) => i);
      expect(areUids(given)).toBe(everyUid.safeParse(given).success);
      expect(told(uids.safeParse(given))).toEqual(told(everyUid.safeParse(given)));
    }
    expect(told(uids.safeParse(undefined))).toEqual(told(everyUid.safeParse(undefined)));
  });
});
