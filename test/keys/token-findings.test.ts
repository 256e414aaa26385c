import * as fc from "fast-check";
import { createSigner, type InspectOptions, inspect } from "latchkey";
import { describe, expect, test } from "vitest";
import { channel, hex32, u32 } from "../support/arbitraries.ts";
import {
  type Fields006,
  type Fields007,
  u32 as packedU32,
  privileges,
  service,
  text,
  token006,
  token007,
  u16,
} from "../support/packed-token.ts";

const NOW = 1_800_000_000;
const HOUR = 3_600;
const DAY = 86_400;
const ids = { appId: "a".repeat(32), appCertificate: "b".repeat(32) };
const publisher = (value: number): [number, number][] => [
  [1, value],
  [2, value],
  [3, value],
  [4, value],
];
const rtc = (
  entries: readonly (readonly [number, number])[],
  channelName = "room-1",
  user = "42",
) => service(1, entries, text(channelName), text(user));

const of007 = (change: Partial<Fields007> = {}) =>
  token007({ ...ids, issueTs: NOW, expire: HOUR, services: [rtc(publisher(HOUR))], ...change });
const of006 = (change: Partial<Fields006> = {}) =>
  token006({
    ...ids,
    channel: "room-1",
    user: "42",
    ts: NOW + HOUR,
    privileges: publisher(NOW + HOUR),
    ...change,
  });
const joined = (...services: Fields007["services"]) => of007({ services });

function codes(token: string, options: InspectOptions = {}): string[] {
  return inspect(token, { now: NOW, ...options }).findings.map(({ code }) => code);
}

test("a good token has no finding, for whoever it is made", () => {
  for (const token of [of006(), of007()]) {
    expect(codes(token)).toEqual([]);
    expect(codes(token, { channel: "room-1", uid: 42 })).toEqual([]);
    expect(codes(token, { channel: "room-1", account: "42" })).toEqual([]);
    expect(codes(token, { now: NOW + HOUR - 1 })).toEqual([]);
  }
});

describe("expiry", () => {
  test("of the token, to the second", () => {
    for (const token of [of006(), of007()])
      expect(codes(token, { now: NOW + HOUR })).toEqual(["token_expired"]);
  });

  test("of a privilege before its token: the message names it", () => {
    const entries = [
      [1, HOUR],
      [2, 60],
      [3, HOUR],
    ] as const;
    const absolute = entries.map(([key, value]) => [key, NOW + value] as const);
    for (const token of [joined(rtc(entries)), of006({ privileges: absolute })]) {
      const { findings } = inspect(token, { now: NOW + 70 });
      expect(findings.map(({ code }) => code)).toEqual(["privilege_expired"]);
      expect(findings[0]?.message).toContain("publishAudio (10 s ago)");
      expect(findings[0]?.sdkErrors).toEqual([]);
      expect(codes(token, { now: NOW + 59 })).toEqual([]);
    }
  });

  test("of what joining needs is an error of the SDK", () => {
    const { findings } = inspect(
      joined(
        rtc([
          [1, 60],
          [2, HOUR],
        ]),
      ),
      { now: NOW + 60 },
    );
    expect(findings[0]).toMatchObject({ code: "privilege_expired" });
    expect(findings[0]?.sdkErrors).toContainEqual({ number: 109, name: "ERR_TOKEN_EXPIRED" });
  });

  test("a privilege of 0 lives as long as its token", () => {
    expect(codes(joined(rtc(publisher(0))), { now: NOW + HOUR - 1 })).toEqual([]);
    expect(codes(of006({ privileges: publisher(0) }), { now: NOW + HOUR - 1 })).toEqual([]);
  });

  test("a lifetime of 0 is not documented", () => {
    expect(codes(of007({ expire: 0 }))).toEqual(["zero_lifetime"]);
  });

  test("a privilege that outlives its token", () => {
    expect(
      codes(
        joined(
          rtc([
            [1, HOUR + 1],
            [2, HOUR],
          ]),
        ),
      ),
    ).toEqual(["privilege_outlives_token"]);
    const longer = [
      [1, NOW + HOUR + 1],
      [2, NOW + HOUR],
    ] as const;
    expect(codes(of006({ privileges: longer }))).toEqual(["privilege_outlives_token"]);
  });

  test("over 24 hours", () => {
    const day = { expire: DAY, services: [rtc(publisher(DAY))] };
    expect(codes(of007(day))).toEqual([]);
    expect(codes(of007({ expire: DAY + 1, services: [rtc(publisher(HOUR))] }))).toEqual([
      "over_24_hours",
    ]);
    expect(codes(of006({ ts: NOW + DAY }))).toEqual([]);
    // 006 does not say when it was issued.
    expect(codes(of006({ ts: NOW + 2 * DAY }))).toEqual(["past_24_hours", "over_24_hours"]);
  });

  test("in 006, of what joining does not need: it informs", () => {
    const later = NOW + HOUR;
    for (const wrong of [60, (NOW * 1000) % 2 ** 32]) {
      const token = of006({
        privileges: [
          [1, later],
          [2, later],
          [3, wrong],
        ],
      });
      const { findings } = inspect(token, { now: NOW, channel: "room-1", uid: 42 });
      expect(findings.length).toBeGreaterThan(0);
      for (const { sdkErrors } of findings) expect(sdkErrors).toEqual([]);
    }
  });

  test("issued in the future, beyond what clocks are apart", () => {
    expect(codes(of007(), { now: NOW - 10 })).toEqual([]);
    expect(codes(of007(), { now: NOW - 11 })).toEqual(["issued_in_future"]);
  });
});

describe("the numbers of another version", () => {
  test("a duration in 006, where a time belongs", () => {
    expect(codes(of006({ ts: HOUR }))).toEqual(["token_expired", "duration_as_expiry"]);
    const { findings } = inspect(of006({ privileges: publisher(HOUR) }), { now: NOW });
    expect(findings.map(({ code }) => code)).toEqual(["privilege_expired", "duration_as_expiry"]);
    expect(findings[1]?.message).toContain("joinChannel 3600");
  });

  test("a time in 007, where a duration belongs", () => {
    expect(codes(of007({ expire: NOW + HOUR }))).toEqual(["time_as_duration"]);
    expect(codes(joined(rtc(publisher(NOW + HOUR))))).toEqual(["time_as_duration"]);
  });

  test("milliseconds, cut to 32 bits", () => {
    const wrapped = (NOW * 1000) % 2 ** 32;
    expect(codes(of007({ issueTs: wrapped }))).toContain("milliseconds");
    expect(codes(of006({ ts: wrapped }))).toContain("milliseconds");
  });
});

describe("names", () => {
  test.each([
    [{ channel: "room-2" }, ["signed_for_other_channel"]],
    [{ uid: 43 }, ["signed_for_other_user"]],
    [{ uid: 0 }, ["signed_for_other_user"]],
    [{ account: "alice" }, ["signed_for_other_user"]],
    [{ channel: "a", uid: 1 }, ["signed_for_other_channel", "signed_for_other_user"]],
  ])("other than asked: %j", (asked, expected) => {
    expect(codes(of007(), asked)).toEqual(expected);
    expect(codes(of006(), asked)).toEqual(expected);
  });

  test("anyone, and the account 0, which is another user", () => {
    for (const [user, code] of [
      ["", "signed_for_any_uid"],
      ["0", "account_zero"],
    ] as const) {
      const tokens = [joined(rtc(publisher(HOUR), "room-1", user)), of006({ user })];
      for (const token of tokens) {
        expect(codes(token)).toEqual([code]);
        const others = code === "account_zero" ? ["signed_for_other_user", code] : [code];
        expect(codes(token, { uid: 0 })).toEqual(code === "account_zero" ? others : [code]);
        expect(codes(token, { uid: 42 })).toEqual(others);
      }
    }
    const { findings } = inspect(of006({ user: "0" }), { now: NOW, account: "0" });
    expect(findings).toMatchObject([{ code: "account_zero", sdkErrors: [] }]);
  });

  test.each(["", "*"])("any channel: %j", (any) => {
    for (const token of [joined(rtc(publisher(HOUR), any)), of006({ channel: any })])
      for (const asked of [{}, { channel: "room-9" }])
        expect(codes(token, asked)).toEqual(["signed_for_any_channel"]);
  });

  test("one of several services for the channel is enough, and its user counts", () => {
    const token = joined(rtc(publisher(HOUR), "a", "1"), rtc(publisher(HOUR), "b", "2"));
    expect(codes(token, { channel: "b", uid: 2 })).toEqual([]);
    expect(codes(token, { channel: "b", uid: 1 })).toEqual(["signed_for_other_user"]);
    expect(codes(token, { uid: 1 })).toEqual([]);
  });

  test("without RTC, the users of the other services count", () => {
    const token = joined(service(2, [[1, HOUR]], text("alice")));
    expect(codes(token, { account: "alice" })).toEqual([]);
    expect(codes(token, { account: "bob" })).toEqual(["signed_for_other_user"]);
    expect(codes(token, { channel: "room-1" })).toEqual(["no_join_privilege"]);
    const streaming = joined(service(3, [[1, HOUR]], text("room-1"), text("42")));
    expect(codes(streaming, { channel: "room-1", uid: 42 })).toEqual([]);
    expect(codes(streaming, { channel: "room-2" })).toEqual(["signed_for_other_channel"]);
  });
});

describe("what it grants", () => {
  test("nothing: no service", () => {
    expect(codes(joined())).toEqual(["no_service"]);
  });

  test("no join privilege", () => {
    expect(codes(joined(rtc([[2, HOUR]])))).toEqual(["no_join_privilege"]);
    expect(codes(of006({ privileges: [[2, NOW + HOUR]] }))).toEqual(["no_join_privilege"]);
    expect(codes(of006({ privileges: [] }))).toEqual(["no_join_privilege"]);
  });

  test("subscriber only", () => {
    expect(codes(joined(rtc([[1, HOUR]])))).toEqual(["subscriber_only"]);
    expect(codes(of006({ privileges: [[1, NOW + HOUR]] }))).toEqual(["subscriber_only"]);
  });

  test("a service without a privilege", () => {
    const chat = service(5, [], text("alice"));
    expect(codes(joined(rtc(publisher(HOUR)), chat))).toEqual(["service_without_privilege"]);
  });
});

describe("how it is packed", () => {
  test("an unknown service, an unknown privilege, disorder, doubles, bytes too many", () => {
    const unknown = [...u16(42), ...privileges([])];
    expect(codes(joined(rtc(publisher(HOUR)), unknown))).toEqual(["unknown_service"]);
    expect(codes(joined(rtc([...publisher(HOUR), [9, HOUR]])))).toEqual(["unknown_privilege"]);
    expect(codes(joined(rtc(publisher(HOUR).reverse())))).toEqual(["unsorted_privileges"]);
    expect(
      codes(
        joined(
          rtc([
            [1, HOUR],
            [1, HOUR],
            [2, HOUR],
          ]),
        ),
      ),
    ).toEqual(["duplicate_privilege"]);
    expect(codes(of007({ rest: packedU32(1) }))).toEqual(["extra_bytes"]);
    expect(codes(of006({ rest: [0] }))).toEqual(["extra_bytes"]);
  });

  test("a message names a few of many, so that no token makes it long", () => {
    const many = Array.from({ length: 5_000 }, (_, i): [number, number] => [i + 1, 1]);
    for (const { message } of inspect(joined(rtc(many)), { now: NOW }).findings)
      expect(message.length).toBeLessThan(600);
  });
});

const name = fc.oneof(channel, u32.map(String));
const user = fc.oneof(
  u32.map((uid) => ({ uid })),
  name.filter((text) => !/^\d+$/.test(text)).map((account) => ({ account })),
);

describe("inspect gives back what was put in", () => {
  test("007 by our signer", () => {
    const granted = fc.record(
      { joinChannel: u32, publishAudio: u32, publishVideo: u32, publishData: u32 },
      { requiredKeys: [] },
    );
    const services = fc.array(
      fc.oneof(
        fc.tuple(channel, user, granted).map(([of, who, all]) => ({
          type: "rtc" as const,
          channel: of,
          ...who,
          privileges: all,
        })),
        fc.tuple(name, u32).map(([userId, login]) => ({
          type: "rtm" as const,
          userId,
          privileges: { login },
        })),
      ),
      { minLength: 1, maxLength: 4 },
    );
    const times = fc.record({ issueTs: u32, expire: u32, salt: u32 });
    fc.assert(
      fc.property(hex32, hex32, times, services, (appId, appCertificate, fields, put) => {
        const signer = createSigner({ appId, appCertificate });
        const token = signer.accessToken({ version: 7, ...fields, services: put });
        const said = inspect(token, { now: NOW });
        const inOrder = [...put].sort((a, b) => a.type.localeCompare(b.type));
        expect(said).toMatchObject({ version: 7, appId, ...fields, services: inOrder });
        expect(said.signature).toMatch(/^[0-9a-f]{64}$/);
      }),
      { numRuns: 1_000 },
    );
  });

  test("006 by our signer", () => {
    const granted = fc.record(
      { joinChannel: u32, publishAudio: u32, publishVideo: u32, publishData: u32 },
      { requiredKeys: [] },
    );
    const times = fc.record({ ts: u32, salt: u32 });
    fc.assert(
      fc.property(
        hex32,
        hex32,
        times,
        channel,
        user,
        granted,
        (appId, appCertificate, fields, of, who, all) => {
          const signer = createSigner({ appId, appCertificate });
          const token = signer.accessToken({
            version: 6,
            ...fields,
            channel: of,
            ...who,
            privileges: all,
          });
          const said = inspect(token, { now: NOW, channel: of, ...who });
          expect(said).toMatchObject({ version: 6, appId, ...fields, privileges: all });
          const found = said.findings.map(({ code }) => code);
          expect(found).not.toContain("signed_for_other_channel");
          expect(found).not.toContain("signed_for_other_user");
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
