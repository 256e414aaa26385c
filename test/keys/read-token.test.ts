import { describe, expect, test } from "vitest";
import {
  type ReadToken006,
  type ReadToken007,
  readToken,
} from "../../src/keys/token/read-token.ts";
import { SERVICE_TYPES } from "../../src/keys/token/token-services.ts";
import { verify006, verify007 } from "../../src/keys/token/verify-token.ts";
import { userText } from "../../src/keys/user.ts";
import {
  type Fields007,
  map,
  privileges,
  service,
  text,
  text007,
  token006,
  token007,
  u16,
  u32,
} from "../support/packed-token.ts";
import vectors006 from "../vectors/access-token-006.json" with { type: "json" };
import vectors007 from "../vectors/access-token-007.json" with { type: "json" };

function read(token: string) {
  const result = readToken(token);
  if (!result.ok) throw new Error(result.errors[0]?.message);
  return result.value;
}
const read006 = (token: string) => read(token) as ReadToken006;
const read007 = (token: string) => read(token) as ReadToken007;

const numbers = (values: object) => Object.values(values);
const otherCase = (certificate: string) =>
  certificate === certificate.toLowerCase() ? certificate.toUpperCase() : certificate.toLowerCase();

describe("the vendor's own tokens", () => {
  test("006: all is read as it was put in, and verifies for its names alone", () => {
    for (const { key, appId, salt, ts, channel, account, ...vector } of vectors006) {
      const token = read006(key);
      expect(token.token).toMatchObject({ version: 6, appId, salt, ts });
      expect(numbers(token.token.privileges)).toEqual(numbers(vector.privileges));
      expect(token.oddities).toMatchObject({ unknownPrivileges: [], extraBytes: 0 });
      const names = { channel, user: account };
      const certificate = vector.appCertificate;
      expect(verify006(token, certificate, names)).toBe(true);
      expect(verify006(token, otherCase(certificate), names)).toBe(false);
      const others = { channel: `${channel}x`, user: account };
      expect(verify006(token, certificate, others)).toBe(false);
    }
    expect(vectors006).toHaveLength(120);
  });

  test("007: all is read as it was put in, and verifies without any help", () => {
    const seen = new Set<string>();
    for (const { key, appId, issueTs, expire, salt, services, appCertificate } of vectors007) {
      const token = read007(key);
      expect(token.token).toMatchObject({ version: 7, appId, issueTs, expire, salt });
      expect(token.token.services.map(plain)).toEqual(
        services.map(({ privileges: granted, ...rest }) => ({
          ...rest,
          ...{ privileges: numbers(granted) },
        })),
      );
      for (const { type } of token.token.services) seen.add(type);
      expect(verify007(token, appCertificate)).toBe(true);
      expect(verify007(token, otherCase(appCertificate))).toBe(false);
      expect(token.segments.at(-1)?.end).toBe(token.content.length);
    }
    expect(vectors007).toHaveLength(200);
    expect(seen.size).toBeGreaterThan(5);
  });
});

/** A service as the vectors have it. */
function plain(service: ReadToken007["token"]["services"][number]): object {
  const type = SERVICE_TYPES[service.type];
  const granted = { privileges: numbers(service.privileges) };
  switch (service.type) {
    case "rtc":
    case "streaming":
    case "fcdn":
      return { type, channel: service.channel, account: userText(service), ...granted };
    case "fpa":
      return { type, ...granted };
    case "apaas": {
      const { roomUuid: room, userUuid: account, role } = service;
      return { type, room, account, role, ...granted };
    }
    default:
      return { type, account: service.userId, ...granted };
  }
}

const fields: Fields007 = {
  appId: "970CA35de60c44645bbae8a215061b33",
  appCertificate: "5CFd2fd1755d40ecb72977518be15d3b",
  issueTs: 1_800_000_000,
  expire: 600,
  services: [service(1, [[1, 600]], text("room-1"), text("42"))],
};
const servicesOf = (...services: Fields007["services"]) =>
  read007(token007({ ...fields, services })).token.services;

describe("the user of a service", () => {
  test.each([
    ["", { uid: 0 }],
    ["42", { uid: 42 }],
    ["4294967295", { uid: 4294967295 }],
    ["4294967296", { account: "4294967296" }],
    ["0", { account: "0" }],
    ["042", { account: "042" }],
    ["-1412626023", { account: "-1412626023" }],
    ["alice", { account: "alice" }],
    ["\ufeffalice", { account: "\ufeffalice" }],
  ])("%j", (account, user) => {
    const [first] = servicesOf(service(1, [[1, 600]], text("room-1"), text(account)));
    expect(first).toEqual({
      type: "rtc",
      channel: "room-1",
      ...user,
      privileges: { joinChannel: 600 },
    });
  });
});

test("the permissions of RTM 2 by their names, lists in their order", () => {
  const lists = (...values: string[]) => [...u16(values.length), ...values.flatMap(text)];
  const packed = map([
    [0, map([[0, lists("b", "a", "b")]])],
    [1, map([[1, lists()]])],
    [
      4,
      map([
        [0, lists("u")],
        [1, lists("v")],
      ]),
    ],
  ]);
  expect(servicesOf(service(8, [[1, 600]], text("alice"), packed))).toEqual([
    {
      type: "rtm2",
      userId: "alice",
      privileges: { login: 600 },
      permissions: {
        messageChannels: { read: ["b", "a", "b"] },
        streamChannels: { write: [] },
        users: { read: ["u"], write: ["v"] },
      },
    },
  ]);
});

describe("what no builder makes is read and reported", () => {
  const odd = (change: Partial<Fields007>) => read007(token007({ ...fields, ...change }));
  const rtc = (...entries: [number, number][]) => [service(1, entries, text("room-1"), text("42"))];

  test("a service of an unknown type ends the reading, and the signature covers it", () => {
    const unknown = service(99, [[1, 600]], text("future"));
    const token = odd({ services: [...fields.services, unknown, ...fields.services] });
    expect(token.token.services).toHaveLength(1);
    expect(token.oddities).toMatchObject({ unknownService: 99, unreadServices: 2, extraBytes: 0 });
    expect(verify007(token, fields.appCertificate)).toBe(true);
  });

  test("unknown privileges, in services and in 006", () => {
    expect(odd({ services: rtc([1, 600], [5, 1], [77, 2]) }).oddities.unknownPrivileges).toEqual([
      5, 77,
    ]);
    const names = { channel: "room-1", user: "42" };
    const token = token006({
      ...fields,
      ...names,
      ts: 9,
      privileges: [
        [1, 9],
        [101, 9],
      ],
    });
    expect(read006(token).oddities.unknownPrivileges).toEqual([101]);
  });

  test("unsorted and doubled privileges: the last one counts", () => {
    expect(odd({ services: rtc([2, 5], [1, 6]) }).oddities.isUnsorted).toBe(true);
    const doubled = odd({ services: rtc([1, 5], [1, 6]) });
    expect(doubled.oddities).toMatchObject({ isUnsorted: false, hasDuplicates: true });
    expect(doubled.token.services[0]?.privileges).toEqual({ joinChannel: 6 });
    expect(odd({}).oddities).toMatchObject({ isUnsorted: false, hasDuplicates: false });
  });

  test("bytes too many", () => {
    expect(odd({ rest: [1, 2, 3] }).oddities.extraBytes).toBe(3);
    const names = { channel: "room-1", user: "42" };
    const token = token006({ ...fields, ...names, ts: 9, privileges: [[1, 9]], rest: [1, 2] });
    expect(read006(token).oddities.extraBytes).toBe(2);
    expect(verify006(read006(token), fields.appCertificate, names)).toBe(true);
  });
});

describe("006 signs its names without a boundary", () => {
  const names = { channel: "room1", user: "23" };
  const token = read006(token006({ ...fields, ...names, ts: 9, privileges: [[1, 9]] }));

  test.each([
    ["room1", "23", true],
    ["room12", "3", false],
    ["room", "123", false],
    ["room123", "", false],
  ])("channel %s with user %j: %s", (channel, user, verifies) => {
    expect(verify006(token, fields.appCertificate, { channel, user })).toBe(verifies);
  });
});

describe("a text that is no token is refused with the reason", () => {
  const whole006 = token006({ ...fields, channel: "a", user: "b", ts: 9, privileges: [[1, 9]] });
  const body = [...text(fields.appId), ...u32(1), ...u32(2), ...u32(3), ...u16(0)];
  const signature = new Uint8Array(32);
  const signed = (...rest: (readonly number[])[]) =>
    text007([...u16(32), ...signature, ...rest.flat()]);
  test.each([
    ["nothing", "", 'begins with "006" or "007"'],
    ["a prefix alone", "007", "ends too soon"],
    ["a prefix alone, 006", "006", "App ID"],
    ["no base64", "007!!!!", "not base64"],
    ["a cut stream, which PHP's reader takes", "007eJxT", "ends too soon"],
    ["base64 without its padding", "007eJw", "not base64"],
    ["stray bits in the last character", "007eJx=", "not base64"],
    ["stray bits in the last but two", "007eJ==", "not base64"],
    ["no zlib", `007${btoa("hello!")}`, "no zlib stream"],
    ["too many characters", `007${"A".repeat(100_000)}`, "too many"],
    ["an empty content", text007([]), "inside, it ends too soon"],
    ["a signature of 31 bytes", text007([...u16(31), ...signature.slice(1), ...body]), "32 bytes"],
    ["an App ID of 31 digits", signed(text("a".repeat(31))), "App ID"],
    ["an App ID that is not hexadecimal", signed(text("x".repeat(32))), "App ID"],
    ["an end within a service", signed(body.slice(0, -2), u16(1), u16(1)), "inside, it ends"],
    ["fewer services than it says", signed(body.slice(0, -2), u16(1)), "inside, it ends too soon"],
    [
      "a channel that is not UTF-8",
      signed(body.slice(0, -2), u16(1), u16(2), privileges([]), u16(1), [0xff]),
      "UTF-8",
    ],
    ["006 with an App ID that is not hexadecimal", `006${"x".repeat(32)}AAAA`, "App ID"],
    ["006 cut at its end", `${whole006.slice(0, 60)}`.slice(0, 59), "ends too soon"],
    [
      "006 with bytes behind its signed message",
      token006({ ...fields, channel: "a", user: "b", ts: 9, privileges: [[1, 9]], behind: [0] }),
      "bytes follow its end",
    ],
  ])("%s", (_name, token, reason) => {
    const result = readToken(token);
    expect(result.ok ? "read" : result.errors[0]?.message).toContain(reason);
  });
});
