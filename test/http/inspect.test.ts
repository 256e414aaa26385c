import { describe, expect, test } from "vitest";
import { createSigner } from "../../src/keys/library.ts";
import {
  APP_ID,
  NOW,
  randomHex,
  SECRETS,
  TestDeployment,
  wrongFields,
} from "../support/deployment.ts";
import { signGrant } from "../support/grants.ts";
import { asked, fields, findings, inspect, key, numbers, ours } from "../support/inspection.ts";

describe("POST /v1/keys/inspect", () => {
  test("says what a good key holds, and finds nothing", async () => {
    const response = await inspect({ key, ...asked });
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(Object.keys(response.json)[0]).toBe("verdict");
    expect(response.json).toEqual({
      verdict: "accepted",
      version: 5,
      service: "mediaChannel",
      appId: APP_ID,
      issuedAt: NOW,
      joinBefore: NOW + 300,
      expiresAt: NOW + 3600,
      randomInt: 7,
      uid: 42,
      signature: "valid",
      findings: [],
    });
  });

  test("names the permission of an in-channel permission, and a key without end", async () => {
    const permitted = {
      ...fields,
      service: "inChannelPermission",
      permission: "audioVideoUpload",
      expiredTs: 0,
    } as const;
    const response = await inspect({ key: ours.channelKey(permitted), ...asked });
    expect(response.json).toMatchObject({
      service: "inChannelPermission",
      permission: "audioVideoUpload",
      expiresAt: null,
    });
  });

  test("finds out the service of a version-4 key, which does not show it, by verifying", async () => {
    const hidden = ours.channelKey({ ...fields, version: 4, service: "publicSharing" });
    expect((await inspect({ key: hidden, ...asked })).json).toMatchObject({
      service: "publicSharing",
      uid: 42,
    });
    expect((await inspect({ key: hidden })).json).not.toHaveProperty("service");
  });
});

describe("the signature", () => {
  const tampered = key.replace("005AQAo", "005AgAo");
  const rows: [string, object, string, string[]][] = [
    ["valid for the channel and uid it was made for", { key, ...asked }, "valid", []],
    ["unverified without a channel", { key, uid: 42 }, "unverified", []],
    [
      "unverified where the key hides the uid and none is named",
      { key, channel: "room-1" },
      "unverified",
      [],
    ],
    [
      "invalid for another channel",
      { key, ...asked, channel: "room-2" },
      "invalid",
      ["signed_for_other_uid_or_channel", "certificate_mismatch"],
    ],
    [
      "invalid for another uid",
      { key, ...asked, uid: 43 },
      "invalid",
      ["signed_for_other_uid_or_channel", "certificate_mismatch"],
    ],
    [
      "invalid for uid 0",
      { key, ...asked, uid: 0 },
      "invalid",
      ["signed_for_other_uid_or_channel", "certificate_mismatch"],
    ],
    [
      "invalid once altered",
      { key: tampered, ...asked },
      "invalid",
      ["signed_for_other_uid_or_channel", "certificate_mismatch"],
    ],
  ];
  for (const version of [2, 3] as const) {
    const shown = ours.channelKey({ ...fields, version });
    rows.push(
      [
        `valid in version ${version} without a uid, which the key shows`,
        { key: shown, channel: "room-1" },
        "valid",
        [],
      ],
      [
        `of version ${version} shows that another uid was named`,
        { key: shown, ...asked, uid: 43 },
        "valid",
        ["signed_for_other_uid_or_channel"],
      ],
    );
  }
  for (const version of [2, 3, 4, 5] as const) {
    const forAnyUid = ours.channelKey({ ...fields, version, uid: 0 });
    rows.push(
      [
        `valid for any uid in version ${version}, whichever is named`,
        { key: forAnyUid, ...asked },
        "valid",
        ["signed_for_any_uid"],
      ],
      [
        `valid for any uid in version ${version}, with none named`,
        { key: forAnyUid, channel: "room-1" },
        "valid",
        ["signed_for_any_uid"],
      ],
    );
  }
  const { uid, expiredTs, ...fieldsOf1 } = fields;
  const version1 = ours.channelKey({ ...fieldsOf1, version: 1 });
  rows.push([
    "valid in version 1, which lets anyone in",
    { key: version1, channel: "room-1" },
    "valid",
    ["signed_for_any_uid"],
  ]);
  const foreign = createSigner({ appId: APP_ID, appCertificate: randomHex(32) }).channelKey(fields);
  rows.push([
    "invalid by another certificate",
    { key: foreign, ...asked },
    "invalid",
    ["signed_for_other_uid_or_channel", "certificate_mismatch"],
  ]);

  test.each(rows)("is %s", async (_name, body, signature, expected) => {
    const response = await inspect(body);
    expect(response.json.signature).toBe(signature);
    expect(findings(response)).toEqual(expected);
  });

  test("by the previous certificate is valid, and says that this ends", async () => {
    const previous = createSigner({
      appId: APP_ID,
      appCertificate: SECRETS.APP_CERTIFICATE_PREVIOUS,
    }).channelKey(fields);
    const response = await inspect({ key: previous, ...asked });
    expect(response.json.signature).toBe("valid");
    expect(findings(response)).toEqual(["signed_with_previous_certificate"]);
    const without = await inspect(
      { key: previous, ...asked },
      { env: { APP_CERTIFICATE_PREVIOUS: undefined } },
    );
    expect(without.json.signature).toBe("invalid");
  });

  test.each([key, "", `"${key}"`])(
    "is unverified in App-ID-only mode, where Agora refuses every text (%#)",
    async (text) => {
      const response = await inspect({ key: text, ...asked }, { env: { KEY_MODE: "app-id" } });
      expect(response.json).toMatchObject({ verdict: "refused", signature: "unverified" });
      const [first] = response.json.findings ?? [];
      expect(first?.code).toBe("project_without_certificate");
      expect(first?.message).toContain("Join with null");
      expect(numbers(first)).toEqual([119]);
    },
  );

  test.each<[string, object, RegExp]>([
    ["names no channel", { key, uid: 42 }, /Name the channel/],
    ["names no uid", { key, channel: "room-1" }, /Version 5 does not show its uid/],
    ["has no key", { key: "hello", ...asked }, /no channel key/],
    ["has a key with something around it", { key: ` ${key}`, ...asked }, /as it stands/],
  ])("that is unverified says why: the request %s", async (_name, body, reason) => {
    const { json } = await inspect(body);
    expect(json.signature).toBe("unverified");
    expect(json.unverifiedReason).toMatch(reason);
  });

  test("that is verified needs no reason", async () => {
    expect((await inspect({ key, ...asked })).json).not.toHaveProperty("unverifiedReason");
  });

  test("of another App ID is not looked at, and the finding names ours", async () => {
    const other = createSigner({
      appId: randomHex(32),
      appCertificate: SECRETS.APP_CERTIFICATE,
    }).channelKey(fields);
    const response = await inspect({ key: other, ...asked });
    expect(response.json.signature).toBe("unverified");
    expect(findings(response)).toEqual(["app_id_mismatch"]);
    expect(response.json.findings?.[0]?.message).toContain(APP_ID);
    expect(numbers(response.json.findings?.[0])).toEqual([101]);
    expect(response.json.verdict).toBe("refused");
    expect(response.json.unverifiedReason).toMatch(/another project/);
  });

  test("of the App ID in other letter cases is looked at", async () => {
    const upper = createSigner({
      appId: APP_ID.toUpperCase(),
      appCertificate: SECRETS.APP_CERTIFICATE,
    });
    for (const version of [2, 3, 4, 5] as const) {
      const response = await inspect({ key: upper.channelKey({ ...fields, version }), ...asked });
      // Version 5 has it as bytes. The others sign it as text.
      expect(findings(response)).toEqual(version === 5 ? [] : ["app_id_letter_case"]);
      const verdict = version === 5 ? "accepted" : "unknown";
      expect(response.json).toMatchObject({ verdict, signature: "valid" });
    }
  });
});

// Seconds between the key's issue and the clock, and what an Agora server would then object to.
describe("the times", () => {
  const rows: readonly [string, number, string[]][] = [
    ["the last second in which one may join", 300, []],
    ["the first in which one may not", 301, ["join_window_closed"]],
    ["the last second of the call", 3599, ["join_window_closed"]],
    ["the call's end", 3600, ["join_window_closed", "call_expired"]],
    ["a clock 10 s behind, as clocks are", -10, []],
    ["a clock 11 s behind", -11, ["issued_in_future"]],
  ];

  test.each(rows)("at %s: %i s after issue", async (_name, after, expected) => {
    const response = await inspect({ key, ...asked }, { at: NOW + after });
    expect(response.json.signature).toBe("valid");
    expect(findings(response)).toEqual(expected);
  });

  test("of a key without end never expire", async () => {
    const endless = ours.channelKey({ ...fields, expiredTs: 0 });
    expect(findings(await inspect({ key: endless, ...asked }, { at: NOW + 10 ** 9 }))).toEqual([
      "join_window_closed",
    ]);
  });
});

describe("times that are no times", () => {
  test("a duration as expiry", async () => {
    for (const expiredTs of [1, 3600, 315_360_000]) {
      const response = await inspect({ key: ours.channelKey({ ...fields, expiredTs }), ...asked });
      expect(findings(response)).toEqual(["call_expired", "duration_as_expiry"]);
      expect(response.json.findings?.[1]?.message).toContain(String(expiredTs));
    }
    const later = ours.channelKey({ ...fields, expiredTs: 315_360_001 });
    expect(findings(await inspect({ key: later, ...asked }))).toEqual(["call_expired"]);
  });

  const wrapped = (seconds: number) => (seconds * 1000) % 2 ** 32;
  test.each([
    ["the issue time", { unixTs: wrapped(NOW) }],
    ["the expiry", { expiredTs: wrapped(NOW + 3600) }],
  ])("milliseconds, cut to 32 bits: %s", async (_name, change) => {
    const wrong = ours.channelKey({ ...fields, ...change });
    expect(findings(await inspect({ key: wrong, ...asked }))).toContain("milliseconds");
  });

  test("a time that a key can have is not called milliseconds", async () => {
    for (const at of [wrapped(NOW), NOW, NOW + 86_400]) {
      const honest = ours.channelKey({ ...fields, unixTs: NOW, expiredTs: 0 });
      expect(findings(await inspect({ key: honest, ...asked }, { at }))).not.toContain(
        "milliseconds",
      );
    }
  });
});

test("wrong fields are named, and a grant may not inspect", async () => {
  expect(wrongFields(await inspect({ key: 1, channel: "", uid: -1 }))).toEqual([
    "key",
    "channel",
    "uid",
  ]);
  const credential = await signGrant();
  const response = await new TestDeployment().post("/v1/keys/inspect", { key }, { credential });
  expect(response.json.code).toBe("forbidden");
});
