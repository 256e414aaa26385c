// The uids of a batch are checked in one loop of our own. It must say what a schema for each
// element would say, of everything that JSON can hold.

import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { u32, uids } from "../../src/contract/values.ts";
import { BATCH_MAX_KEYS } from "../../src/platform/limits.ts";

const everyUid = v.array(u32);

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
  {
    weight: 5,
    arbitrary: fc.array(fc.integer({ min: 0, max: 0xffff_ffff }), { minLength: 1, maxLength: 20 }),
  },
  { weight: 10, arbitrary: fc.array(element, { minLength: 1, maxLength: 6 }) },
);

/** What a response would name. */
function named({ issues, output }: v.SafeParseResult<v.GenericSchema>): unknown {
  return issues?.map(({ path, message }) => [path?.map(({ key }) => key), message]) ?? output;
}

describe("the uids of a batch", () => {
  test("are what the schema of each element says", () => {
    fc.assert(
      fc.property(value, (given) => {
        expect(named(v.safeParse(uids, given))).toEqual(named(v.safeParse(everyUid, given)));
      }),
      { numRuns: 2000 },
    );
  });

  test(`are 1 to ${BATCH_MAX_KEYS}, in an array`, () => {
    const message = `must be an array of 1 to ${BATCH_MAX_KEYS} uids`;
    const isValid = (given: unknown) => v.safeParse(uids, given).success;
    const some = (length: number) => Array.from({ length }, (_, i) => i);
    expect([1, BATCH_MAX_KEYS].map((length) => isValid(some(length)))).toEqual([true, true]);
    for (const given of [[], some(BATCH_MAX_KEYS + 1), undefined, null, {}, "1,2", 1]) {
      expect(named(v.safeParse(uids, given))).toEqual([[undefined, message]]);
    }
  });
});
