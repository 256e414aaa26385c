import * as fc from "fast-check";
import { type ChannelKeyFields, createSigner, inspect } from "latchkey";
import { describe, expect, test } from "vitest";
import { channelKeyFields, hex32 } from "../support/arbitraries.ts";
import { OFFICIAL_KEYS } from "../support/official.ts";

/** What a key of each version shows: 4 and 5 sign the uid but do not show it, nor 4 the service. */
function shown(appId: string, fields: ChannelKeyFields): object {
  const { channel: _, uid, service, ...rest } = fields;
  const { version } = fields;
  return {
    ...rest,
    appId: version === 5 ? appId.toLowerCase() : appId,
    ...(version !== 4 && { service }),
    ...((version === 2 || version === 3) && { uid }),
    signature: expect.stringMatching(version === 5 ? /^[0-9A-F]{40}$/ : /^[0-9a-f]{40}$/),
    findings: expect.any(Array),
  };
}

test("inspecting a key returns what was put in", () => {
  fc.assert(
    fc.property(hex32, hex32, channelKeyFields(1, 2, 3, 4, 5), (appId, appCertificate, fields) => {
      expect(inspect(createSigner({ appId, appCertificate }).channelKey(fields))).toEqual(
        shown(appId, fields),
      );
    }),
    { numRuns: 2000 },
  );
});

test("a key with one bit changed, anywhere, is malformed or says what its signature does not sign", () => {
  fc.assert(
    fc.property(
      hex32,
      hex32,
      channelKeyFields(1, 2, 3, 4, 5),
      fc.nat(),
      fc.nat({ max: 7 }),
      (appId, certificate, fields, at, bit) => {
        const key = createSigner({ appId, appCertificate: certificate }).channelKey(fields);
        const place = at % key.length;
        const changed =
          key.slice(0, place) +
          String.fromCharCode(key.charCodeAt(place) ^ (1 << bit)) +
          key.slice(place + 1);
        const again = signedAgain(changed, certificate, fields);
        expect(again).not.toBe(changed);
      },
    ),
    { numRuns: 2000 },
  );
});

/** The key that the certificate signs for what `key` says; undefined if it says nothing. */
function signedAgain(
  key: string,
  appCertificate: string,
  { channel, uid, service }: ChannelKeyFields,
): string | undefined {
  const { signature: _, findings, appId, ...said } = inspect(key);
  if (appId === undefined) {
    expect(findings[0]?.code).toBe("malformed");
    return undefined;
  }
  const user = said.version === 1 ? {} : { uid };
  return createSigner({ appId, appCertificate }).channelKey({
    service,
    ...user,
    ...said,
    channel,
  } as ChannelKeyFields);
}

test("a signature that happens to begin with 003, 004 or 005 does not hide a key of version 1 or 2", () => {
  const rest = `${"a".repeat(37)}${"b".repeat(32)}0000000001${"0".repeat(8)}`;
  for (const start of ["003", "004", "005"]) {
    expect(inspect(start + rest).version).toBe(1);
    expect(inspect(`${start}${rest}00000000420000000000`)).toMatchObject({
      version: 2,
      uid: 42,
      expiredTs: 0,
    });
  }
});

/** A text that is no key or token has findings alone. */
function expectMalformed(text: string, reason: string): void {
  const { findings, ...said } = inspect(text);
  expect(said).toEqual({});
  expect(findings[0]?.code).toBe("malformed");
  expect(findings[0]?.message).toContain(reason);
}

describe("a text that is no key has the finding with the reason, which never quotes it", () => {
  const key5 = OFFICIAL_KEYS.find(({ fields }) => fields.version === 5)?.key ?? "";
  const key4 = OFFICIAL_KEYS.find(({ fields }) => fields.version === 4)?.key ?? "";
  const repacked = (change: (bytes: Uint8Array) => Uint8Array) => {
    const bytes = change(
      Uint8Array.from(atob(key5.slice(3)), (character) => character.charCodeAt(0)),
    );
    return `005${btoa(String.fromCharCode(...bytes))}`;
  };
  const set = (at: number, value: number) => (bytes: Uint8Array) => bytes.with(at, value);
  test.each([
    ["nothing", "", "has 0 characters"],
    ["another text", "hello", "has 5 characters"],
    ["upper-case digits in version 4", key4.toUpperCase(), "not its digits"],
    [
      "an issue time beyond 32 bits",
      key4.replace("1446455472", "4294967296"),
      "issue time does not fit 32 bits",
    ],
    [
      "an expiry beyond 32 bits",
      key4.replace(/.{10}$/, "9999999999"),
      "expiry does not fit 32 bits",
    ],
    ["no base64", "005@@@@", "not base64"],
    ["a million characters of base64", `005${"A".repeat(1_000_000)}`, "has 1000003 characters"],
    ["an end too soon", repacked((bytes) => bytes.subarray(0, 60)), "ends within its"],
    ["nothing after 005", "005", "ends within its service"],
    [
      "bytes after the end",
      repacked((bytes) => new Uint8Array([...bytes, 0])),
      "bytes follow its end",
    ],
    ["an unknown service", repacked(set(0, 9)), "service that does not exist"],
    ["a signature of another length", repacked(set(2, 39)), "signature does not have 40 bytes"],
    [
      "a signature that is not hexadecimal",
      repacked(set(4, 0x7a)),
      "not 40 upper-case hexadecimal digits",
    ],
    [
      "a permission without the service",
      repacked(set(74, 1)),
      "permissions that its service doesn't have",
    ],
    [
      "the service without a permission",
      repacked(set(0, 4)),
      "permissions that its service doesn't have",
    ],
  ])("%s", (_, key, reason) => {
    expectMalformed(key, reason);
  });

  test("a key with white space, which is read nevertheless", () => {
    const { version, findings } = inspect(`${key4} `);
    expect(version).toBe(4);
    expect(findings[0]?.message).toContain("has 104 characters");
  });

  test("a permission that does not exist", () => {
    const withPermission =
      OFFICIAL_KEYS.find(({ fields }) => fields.permission === "noUpload")?.key ?? "";
    const bytes = Uint8Array.from(atob(withPermission.slice(3)), (character) =>
      character.charCodeAt(0),
    );
    const changed = bytes.with(bytes.length - 1, 0x37);
    expectMalformed(
      `005${btoa(String.fromCharCode(...changed))}`,
      "permission that does not exist",
    );
  });

  test("what is no string is thrown, as are wrong options", () => {
    for (const value of [undefined, null, 5n, 5, {}, new String(key5)])
      expect(() => inspect(value as never)).toThrow("text: must be a string");
    for (const [options, error] of [
      [{ now: -1 }, "now: "],
      [{ now: 5n }, "now: "],
      [{ channel: "" }, "channel: "],
      [{ uid: 2 ** 32 }, "uid: "],
      [{ account: 5 }, "account: "],
      [{ account: "" }, "account: "],
      [{ uid: 1, account: "alice" }, "account: "],
    ] as const)
      expect(() => inspect(key5, options as never)).toThrow(error);
  });
});
