import * as fc from "fast-check";
import { type ChannelKeyFields, createSigner } from "latchkey";
import { describe, expect, test } from "vitest";
import { CHANNEL_CHARACTERS, channelKeyFields, hex32 } from "../support/arbitraries.ts";
import { referenceKey } from "../support/reference.ts";

const appId = "0123456789abcdef0123456789ABCDEF";
const appCertificate = "fedcba9876543210FEDCBA9876543210";
const signer = createSigner({ appId, appCertificate });
const valid: ChannelKeyFields = {
  version: 5,
  channel: "room-1",
  unixTs: 1,
  randomInt: 2,
  uid: 3,
  expiredTs: 4,
};

test("versions 1 to 4 equal an independent reference over node:crypto", () => {
  fc.assert(
    fc.property(hex32, hex32, channelKeyFields(1, 2, 3, 4), (id, certificate, fields) => {
      const key = createSigner({ appId: id, appCertificate: certificate }).channelKey(fields);
      expect(key).toBe(referenceKey(id, certificate, fields));
    }),
    { numRuns: 3000 },
  );
});

test("any number of signers work side by side", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(hex32, hex32, channelKeyFields(2, 3, 4)), { minLength: 2, maxLength: 5 }),
      (cases) => {
        const signers = cases.map(([id, certificate]) =>
          createSigner({ appId: id, appCertificate: certificate }),
        );
        for (const [i, [id, certificate, fields]] of cases.entries()) {
          expect(signers[i]?.channelKey(fields)).toBe(referenceKey(id, certificate, fields));
        }
      },
    ),
    { numRuns: 300 },
  );
});

test("a batch returns the keys that would be made one by one, in the order given", () => {
  const { uid: _, randomInt: __, ...shared } = valid;
  const uids = [0, 7, 4294967295, 7];
  const randomInts = [1, 2, 3, 4294967295];
  const oneByOne = uids.map((uid, i) =>
    signer.channelKey({ ...shared, uid, randomInt: randomInts[i] as number }),
  );
  expect(signer.channelKeys(shared, uids, randomInts)).toEqual(oneByOne);
  expect(signer.channelKeys(shared, Uint32Array.from(uids), Uint32Array.from(randomInts))).toEqual(
    oneByOne,
  );
});

test("every character of the SDK's set is accepted in a channel name, and no other of the first 300", () => {
  for (let code = 0; code < 300; code++) {
    const channel = `a${String.fromCharCode(code)}b`;
    const sign = () => signer.channelKey({ ...valid, channel });
    if (CHANNEL_CHARACTERS.includes(String.fromCharCode(code))) expect(sign()).toHaveLength(107);
    else expect(sign).toThrow(/^channel: /);
  }
});

test("one wrong character anywhere in a name of any length is found", () => {
  const wrong = [
    "\0",
    "\n",
    '"',
    "/",
    "\\",
    "`",
    "\x7f",
    "\x80",
    "é",
    "\xff",
    "Ł",
    "ŧ",
    "中",
    "\ud83d",
    "\udc00",
    "\ufeff",
  ];
  for (let length = 1; length <= 64; length++) {
    const name = CHANNEL_CHARACTERS.repeat(2).slice(length, 2 * length);
    expect(signer.channelKey({ ...valid, channel: name })).toHaveLength(107);
    for (let at = 0; at < length; at++) {
      const channel = name.slice(0, at) + wrong[(at + length) % wrong.length] + name.slice(at + 1);
      expect(() => signer.channelKey({ ...valid, channel }), JSON.stringify(channel)).toThrow(
        /^channel: /,
      );
    }
  }
});

describe("wrong input throws an error that names the field", () => {
  const cases: [string, object, typeof Error][] = [
    ["version", { version: 0 }, RangeError],
    ["version", { version: 6 }, RangeError],
    ["version", { version: "5" }, TypeError],
    ["service", { service: "chat" }, RangeError],
    ["service", { service: 1 }, TypeError],
    ["service", { service: Symbol("recording") }, TypeError],
    ["service", { service: Object.create(null) }, TypeError],
    ["service", { version: 3, service: "recording" }, TypeError],
    ["service", { version: 4, service: "inChannelPermission", permission: "noUpload" }, TypeError],
    ["permission", { permission: "noUpload" }, TypeError],
    ["permission", { service: "inChannelPermission" }, TypeError],
    ["permission", { service: "inChannelPermission", permission: "everything" }, RangeError],
    ["channel", { channel: "" }, RangeError],
    ["channel", { channel: "x".repeat(65) }, RangeError],
    ["channel", { channel: "room/1" }, RangeError],
    ["channel", { channel: "é" }, RangeError],
    ["channel", { channel: undefined }, TypeError],
    ["unixTs", { unixTs: -1 }, RangeError],
    ["unixTs", { unixTs: "1" }, TypeError],
    ["unixTs", { unixTs: undefined }, TypeError],
    ["randomInt", { randomInt: 2 ** 32 }, RangeError],
    ["randomInt", { randomInt: 1.5 }, RangeError],
    ["uid", { uid: -0 }, RangeError],
    ["uid", { uid: 2 ** 32 }, RangeError],
    ["uid", { uid: Number.NaN }, RangeError],
    ["uid", { uid: null }, TypeError],
    ["uid", { uid: undefined }, TypeError],
    ["uid", { version: 1, expiredTs: undefined }, TypeError],
    ["expiredTs", { expiredTs: Number.POSITIVE_INFINITY }, RangeError],
    ["expiredTs", { expiredTs: undefined }, TypeError],
    ["expiredTs", { version: 1, uid: undefined }, TypeError],
  ];
  test.each(cases)("%s: %o", (field, change, error) => {
    const sign = () => signer.channelKey({ ...valid, ...change } as never);
    expect(sign).toThrow(error);
    expect(sign).toThrow(new RegExp(`^${field}: `));
  });

  // A BigInt would throw in the middle of the arithmetic, with a message that names no field.
  test.each([
    "version",
    "service",
    "permission",
    "channel",
    "unixTs",
    "randomInt",
    "uid",
    "expiredTs",
  ])("a BigInt as %s", (field) => {
    const sign = () => signer.channelKey({ ...valid, [field]: 5n } as never);
    expect(sign).toThrow(TypeError);
    expect(sign).toThrow(new RegExp(`^${field}: `));
  });

  test.each([
    ["uid", { version: 1, expiredTs: undefined }, "version 1 carries no uid"],
    ["expiredTs", { version: 1, uid: undefined }, "version 1 carries no expiry"],
    ["uid", { uid: undefined }, "is required in version 5"],
    ["expiredTs", { expiredTs: undefined }, "is required in version 5 (0 = never)"],
    [
      "service",
      { version: 2, service: "recording" },
      "version 2 has no recording, only mediaChannel",
    ],
    [
      "permission",
      { permission: "noUpload" },
      "is only for inChannelPermission, not for mediaChannel",
    ],
  ])("a %s that does not fit the others says so in plain words", (field, change, message) => {
    expect(() => signer.channelKey({ ...valid, ...change } as never)).toThrow(
      new TypeError(`${field}: ${message}`),
    );
  });

  test.each([
    ["appId", { appId: 5n }, TypeError],
    ["appCertificate", { appCertificate: 5n }, TypeError],
    ["appId", { appId: "0123" }, RangeError],
    ["appId", { appId: `${appId.slice(0, 31)}g` }, RangeError],
    ["appId", { appId: undefined }, TypeError],
    ["appCertificate", { appCertificate: `${appCertificate}0` }, RangeError],
    ["appCertificate", { appCertificate: "" }, RangeError],
    ["appCertificate", { appCertificate: new Uint8Array(16) }, TypeError],
  ])("%s of a signer: %o", (field, change, error) => {
    const create = () => createSigner({ appId, appCertificate, ...change } as never);
    expect(create).toThrow(error);
    expect(create).toThrow(new RegExp(`^${field}: must be 32 hexadecimal digits$`));
  });

  test.each([
    ["uids", [[], []]],
    ["uids", [new Uint32Array(10_001), new Uint32Array(10_001)]],
    ["uids", [undefined, []]],
    ["randomInts", [[1, 2], [1]]],
    ["randomInts", [[1], undefined]],
    [
      "uids\\[1\\]",
      [
        [1, -1],
        [1, 2],
      ],
    ],
    [
      "randomInts\\[0\\]",
      [
        [1, 2],
        [2 ** 32, 2],
      ],
    ],
    ["uids", [5n, [1]]],
    ["uids", [{ length: 1n }, [1]]],
    [
      "uids",
      [
        { length: 1.5, 0: 1 },
        { length: 1.5, 0: 1 },
      ],
    ],
    ["uids\\[0\\]", [[5n], [1]]],
    ["uids\\[0\\]", [BigUint64Array.of(5n), [1]]],
    ["randomInts", [[1], 5n]],
    ["randomInts\\[0\\]", [[1], [5n]]],
  ])("%s of a batch: %o", (field, [uids, randomInts]) => {
    const { uid: _, randomInt: __, ...shared } = valid;
    expect(() => signer.channelKeys(shared, uids as number[], randomInts as number[])).toThrow(
      new RegExp(`^${field}: `),
    );
  });

  test.each([undefined, null, 5n, "key"])("%o instead of an object", (value) => {
    expect(() => createSigner(value as never)).toThrow(/^options: must be an object/);
    expect(() => signer.channelKey(value as never)).toThrow(/^fields: must be an object/);
    expect(() => signer.accessToken(value as never)).toThrow(/^fields: must be an object/);
  });

  test.each(["version", "service", "permission", "channel", "unixTs", "expiredTs"])(
    "a BigInt as %s of a batch",
    (field) => {
      const { uid: _, randomInt: __, ...shared } = valid;
      const sign = () => signer.channelKeys({ ...shared, [field]: 5n } as never, [1], [1]);
      expect(sign).toThrow(TypeError);
      expect(sign).toThrow(new RegExp(`^${field}: `));
    },
  );

  test("a batch checks what its keys share", () => {
    const { uid: _, randomInt: __, ...shared } = valid;
    expect(() => signer.channelKeys({ ...shared, channel: "/" }, [1], [1])).toThrow(/^channel: /);
    expect(() => signer.channelKeys({ version: 1, channel: "a", unixTs: 1 }, [1], [1])).toThrow(
      /^uid/,
    );
  });
});

test("a certificate is in no error and no property of a signer", () => {
  const wrong = "not-a-certificate-but-still-secret";
  expect(() => createSigner({ appId, appCertificate: wrong })).toThrow(
    expect.not.stringContaining(wrong) as never,
  );
  expect(JSON.stringify(Object.entries(signer)).toLowerCase()).not.toContain(
    appCertificate.toLowerCase(),
  );
});
