// Would Agora take the token now? Of the services in it, those count that are for the channel and
// the user who join.

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { APP_ID, NOW, SECRETS, type TestResponse } from "../support/deployment.ts";
import { findings, inspect, numbers } from "../support/inspection.ts";
import { type Packed, service, text, token006, token007, u16 } from "../support/packed-token.ts";

const LIFE = 600;
const DAY = 86_400;
const AGE = 100;
const { APP_CERTIFICATE: appCertificate } = SECRETS;
const ids = { appId: APP_ID, appCertificate };
const asked = { channel: "room-1", uid: 42 };

type Entries = readonly (readonly [privilege: number, seconds: number])[];
const inChannel = (type: number) => (channel: string, user: string, entries: Entries) =>
  service(type, entries, text(channel), text(user));
const rtc = inChannel(1);
const streaming = inChannel(3);
const fcdn = inChannel(6);
const rtm = (user: string, entries: Entries) => service(2, entries, text(user));
const chat = (user: string, entries: Entries) => service(5, entries, text(user));
const apaas = (room: string, user: string, entries: Entries) =>
  service(7, entries, text(room), text(user), u16(0xffff));
const rtm2 = (user: string, entries: Entries) => service(8, entries, text(user), u16(0));
const unknown: Packed = [...u16(99), ...u16(0)];

const JOIN: Entries = [[1, LIFE]];
const PUBLISH: Entries = [
  [1, LIFE],
  [2, LIFE],
];
const AUDIO: Entries = [[2, LIFE]];
const SHORT: Entries = [[1, 5]];

type Change = Partial<Parameters<typeof token007>[0]>;

/** A token of these services, issued `age` seconds ago. */
function ofServices(services: readonly Packed[], age = 0, change: Change = {}): string {
  return token007({ ...ids, issueTs: NOW - age, expire: LIFE, services, ...change });
}

function verdict({ json }: TestResponse): unknown {
  expect(json.signature).toBe("valid");
  return json.verdict;
}

describe("the services for channel and user together decide", () => {
  test.each<[string, Packed[], string, string[]]>([
    [
      "the privilege to join is another channel's",
      [rtc("room-1", "42", AUDIO), rtc("room-2", "42", JOIN)],
      "refused",
      ["no_join_privilege"],
    ],
    [
      "FCDN is for the channel, RTC for another",
      [rtc("room-2", "42", PUBLISH), fcdn("room-1", "42", [[2, LIFE]])],
      "refused",
      ["signed_for_other_channel"],
    ],
    [
      "streaming is for the user, RTC for another",
      [rtc("room-1", "7", PUBLISH), streaming("room-1", "42", [[2, LIFE]])],
      "refused",
      ["signed_for_other_user"],
    ],
    [
      "the privilege to join is another user's",
      [rtc("room-1", "7", JOIN), rtc("room-1", "42", [])],
      "refused",
      ["no_join_privilege"],
    ],
    [
      "no service is for both",
      [rtc("room-1", "7", PUBLISH), rtc("room-2", "42", PUBLISH)],
      "refused",
      ["signed_for_other_user"],
    ],
    [
      "only in another channel may the user publish",
      [rtc("room-1", "42", JOIN), rtc("room-2", "42", PUBLISH)],
      "accepted",
      ["subscriber_only"],
    ],
    [
      "what expired is another channel's",
      [rtc("other", "42", SHORT), rtc("room-1", "42", PUBLISH)],
      "accepted",
      [],
    ],
    [
      "what expired is RTM's, and its owner should know",
      [rtc("room-1", "42", PUBLISH), rtm("alice", SHORT)],
      "accepted",
      ["privilege_expired"],
    ],
    [
      "two are for both, and only one lets the user join",
      [rtc("room-1", "42", []), rtc("*", "42", PUBLISH)],
      "unknown",
      ["signed_for_any_channel", "services_disagree"],
    ],
    [
      "an account 0 is another service's user",
      [rtc("room-1", "0", PUBLISH), rtc("room-1", "42", PUBLISH)],
      "accepted",
      [],
    ],
  ])("%s", async (_name, services, expected, codes) => {
    const response = await inspect({ key: ofServices(services, AGE), ...asked });
    expect([verdict(response), findings(response)]).toEqual([expected, codes]);
  });

  test("the response names the service that fits", async () => {
    const key = ofServices([rtc("room-2", "7", PUBLISH), rtc("room-1", "42", PUBLISH)]);
    const shown = async (names: object) => {
      const { channel, uid } = (await inspect({ key, ...names })).json;
      return [channel, uid];
    };
    expect(await shown(asked)).toEqual(["room-1", 42]);
    expect(await shown({ uid: 7 })).toEqual(["room-2", 7]);
  });

  test("any services: the verdict is that of the ones that fit, whatever else is there", async () => {
    const entries = fc
      .record(
        { 1: fc.constantFrom(0, 5, LIFE), 2: fc.constantFrom(0, 5, LIFE) },
        { requiredKeys: [] },
      )
      .map((map) => Object.entries(map).map(([key, value]) => [Number(key), value] as const));
    const fields = fc.record({
      type: fc.constantFrom(1, 1, 1, 3, 6),
      channel: fc.constantFrom("room-1", "room-2", "*", ""),
      user: fc.constantFrom("42", "7", ""),
      entries,
    });
    const joins = ({ entries: of }: { entries: Entries }) =>
      of.some(([key, seconds]) => key === 1 && (seconds === 0 || seconds > AGE));
    const seen = new Set<unknown>();
    await fc.assert(
      fc.asyncProperty(fc.array(fields, { minLength: 1, maxLength: 4 }), async (all) => {
        const ofRtc = all.filter(({ type }) => type === 1);
        fc.pre(ofRtc.length > 0);
        const fitting = ofRtc.filter(
          ({ channel, user }) => ["room-1", "*", ""].includes(channel) && ["42", ""].includes(user),
        );
        const open = fitting.filter(joins).length;
        const expected = open === 0 ? "refused" : open === fitting.length ? "accepted" : "unknown";
        const packed = all.map((of) => inChannel(of.type)(of.channel, of.user, of.entries));
        const response = await inspect({ key: ofServices(packed, AGE), ...asked });
        expect(verdict(response)).toBe(expected);
        seen.add(expected);
      }),
      { numRuns: 500 },
    );
    expect(seen.size).toBe(3);
  });
});

describe("without RTC, the services for the user decide", () => {
  test.each<[string, Packed[], number, string, string]>([
    ["RTM that allows nothing", [rtm("42", [])], 0, "refused", "no_privilege"],
    ["chat that allows nothing", [chat("42", [])], 0, "refused", "no_privilege"],
    ["RTM 2 that allows nothing", [rtm2("42", [])], 0, "refused", "no_privilege"],
    ["streaming that allows nothing", [streaming("a", "42", [])], 0, "refused", "no_privilege"],
    ["FPA that allows nothing", [service(4, [])], 0, "refused", "no_privilege"],
    ["chat, expired", [chat("42", SHORT)], AGE, "refused", "privilege_expired"],
    ["aPaaS, expired", [apaas("r", "42", SHORT)], AGE, "refused", "privilege_expired"],
    ["streaming, expired", [streaming("a", "42", SHORT)], AGE, "refused", "privilege_expired"],
    ["FCDN, expired", [fcdn("a", "42", SHORT)], AGE, "refused", "privilege_expired"],
    [
      "RTM good, chat expired",
      [rtm("42", JOIN), chat("42", SHORT)],
      AGE,
      "unknown",
      "services_disagree",
    ],
    [
      "RTM good, chat without",
      [rtm("42", JOIN), chat("42", [])],
      0,
      "unknown",
      "services_disagree",
    ],
    ["an unknown service alone", [unknown], 0, "unknown", "nothing_understood"],
    [
      "RTM without, then an unknown one",
      [rtm("42", []), unknown],
      0,
      "unknown",
      "nothing_understood",
    ],
    ["an unknown privilege alone", [rtm("42", [[9, LIFE]])], 0, "unknown", "nothing_understood"],
  ])("%s", async (_name, services, age, expected, code) => {
    const response = await inspect({ key: ofServices(services, age), uid: 42 });
    expect(verdict(response)).toBe(expected);
    expect(findings(response)).toContain(code);
    const [found] = response.json.findings?.filter((of) => of.code === code) ?? [];
    expect(numbers(found).length > 0).toBe(expected === "refused");
  });

  test("an unknown service alone, for a channel", async () => {
    const response = await inspect({ key: ofServices([unknown]), ...asked });
    expect(verdict(response)).toBe("unknown");
  });

  test.each<[string, Packed[]]>([
    ["RTM", [rtm("42", JOIN)]],
    ["chat", [chat("42", JOIN)]],
    [
      "aPaaS with RTM, and a chat user of another name",
      [rtm("42", JOIN), chat("ab", []), apaas("r", "42", JOIN)],
    ],
    ["RTM beside streaming for another user", [streaming("a", "7", JOIN), rtm("42", JOIN)]],
    ["FPA", [service(4, [[1, 0]])]],
  ])("accepted: %s", async (_name, services) => {
    const response = await inspect({ key: ofServices(services, AGE), uid: 42 });
    expect(verdict(response)).toBe("accepted");
  });
});

describe("the vendor's 24 hours", () => {
  const long = {
    expire: 31 * DAY,
    services: [
      rtc("room-1", "42", [
        [1, 0],
        [2, 0],
      ]),
    ],
  };
  const aged = (age: number) => inspect({ key: ofServices([], age, long), ...asked });

  test("since the issue: past them only the vendor knows", async () => {
    expect(verdict(await aged(DAY - 1))).toBe("accepted");
    for (const age of [DAY, 30 * DAY]) {
      expect(verdict(await aged(age))).toBe("unknown");
      expect(findings(await aged(age))).toEqual(["past_24_hours", "over_24_hours"]);
    }
    expect(verdict(await aged(31 * DAY))).toBe("refused");
    expect(findings(await aged(31 * DAY))).toContain("token_expired");
  });

  test("of 006, which has no issue time: one that ends later may be old", async () => {
    const of006 = (ts: number) =>
      token006({ ...ids, channel: "room-1", user: "42", ts, privileges: [[1, 0]] });
    expect(verdict(await inspect({ key: of006(NOW + DAY), ...asked }))).toBe("accepted");
    expect(verdict(await inspect({ key: of006(NOW + 2 * DAY), ...asked }))).toBe("unknown");
  });
});

test("an App ID in another letter case, which tokens sign as text", async () => {
  const appId = APP_ID.toUpperCase();
  expect(appId).not.toBe(APP_ID);
  const fields = { appId, appCertificate };
  const of006 = token006({
    ...fields,
    channel: "room-1",
    user: "42",
    ts: NOW + LIFE,
    privileges: [[1, NOW + LIFE]],
  });
  const of007 = ofServices([rtc("room-1", "42", PUBLISH)], 0, fields);
  for (const key of [of006, of007]) {
    const response = await inspect({ key, ...asked });
    expect(verdict(response)).toBe("unknown");
    expect(findings(response)).toContain("app_id_letter_case");
  }
});

describe("names that no channel and no user can have", () => {
  test.each<[string, Packed]>([
    ["a channel of 300 bytes", rtc("x".repeat(300), "42", PUBLISH)],
    ["a channel of 65 bytes", rtc("x".repeat(65), "42", PUBLISH)],
    ["a channel with a NUL", rtc("a\0b", "42", PUBLISH)],
    ["an account with a line end", rtc("room-1", "ü\n", PUBLISH)],
    ["an account of 256 bytes", rtc("room-1", "x".repeat(256), PUBLISH)],
    ["an RTM user of none", rtm("", JOIN)],
    ["a chat user with an accent", chat("é", JOIN)],
    ["a chat user of 65 bytes", chat("x".repeat(65), JOIN)],
    ["an aPaaS room with a tab", apaas("a\tb", "42", JOIN)],
    ["an RTM 2 user of 300 bytes", rtm2("x".repeat(300), JOIN)],
  ])("%s", async (_name, packed) => {
    const response = await inspect({ key: ofServices([packed]) });
    expect([verdict(response), findings(response)[0]]).toEqual(["refused", expect.any(String)]);
    expect(findings(response)).toContain("impossible_name");
  });

  test("beside a service that fits, they inform", async () => {
    const key = ofServices([rtc("room-1", "42", PUBLISH), rtm("ü", JOIN)]);
    const response = await inspect({ key, ...asked });
    expect([verdict(response), findings(response)]).toEqual(["accepted", ["impossible_name"]]);
  });

  test("the longest that can be, the empty account and the wildcards are none", async () => {
    for (const packed of [
      rtc("x".repeat(64), "y".repeat(255), PUBLISH),
      rtc("*", "", PUBLISH),
      rtc("", "42", PUBLISH),
      chat("", [[2, LIFE]]),
      apaas("", "", [[3, LIFE]]),
    ]) {
      const response = await inspect({ key: ofServices([packed]) });
      expect(findings(response)).not.toContain("impossible_name");
      expect(verdict(response)).toBe("accepted");
    }
  });
});
