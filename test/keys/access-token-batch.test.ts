import { createSigner, type SharedTokenFields } from "latchkey";
import { describe, expect, test } from "vitest";
import { VECTORS_006, VECTORS_007 } from "../support/token-vectors.ts";

const signer = createSigner({
  appId: "970CA35de60c44645bbae8a215061b33",
  appCertificate: "5CFd2fd1755d40ecb72977518be15d3b",
});

const CHARACTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 !#$%~";
const text = (length: number, from: number) =>
  Array.from({ length }, (_, i) => CHARACTERS[(i + from) % CHARACTERS.length]).join("");

/** Numbers from all of the 32 bits, the lowest and the highest too, of one to ten digits. */
const numbers = (count: number, seed: number): number[] =>
  Array.from({ length: count }, (_, i) =>
    i === 3 ? 0 : i === 5 ? 0xffffffff : (Math.imul(i + seed, 0x9e3779b9) >>> 0) >>> (i % 32),
  );

const PRIVILEGES = [
  {},
  { joinChannel: 600 },
  { joinChannel: 0xffffffff, publishAudio: 0, publishVideo: 1, publishData: 86400 },
  { publishData: 5 },
];
const shared = (version: number, channel: string, i = 2): SharedTokenFields =>
  version === 6
    ? { version: 6, channel, ts: 1446455471, privileges: PRIVILEGES[i % 4] ?? {} }
    : {
        version: 7,
        channel,
        issueTs: 1446455471,
        expire: 900,
        privileges: PRIVILEGES[i % 4] ?? {},
      };

/** The same token by itself. */
function single(fields: SharedTokenFields, user: number | string, salt: number): string {
  const { version, channel, privileges, ...times } = fields;
  const of = typeof user === "string" ? { account: user } : { uid: user };
  return signer.accessToken(
    (version === 6
      ? { version, channel, ...of, ...times, salt, privileges }
      : {
          version,
          ...times,
          salt,
          services: [{ type: "rtc", channel, ...of, privileges }],
        }) as never,
  );
}

function expectSameAsOneByOne(
  fields: SharedTokenFields,
  users: (number | string)[],
  salts: number[],
): void {
  const expected = Array.from(users, (user, i) => single(fields, user, salts[i] as number));
  expect(signer.accessTokens(fields, users as number[], salts)).toEqual(expected);
}

describe.each([6, 7])(
  "a batch of version %i has the tokens that single calls return",
  (version) => {
    test("for every channel length, and uids of every number of digits", () => {
      for (let length = 1; length <= 64; length++) {
        const fields = shared(version, text(length, length), length);
        expectSameAsOneByOne(fields, numbers(37, length), numbers(37, 7 * length));
      }
    });

    test("for every account length, of one length or of several in a group", () => {
      for (let length = 1; length <= 255; length++) {
        const fields = shared(version, text(1 + (length % 64), length), length);
        const accounts = [length, length, length, length, 256 - length, 1, 255].map(text);
        expectSameAsOneByOne(fields, accounts, numbers(7, length));
      }
    });

    test("for every size from 1 to 17", () => {
      for (let size = 1; size <= 17; size++) {
        const fields = shared(version, `room-${size}`);
        expectSameAsOneByOne(fields, numbers(size, size), numbers(size, 3 * size));
        const accounts = Array.from({ length: size }, (_, i) => text(1 + ((i * 41) % 255), i));
        expectSameAsOneByOne(fields, accounts, numbers(size, 3 * size));
      }
    });

    test.each([63, 64, 65, 129, 1000])("for %i tokens, across the core's chunks", (size) => {
      const fields = shared(version, "room-1");
      expectSameAsOneByOne(fields, numbers(size, 1), numbers(size, 2));
      const accounts = Array.from({ length: size }, (_, i) => text(1 + ((i * 97) % 255), i));
      expectSameAsOneByOne(fields, accounts, numbers(size, 2));
    });

    test("for the longest, in the greatest number", () => {
      const fields = shared(version, text(64, 0));
      const accounts = Array.from({ length: 130 }, (_, i) => text(255, i));
      expectSameAsOneByOne(fields, accounts, numbers(130, 2));
    });

    test("for signers and seconds that take turns", () => {
      const other = createSigner({ appId: "0".repeat(32), appCertificate: "f".repeat(32) });
      const fields = shared(version, "room-1");
      const mine = signer.accessTokens(fields, [1, 2, 3], [4, 5, 6]);
      const theirs = other.accessTokens(fields, [1, 2, 3], [4, 5, 6]);
      const later =
        fields.version === 6 ? { ...fields, ts: 7 } : { ...fields, issueTs: fields.issueTs + 1 };
      const next = signer.accessTokens(later, [1, 2, 3], [4, 5, 6]);
      expect(new Set([...mine, ...theirs, ...next]).size).toBe(9);
      expect(other.accessTokens(fields, [1, 2, 3], [4, 5, 6])).toEqual(theirs);
      expect(signer.accessTokens(fields, [1, 2, 3], [4, 5, 6])).toEqual(mine);
      expect(mine[1]).toBe(single(fields, 2, 5));
    });
  },
);

test("a batch makes every vector of the vendor's C++ code that is for one RTC user, in any lane", () => {
  let count = 0;
  for (const { appId, appCertificate, fields } of [...VECTORS_006, ...VECTORS_007]) {
    const { salt, ...rest } = fields;
    const service = fields.version === 7 ? fields.services[0] : fields;
    if (fields.version === 7 && (fields.services.length > 1 || fields.services[0]?.type !== "rtc"))
      continue;
    const { channel, privileges, uid, account } = service as never as Record<string, never>;
    const users = Array.from({ length: 5 }, (_, i) => (account === undefined ? i : `user-${i}`));
    const salts = numbers(5, count);
    const lane = count % 5;
    users[lane] = account ?? uid ?? 0;
    salts[lane] = salt;
    const one = createSigner({ appId, appCertificate });
    const tokens = one.accessTokens(
      { ...rest, channel, privileges } as never,
      users as never,
      salts,
    );
    expect(tokens[lane]).toBe(one.accessToken(fields));
    count++;
  }
  expect(count).toBeGreaterThan(120);
});

test("typed arrays and array-likes work as arrays do", () => {
  const fields = shared(7, "room-1");
  const expected = signer.accessTokens(fields, [1, 2], [3, 4]);
  const typed = signer.accessTokens(fields, Uint32Array.of(1, 2), Uint32Array.of(3, 4));
  expect(typed).toEqual(expected);
  const like = { length: 2, 0: 1, 1: 2 };
  expect(signer.accessTokens(fields, like, { length: 2, 0: 3, 1: 4 })).toEqual(expected);
});

test("a user that signs tokens while it is read does not disturb the batch", () => {
  const fields = shared(7, "room-1");
  const uids = {
    length: 2,
    get 0() {
      signer.accessTokens({ ...fields, channel: "another" }, ["a", "b"], [7, 8]);
      return 1;
    },
    1: 2,
  };
  const expected = signer.accessTokens(fields, [1, 2], [3, 4]);
  expect(signer.accessTokens(fields, uids, [3, 4])).toEqual(expected);
});

describe("a wrong batch is refused by the name of what is wrong", () => {
  const fields = shared(7, "room-1");
  test.each([
    ["uidsOrAccounts", fields, [], []],
    ["uidsOrAccounts", fields, new Uint32Array(10_001), new Uint32Array(10_001)],
    ["uidsOrAccounts", fields, undefined, []],
    ["uidsOrAccounts", fields, 5n, [1]],
    ["uidsOrAccounts", fields, "ab", [1, 2]],
    ["uidsOrAccounts\\[1\\]", fields, [1, "a"], [1, 2]],
    ["uidsOrAccounts\\[1\\]", fields, ["a", 1], [1, 2]],
    ["uidsOrAccounts\\[1\\]", fields, ["a", ""], [1, 2]],
    ["uidsOrAccounts\\[1\\]", fields, ["a", "x".repeat(256)], [1, 2]],
    ["uidsOrAccounts\\[0\\]", fields, ["*", "a"], [1, 2]],
    ["uidsOrAccounts\\[0\\]", fields, [-1, 1], [1, 2]],
    ["uidsOrAccounts\\[0\\]", fields, [5n], [1]],
    ["salts", fields, [1, 2], [1]],
    ["salts", fields, [1], undefined],
    ["salts\\[0\\]", fields, [1], [2 ** 32]],
    ["salts\\[0\\]", fields, [1], [5n]],
    ["version", { ...fields, version: 5 }, [1], [1]],
    ["version", { ...fields, version: 7n }, [1], [1]],
    ["channel", { ...fields, channel: "" }, [1], [1]],
    ["channel", { ...fields, channel: "a/b" }, [1], [1]],
    ["channel", { ...fields, channel: "x".repeat(65) }, [1], [1]],
    ["issueTs", { ...fields, issueTs: 1.5 }, [1], [1]],
    ["expire", { ...fields, expire: undefined }, [1], [1]],
    ["privileges", { ...fields, privileges: undefined }, [1], [1]],
    ["privileges\\.rtmLogin", { ...fields, privileges: { rtmLogin: 1 } }, [1], [1]],
    ["privileges\\.joinChannel", { ...fields, privileges: { joinChannel: 5n } }, [1], [1]],
    ["ts", { ...shared(6, "a"), ts: "1" }, [1], [1]],
    ["shared", undefined, [1], [1]],
  ])("%s: %o", (field, batch, users, salts) => {
    const sign = () => signer.accessTokens(batch as never, users as never, salts as never);
    expect(sign).toThrow(new RegExp(`^${field}: `));
  });
});
