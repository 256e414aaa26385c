import { describe, expect, test } from "vitest";
import { FINDING_CODES } from "../../src/contract/responses.ts";
import { createSigner } from "../../src/keys/library.ts";
import {
  type Answer,
  APP_ID,
  NOW,
  randomHex,
  SECRETS,
  type Settings,
  TestDeployment,
  testHost,
  wrongFields,
} from "../support/deployment.ts";
import { signGrant } from "../support/grants.ts";

const ours = createSigner({ appId: APP_ID, appCertificate: SECRETS.APP_CERTIFICATE });
const fields = {
  version: 5,
  channel: "room-1",
  unixTs: NOW,
  randomInt: 7,
  uid: 42,
  expiredTs: NOW + 3600,
} as const;
const key = ours.channelKey(fields);
const asked = { channel: "room-1", uid: 42 };

function inspect(
  body: object,
  { at = NOW, env = {} }: { at?: number; env?: Settings } = {},
): Promise<Answer> {
  const host = testHost();
  host.time = at;
  return new TestDeployment({ env, host }).post("/v1/keys/inspect", body);
}

function findings({ json }: Answer): string[] {
  return (json.findings ?? []).map(({ code }) => code);
}

describe("POST /v1/keys/inspect", () => {
  test("says what a good key holds, and finds nothing", async () => {
    const answer = await inspect({ key, ...asked });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.json).toEqual({
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
    const answer = await inspect({ key: ours.channelKey(permitted), ...asked });
    expect(answer.json).toMatchObject({
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
    const answer = await inspect(body);
    expect(answer.json.signature).toBe(signature);
    expect(findings(answer)).toEqual(expected);
  });

  test("by the previous certificate is valid, and says that this ends", async () => {
    const previous = createSigner({
      appId: APP_ID,
      appCertificate: SECRETS.APP_CERTIFICATE_PREVIOUS,
    }).channelKey(fields);
    const answer = await inspect({ key: previous, ...asked });
    expect(answer.json.signature).toBe("valid");
    expect(findings(answer)).toEqual(["signed_with_previous_certificate"]);
    const without = await inspect(
      { key: previous, ...asked },
      { env: { APP_CERTIFICATE_PREVIOUS: undefined } },
    );
    expect(without.json.signature).toBe("invalid");
  });

  test("is unverified in App-ID-only mode, which has no certificate", async () => {
    expect((await inspect({ key, ...asked }, { env: { KEY_MODE: "app-id" } })).json.signature).toBe(
      "unverified",
    );
  });

  test("of another App ID is not looked at, and the finding names ours", async () => {
    const other = createSigner({
      appId: randomHex(32),
      appCertificate: SECRETS.APP_CERTIFICATE,
    }).channelKey(fields);
    const answer = await inspect({ key: other, ...asked });
    expect(answer.json.signature).toBe("unverified");
    expect(findings(answer)).toEqual(["app_id_mismatch"]);
    expect(answer.json.findings?.[0]).toMatchObject({
      sdkError: 101,
      message: expect.stringContaining(APP_ID),
    });
  });

  test("of the App ID in other letter cases is looked at", async () => {
    const upper = createSigner({
      appId: APP_ID.toUpperCase(),
      appCertificate: SECRETS.APP_CERTIFICATE,
    });
    const answer = await inspect({ key: upper.channelKey({ ...fields, version: 3 }), ...asked });
    expect(answer.json.signature).toBe("valid");
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
    const answer = await inspect({ key, ...asked }, { at: NOW + after });
    expect(answer.json.signature).toBe("valid");
    expect(findings(answer)).toEqual(expected);
  });

  test("of a key without end never expire", async () => {
    const endless = ours.channelKey({ ...fields, expiredTs: 0 });
    expect(findings(await inspect({ key: endless, ...asked }, { at: NOW + 10 ** 9 }))).toEqual([
      "join_window_closed",
    ]);
  });
});

describe("what is not a channel key", () => {
  test.each([
    ["nothing", ""],
    ["a word", "secret"],
    ["a key with a space behind it", `${key} `],
    ["a key cut short", key.slice(0, -1)],
    ["a key in the wrong letter case", key.toLowerCase()],
    ["a 006 token", `006${APP_ID}IAA=`],
    ["a 007 token", "007eJxTYA=="],
    ["digits in the length of version 1", "z".repeat(90)],
  ])("(%s) is malformed, and is not quoted", async (_name, text) => {
    const answer = await inspect({ key: text });
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.json).sort()).toEqual(["findings", "signature"]);
    expect(answer.json.signature).toBe("unverified");
    expect(findings(answer)).toEqual(["malformed"]);
    if (text.length > 6) expect(answer.text).not.toContain(text.trim().slice(0, 40));
  });

  test("is refused unread beyond 1,024 characters", async () => {
    expect((await inspect({ key: "0".repeat(1024) })).status).toBe(200);
    expect(wrongFields(await inspect({ key: "0".repeat(1025) }))).toEqual(["key"]);
  });
});

test("every finding of the contract has a message that says what to do, and the SDK's error where there is one", async () => {
  const answers = await Promise.all([
    inspect({ key: "x" }),
    inspect({
      key: createSigner({ appId: randomHex(32), appCertificate: randomHex(32) }).channelKey(fields),
    }),
    inspect({ key, ...asked }, { at: NOW + 4000 }),
    inspect({ key, ...asked }, { at: NOW - 4000 }),
    inspect({ key: ours.channelKey({ ...fields, uid: 0 }), ...asked }),
    inspect({ key, ...asked, channel: "other" }),
    inspect({
      key: createSigner({
        appId: APP_ID,
        appCertificate: SECRETS.APP_CERTIFICATE_PREVIOUS,
      }).channelKey(fields),
      ...asked,
    }),
  ]);
  const all = answers.flatMap(({ json }) => json.findings ?? []);
  expect([...new Set(all.map(({ code }) => code))].sort()).toEqual([...FINDING_CODES].sort());
  for (const { code, message, sdkError } of all) {
    expect(message).toMatch(/\. [A-Z].+\.$/);
    if (code === "signed_for_any_uid") expect(sdkError).toBeUndefined();
    else expect([101, 109, 110]).toContain(sdkError);
  }
});

test("wrong fields are named, and a grant may not inspect", async () => {
  expect(wrongFields(await inspect({ key: 1, channel: "", uid: -1 }))).toEqual([
    "key",
    "channel",
    "uid",
  ]);
  const credential = await signGrant();
  const answer = await new TestDeployment().post("/v1/keys/inspect", { key }, { credential });
  expect(answer.json.code).toBe("forbidden");
});
