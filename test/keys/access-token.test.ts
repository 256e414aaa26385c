import * as fc from "fast-check";
import { type AccessTokenFields, createSigner, type TokenService } from "latchkey";
import { describe, expect, test } from "vitest";
import { CHANNEL_CHARACTERS } from "../support/arbitraries.ts";
import { accessToken } from "../support/token-arbitraries.ts";

const appId = "970CA35de60c44645bbae8a215061b33";
const appCertificate = "5CFd2fd1755d40ecb72977518be15d3b";
const signer = createSigner({ appId, appCertificate });

const rtc = { type: "rtc", channel: "room-1", uid: 1, privileges: { joinChannel: 600 } } as const;
const of7 = (...services: unknown[]) => ({
  version: 7,
  issueTs: 1,
  expire: 2,
  salt: 3,
  services,
});
const of6 = { version: 6, channel: "room-1", uid: 1, salt: 2, ts: 3, privileges: {} };
const sign = (fields: unknown) => signer.accessToken(fields as AccessTokenFields);

test("signers that take turns make the tokens that each makes alone", () => {
  const other = createSigner({ appId: "0".repeat(32), appCertificate: "f".repeat(32) });
  fc.assert(
    fc.property(fc.array(accessToken, { minLength: 2, maxLength: 6 }), (list) => {
      const alone = list.map((fields) => signer.accessToken(fields));
      const turns = list.map((fields) => [other.accessToken(fields), signer.accessToken(fields)]);
      expect(turns.map(([, mine]) => mine)).toEqual(alone);
      for (const [theirs, mine] of turns) expect(theirs).not.toBe(mine);
    }),
    { numRuns: 300 },
  );
});

test("a uid and the same digits as an account are one user; uid 0 is none, and text 0 is one", () => {
  const of = (user: object) => sign(of7({ ...rtc, uid: undefined, ...user }));
  expect(of({ uid: 42 })).toBe(of({ account: "42" }));
  expect(of({ uid: 0 })).not.toBe(of({ account: "0" }));
  const fcdn = { type: "fcdn", channel: "c", privileges: {} };
  expect(sign(of7({ ...fcdn, uid: 42 }))).toBe(sign(of7({ ...fcdn, account: "42" })));
  expect(sign(of7({ ...fcdn, uid: 0 }))).not.toBe(sign(of7({ ...fcdn, account: "0" })));
});

test("services of one type keep their order", () => {
  const [a, b] = [rtc, { ...rtc, channel: "room-2" }];
  const chat = { type: "chat", userId: "u", privileges: { user: 1 } };
  expect(sign(of7(a, b))).not.toBe(sign(of7(b, a)));
  expect(sign(of7(chat, a, b))).toBe(sign(of7(a, chat, b)));
});

test("a privilege or right that is undefined is as one that is left out", () => {
  const privileges = { joinChannel: 600, publishAudio: undefined };
  expect(sign(of7({ ...rtc, privileges }))).toBe(sign(of7(rtc)));
  const rtm2 = { type: "rtm2", userId: "u", privileges: { login: 1 } };
  expect(sign(of7({ ...rtm2, permissions: { users: { read: undefined } } }))).toBe(
    sign(of7({ ...rtm2, permissions: { users: {} } })),
  );
});

test("every character of the SDK's set is accepted in an account, and no other of the first 300", () => {
  for (let code = 0; code < 300; code++) {
    const account = `a${String.fromCharCode(code)}b`;
    const tokens: [field: string, fields: unknown][] = [
      ["services\\[0\\].account", of7({ ...rtc, uid: undefined, account })],
      ["account", { ...of6, uid: undefined, account }],
      ["rtmUserId", { ...of6, uid: undefined, channel: undefined, rtmUserId: account }],
      ["services\\[0\\].userId", of7({ type: "rtm", userId: account, privileges: {} })],
      ["services\\[1\\].userUuid", of7(rtc, { ...apaas, userUuid: account })],
    ];
    for (const [field, fields] of tokens) {
      if (CHANNEL_CHARACTERS.includes(String.fromCharCode(code)))
        expect(sign(fields)).toMatch(/^00[67]/);
      else expect(() => sign(fields)).toThrow(new RegExp(`^${field}: must be`));
    }
  }
});

const apaas = { type: "apaas", roomUuid: "", userUuid: "", role: -1, privileges: { app: 1 } };
const rtm2 = { type: "rtm2", userId: "u", permissions: {}, privileges: { login: 1 } };

test("a token of services takes what fits into one stored block, and no byte more", () => {
  const list = (count: number, last: number) => [
    ...Array.from({ length: count }, () => "x".repeat(255)),
    "x".repeat(last),
  ];
  const token = (last: number) =>
    sign(of7({ ...rtm2, permissions: { users: { read: list(254, last) } } }));
  // 2 (services) + 2 + 8 (type, privileges) + 3 (user) + 2 + 4 + 4 (permissions) + 254 × 257 + 2
  const room = 65_455 - 27 - 254 * 257;
  expect(room).toBeLessThan(256);
  expect(token(room)).toHaveLength(3 + 4 * Math.ceil(65_546 / 3));
  expect(() => token(room + 1)).toThrow(/^services: must be at most 65455 bytes/);
});

describe("wrong input throws an error that names the field", () => {
  const cases: [string, unknown, typeof Error][] = [
    ["fields", undefined, TypeError],
    ["fields", 5n, TypeError],
    ["version", { ...of6, version: 5 }, RangeError],
    ["version", { ...of6, version: "7" }, TypeError],
    ["version", { ...of6, version: 7n }, TypeError],
    ["salt", { ...of6, salt: 2 ** 32 }, RangeError],
    ["salt", { ...of6, salt: undefined }, TypeError],
    ["salt", { ...of7(rtc), salt: 5n }, TypeError],
    ["ts", { ...of6, ts: -1 }, RangeError],
    ["ts", { ...of6, ts: 5n }, TypeError],
    ["issueTs", { ...of7(rtc), issueTs: 0.5 }, RangeError],
    ["issueTs", { ...of7(rtc), issueTs: undefined }, TypeError],
    ["expire", { ...of7(rtc), expire: Number.NaN }, RangeError],
    ["expire", { ...of7(rtc), expire: 5n }, TypeError],
    ["channel", { ...of6, channel: "" }, RangeError],
    ["channel", { ...of6, channel: "x".repeat(65) }, RangeError],
    ["channel", { ...of6, channel: "*" }, RangeError],
    ["channel", { ...of6, channel: undefined }, TypeError],
    ["uid", { ...of6, uid: -1 }, RangeError],
    ["uid", { ...of6, uid: null }, TypeError],
    ["uid", { ...of6, uid: undefined }, TypeError],
    ["account", { ...of6, account: "a" }, TypeError],
    ["account", { ...of6, uid: undefined, account: "" }, RangeError],
    ["account", { ...of6, uid: undefined, account: "x".repeat(256) }, RangeError],
    ["account", { ...of6, uid: undefined, account: null }, TypeError],
    ["privileges", { ...of6, privileges: undefined }, TypeError],
    ["privileges.fly", { ...of6, privileges: { fly: 1 } }, RangeError],
    ["privileges.rtmLogin", { ...of6, privileges: { rtmLogin: 1.5 } }, RangeError],
    ["privileges.joinChannel", { ...of6, privileges: { joinChannel: 5n } }, TypeError],
    ["channel", { ...of6, uid: undefined, rtmUserId: "u" }, TypeError],
    ["uid", { ...of6, channel: undefined, rtmUserId: "u" }, TypeError],
    ["rtmUserId", { ...of6, channel: undefined, uid: undefined, rtmUserId: "" }, RangeError],
    ["rtmUserId", { ...of6, channel: undefined, uid: undefined, rtmUserId: 5n }, TypeError],
    ["services", of6version7(), TypeError],
    ["services", { ...of7(), services: rtc }, TypeError],
    ["services", of7(), RangeError],
    ["services[0]", of7(undefined), TypeError],
    ["services[1]", of7(rtc, "rtm"), TypeError],
    ["services[0]", { ...of7(), services: new Array(2) }, TypeError],
    ["services[0].type", of7({ ...rtc, type: "phone" }), RangeError],
    ["services[0].type", of7({ ...rtc, type: "toString" }), RangeError],
    ["services[0].type", of7({ ...rtc, type: 1 }), TypeError],
    ["services[0].type", of7({ ...rtc, type: 5n }), TypeError],
    ["services[0].channel", of7({ ...rtc, channel: "" }), RangeError],
    ["services[0].channel", of7({ ...rtc, channel: "a/b" }), RangeError],
    ["services[0].channel", of7({ ...rtc, channel: 5n }), TypeError],
    ["services[0].uid", of7({ ...rtc, uid: 2 ** 32 }), RangeError],
    ["services[0].uid", of7({ ...rtc, uid: undefined }), TypeError],
    ["services[0].account", of7({ ...rtc, account: "a" }), TypeError],
    ["services[0].privileges", of7({ ...rtc, privileges: 5n }), TypeError],
    ["services[0].privileges.rtmLogin", of7({ ...rtc, privileges: { rtmLogin: 1 } }), RangeError],
    ["services[0].privileges.publishData", withRtc({ publishData: -0 }), RangeError],
    ["services[0].privileges.publishData", withRtc({ publishData: "1" }), TypeError],
    ["services[0].privileges.__proto__", withRtc(JSON.parse('{"__proto__":1}')), RangeError],
    ["services[0].privileges", withRtc([600]), TypeError],
    ["services[0].privileges", withRtc(new Map([["joinChannel", 600]])), TypeError],
    ["services[0].privileges", withRtc(new Date()), TypeError],
    [
      "services[0].privileges.publishAudi",
      withRtc(Object.defineProperty({ publishAudi: 9 }, "joinChannel", { value: 5 })),
      RangeError,
    ],
    ["services[1].privileges", of7(rtc, { ...rtc, privileges: [600] }), TypeError],
    ["services[0].permissions", of7({ ...rtm2, permissions: [] }), TypeError],
    [
      "services[1].channel",
      of7(rtc, { ...rtc, type: "fcdn", channel: "", privileges: {} }),
      RangeError,
    ],
    ["services[1].uid", of7(rtc, { ...rtc, uid: undefined }), TypeError],
    ["services[1].account", of7(rtc, { ...rtc, uid: undefined, account: "" }), RangeError],
    ["services[1].privileges.joinChannel", of7(rtc, withJoin(2 ** 32)), RangeError],
    ["services[1].privileges.login", of7(rtc, { ...rtc, privileges: { login: 1 } }), RangeError],
    ["services[1].userId", of7(rtc, { type: "rtm", userId: "", privileges: {} }), RangeError],
    ["services[1].userId", of7(rtc, { type: "chat", userId: "*", privileges: {} }), RangeError],
    ["services[1].userId", of7(rtc, { ...rtm2, userId: "x".repeat(256) }), RangeError],
    ["services[0].role", of7({ ...apaas, role: 0x8000 }), RangeError],
    ["services[0].role", of7({ ...apaas, role: 1.5 }), RangeError],
    ["services[0].role", of7({ ...apaas, role: 5n }), TypeError],
    ["services[0].roomUuid", of7({ ...apaas, roomUuid: undefined }), TypeError],
    ["services[0].permissions", of7({ ...rtm2, permissions: undefined }), TypeError],
    ["services[0].permissions.rooms", of7({ ...rtm2, permissions: { rooms: {} } }), RangeError],
    ["services[0].permissions.users.own", withUsers({ own: [] }), RangeError],
    ["services[0].permissions.users.read", withUsers({ read: "a" }), TypeError],
    ["services[0].permissions.users.read[1]", withUsers({ read: ["a", ""] }), RangeError],
    ["services[0].permissions.users.write[0]", withUsers({ write: [5n] }), TypeError],
  ];
  test.each(cases)("%s: %o", (field, fields, error) => {
    expect(() => sign(fields)).toThrow(error);
    const path = field.replace(/[[\].]/g, "\\$&");
    expect(() => sign(fields)).toThrow(new RegExp(`^${path}: `));
  });

  test("a privilege that stands in Object.prototype is granted to nobody", () => {
    const prototype = Object.prototype as { publishAudio?: number };
    prototype.publishAudio = 600;
    try {
      expect(() => sign(of7(rtc))).toThrow(/^services\[0\]\.privileges\.publishAudio: /);
      expect(() => sign(of6)).toThrow(/^privileges\.publishAudio: /);
    } finally {
      delete prototype.publishAudio;
    }
  });

  test("a number that is no u32 says what it must be", () => {
    expect(() => sign(of7(rtc, withJoin(2 ** 32)))).toThrow(
      new RangeError("services[1].privileges.joinChannel: must be an integer from 0 to 4294967295"),
    );
  });

  test("a wrong token leaves the next one right", () => {
    const before = sign(of7(rtc));
    for (const [, fields] of cases) expect(() => sign(fields)).toThrow();
    expect(sign(of7(rtc))).toBe(before);
  });
});

function of6version7(): object {
  return { ...of6, version: 7, issueTs: 1, expire: 2 };
}

function withJoin(joinChannel: number): object {
  return { ...rtc, privileges: { joinChannel } };
}

function withRtc(privileges: object): object {
  return of7({ ...rtc, privileges });
}

function withUsers(users: object): object {
  return of7({ ...rtm2, permissions: { users } });
}

test("every type takes a token with no privilege at all", () => {
  const services: TokenService[] = [
    { ...rtc, privileges: {} },
    { type: "rtm", userId: "u", privileges: {} },
    { type: "fpa", privileges: {} },
  ];
  expect(sign(of7(...services))).toMatch(/^007/);
});
