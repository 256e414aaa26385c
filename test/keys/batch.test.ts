import { createSigner } from "latchkey";
import { describe, expect, test } from "vitest";
import vectors from "../vectors/dynamic-key.json";

const signer = createSigner({
  appId: "970CA35de60c44645bbae8a215061b33",
  appCertificate: "5CFd2fd1755d40ecb72977518be15d3b",
});

/** Every version, service and permission that a batch can have. */
const KINDS = [
  { version: 2 },
  { version: 3 },
  { version: 4, service: "mediaChannel" },
  { version: 4, service: "recording" },
  { version: 4, service: "publicSharing" },
  { version: 5, service: "mediaChannel" },
  { version: 5, service: "recording" },
  { version: 5, service: "publicSharing" },
  { version: 5, service: "inChannelPermission", permission: "noUpload" },
  { version: 5, service: "inChannelPermission", permission: "audioVideoUpload" },
] as const;

const CHANNEL = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ~";
const TIMES = { unixTs: 1446455472, expiredTs: 4294967295 };

/** Numbers from all of the 32 bits, the lowest and the highest too. */
const numbers = (count: number, seed: number): number[] =>
  Array.from({ length: count }, (_, i) =>
    i === 3 ? 0 : i === 5 ? 0xffffffff : Math.imul(i + seed, 0x9e3779b9) >>> 0,
  );

type Shared = Parameters<typeof signer.channelKeys>[0];

function expectSameAsOneByOne(shared: Shared, uids: number[], randomInts: number[]): void {
  const keys = signer.channelKeys(shared, uids, randomInts);
  const expected = uids.map((uid, i) =>
    signer.channelKey({ ...shared, uid, randomInt: randomInts[i] as number }),
  );
  expect(keys).toEqual(expected);
}

describe("a batch returns the keys that single calls return", () => {
  test.each(KINDS)("for every channel length: $version $service $permission", (kind) => {
    for (let length = 1; length <= 64; length++) {
      const channel = CHANNEL.slice(CHANNEL.length - length);
      expectSameAsOneByOne(
        { ...kind, channel, ...TIMES },
        numbers(9, length),
        numbers(9, 7 * length),
      );
    }
  });

  test.each(KINDS)("for every size from 1 to 17: $version $service $permission", (kind) => {
    for (let size = 1; size <= 17; size++) {
      expectSameAsOneByOne(
        { ...kind, channel: `room-${size}`, ...TIMES },
        numbers(size, size),
        numbers(size, 3 * size),
      );
    }
  });

  test.each([255, 256, 257, 512, 1023, 1024, 1025, 10_000])(
    "for %i keys, across the core's chunks",
    (size) => {
      for (const version of [3, 4, 5] as const) {
        expectSameAsOneByOne(
          { version, channel: "room-1", ...TIMES },
          numbers(size, 1),
          numbers(size, 2),
        );
      }
    },
  );

  test("with any number in any place", () => {
    const edges = [
      0, 1, 9, 10, 99, 100, 9999, 10_000, 99_999_999, 100_000_000, 999_999_999, 1_000_000_000,
    ];
    const more = [0x7fffffff, 0x80000000, 4_289_999_999, 4_290_000_000, 4_294_967_294, 0xffffffff];
    const uids = [...edges, ...more];
    for (const version of [2, 3, 4, 5] as const) {
      expectSameAsOneByOne({ version, channel: "room-1", ...TIMES }, uids, uids.toReversed());
    }
  });
});

test("a batch makes every vector of the vendor's C++ code that has a uid, in any lane", () => {
  let count = 0;
  vectors.forEach(({ appId, appCertificate, key, ...fields }, i) => {
    if (fields.version === 1) return;
    const { uid, randomInt, ...shared } = fields as typeof fields & { uid: number };
    const lane = i % 8;
    const uids = numbers(8, i);
    const randomInts = numbers(8, 2 * i);
    uids[lane] = uid;
    randomInts[lane] = randomInt;
    const keys = createSigner({ appId, appCertificate }).channelKeys(
      shared as unknown as Shared,
      uids,
      randomInts,
    );
    expect(keys[lane]).toBe(key);
    expect(
      createSigner({ appId, appCertificate }).channelKeys(
        shared as unknown as Shared,
        [uid],
        [randomInt],
      ),
    ).toEqual([key]);
    count++;
  });
  expect(count).toBeGreaterThan(400);
});

test("signers that take turns, in batches and one by one, do not get mixed up", () => {
  const other = createSigner({ appId: "0".repeat(32), appCertificate: "f".repeat(32) });
  const shared = { version: 5, channel: "room-1", ...TIMES } as const;
  const [uids, randomInts] = [numbers(5, 1), numbers(5, 2)];
  const mine = signer.channelKeys(shared, uids, randomInts);
  const theirs = other.channelKeys(shared, uids, randomInts);
  expect(theirs).not.toEqual(mine);
  expect(signer.channelKeys(shared, uids, randomInts)).toEqual(mine);
  expect(
    other.channelKey({ ...shared, uid: uids[0] as number, randomInt: randomInts[0] as number }),
  ).toBe(theirs[0]);
});

test("as JSON a batch has the same keys with their numbers, in the order given", () => {
  for (const size of [1, 2, 9, 256, 257, 3000]) {
    for (const version of [3, 4, 5] as const) {
      const shared = { version, channel: "room-1", ...TIMES };
      const uids = numbers(size, 1).map((uid, i) => uid >>> (i % 32));
      const randomInts = numbers(size, 2).map((randomInt, i) => randomInt >>> (i % 29));
      const keys = signer.channelKeys(shared, uids, randomInts);
      const expected = JSON.stringify(
        keys.map((key, i) => ({ uid: uids[i], key, randomInt: randomInts[i] })),
      );
      expect(signer.channelKeysJson(shared, uids, randomInts)).toBe(expected);
    }
  }
});

test("as JSON a number has as many digits as it needs", () => {
  const uids = [
    0,
    ...Array.from({ length: 10 }, (_, i) => 10 ** i).flatMap((power) => [power - 1, power]),
    0xffffffff,
  ];
  const json = signer.channelKeysJson(
    { version: 4, channel: "room-1", ...TIMES },
    uids,
    uids.toReversed(),
  );
  const entries = JSON.parse(json) as { uid: number; randomInt: number }[];
  expect(entries.map(({ uid }) => uid)).toEqual(uids);
  expect(entries.map(({ randomInt }) => randomInt)).toEqual(uids.toReversed());
});

test("typed arrays and array-likes work as arrays do", () => {
  const shared = { version: 4, channel: "room-1", ...TIMES } as const;
  const expected = signer.channelKeys(shared, [1, 2], [3, 4]);
  expect(signer.channelKeys(shared, Uint32Array.of(1, 2), Uint32Array.of(3, 4))).toEqual(expected);
  expect(signer.channelKeys(shared, { length: 2, 0: 1, 1: 2 }, { length: 2, 0: 3, 1: 4 })).toEqual(
    expected,
  );
});

test("a uid that signs keys while it is read does not disturb the batch", () => {
  const shared = { version: 4, channel: "room-1", ...TIMES } as const;
  const uids = {
    length: 2,
    get 0() {
      signer.channelKeys({ ...shared, channel: "another" }, [7, 8, 9], [7, 8, 9]);
      return 1;
    },
    1: 2,
  };
  expect(signer.channelKeys(shared, uids, [3, 4])).toEqual(
    signer.channelKeys(shared, [1, 2], [3, 4]),
  );
});

describe("a wrong batch is refused by the name of what is wrong", () => {
  const shared = { version: 4, channel: "room-1", ...TIMES } as const;
  test.each<[RegExp, unknown, unknown, unknown]>([
    [/^uids: /, shared, [], []],
    [/^uids: /, shared, null, []],
    [/^uids: /, shared, numbers(10_001, 1), numbers(10_001, 1)],
    [/^randomInts: /, shared, [1, 2], [1]],
    [/^randomInts: /, shared, [1, 2], undefined],
    [/^uids\[1\]: /, shared, [1, -1], [1, 2]],
    [/^uids\[0\]: /, shared, [4294967296, 1], [1, 2]],
    [/^uids\[0\]: /, shared, ["1", 1], [1, 2]],
    [/^randomInts\[1\]: /, shared, [1, 2], [1, 1.5]],
    [/^channel: /, { ...shared, channel: "" }, [1], [1]],
    [/^channel: /, { ...shared, channel: "é" }, [1], [1]],
    [/^channel: /, { ...shared, channel: "a".repeat(65) }, [1], [1]],
    [/^service: /, { ...shared, service: "inChannelPermission" }, [1], [1]],
    [/^uid: /, { version: 1, channel: "room-1", unixTs: 1 }, [1], [1]],
    [/^expiredTs: /, { version: 4, channel: "room-1", unixTs: 1 }, [1], [1]],
  ])("%s", (message, given, uids, randomInts) => {
    const refused = () =>
      signer.channelKeys(given as Shared, uids as number[], randomInts as number[]);
    expect(refused).toThrow(message);
    expect(() => {
      try {
        refused();
      } catch (error) {
        expect(error instanceof TypeError || error instanceof RangeError).toBe(true);
        throw error;
      }
    }).toThrow();
  });
});

describe("one wrong field of one key is refused by its name", () => {
  const fields = { version: 4, channel: "room-1", unixTs: 1, randomInt: 2, uid: 3, expiredTs: 4 };
  test.each<[string, object]>([
    ["version", { version: 6 }],
    ["version", { version: "4" }],
    ["service", { service: "constructor" }],
    ["permission", { permission: "noUpload" }],
    ["channel", { channel: "a/b" }],
    ["channel", { channel: "Ā" }],
    ["channel", { channel: "" }],
    ["channel", { channel: "a".repeat(65) }],
    ["channel", { channel: undefined }],
    ["unixTs", { unixTs: -1 }],
    ["randomInt", { randomInt: Number.NaN }],
    ["uid", { uid: undefined }],
    ["uid", { uid: -0 }],
    ["expiredTs", { expiredTs: 2 ** 32 }],
    ["expiredTs", { expiredTs: undefined }],
    ["uid", { version: 1, expiredTs: undefined }],
    ["permission", { version: 5, service: "inChannelPermission" }],
  ])("%s: %o", (name, change) => {
    expect(() => signer.channelKey({ ...fields, ...change } as never)).toThrow(
      new RegExp(`^${name}: `),
    );
  });
});
