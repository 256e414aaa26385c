import { describe, expect, test } from "vitest";
import { FINDING_CODES } from "../../src/keys/findings.ts";
import { createSigner } from "../../src/keys/library.ts";
import { APP_ID, NOW, randomHex, SECRETS, wrongFields } from "../support/deployment.ts";
import { signGrant } from "../support/grants.ts";
import { asked, fields, findings, inspect, key, numbers, ours } from "../support/inspection.ts";
import { PASTED } from "../support/pasted-texts.ts";

describe("what is not a channel key", () => {
  test.each(PASTED)(
    "(%s) is malformed and named, and is not quoted",
    async (_name, text, codes, hasKey) => {
      const response = await inspect({ key: text, ...asked });
      expect(response.status).toBe(200);
      expect(findings(response)).toEqual(["malformed", ...codes]);
      expect(response.json.verdict).toBe(codes.includes("access_token") ? "unknown" : "refused");
      expect(response.json.signature).toBe("unverified");
      if (hasKey) expect(response.json).toMatchObject({ appId: APP_ID, issuedAt: NOW });
      else
        expect(Object.keys(response.json)).toEqual([
          "verdict",
          "signature",
          "unverifiedReason",
          "findings",
        ]);
      if (text.length > 6) expect(response.text).not.toContain(text.trim().slice(0, 40));
    },
  );

  test("with a key in it: that key's times and App ID are looked at too", async () => {
    const response = await inspect({ key: `"${key}"`, ...asked }, { at: NOW + 4000 });
    expect(findings(response)).toEqual([
      "malformed",
      "quoted",
      "join_window_closed",
      "call_expired",
    ]);
  });

  test.each([
    ["006", /native 2\.1\.0/],
    ["007", /native 4\.0\.0/],
  ])("an access token %s: which SDKs take it", async (version, sdks) => {
    const text = version === "006" ? `006${APP_ID}IAA=` : "007eJxTYA==";
    expect((await inspect({ key: text })).json.findings?.at(-1)?.message).toMatch(sdks);
  });

  test("is refused if there is something around an access token as well", async () => {
    const response = await inspect({ key: '"007eJxTYA=="' });
    expect(findings(response)).toEqual(["malformed", "quoted", "access_token"]);
    expect(response.json.verdict).toBe("refused");
  });

  test("a real grant of any length is named", async () => {
    const channels = Array.from({ length: 50 }, (_, i) => `${i}`.padStart(60, "x"));
    for (const claims of [{}, { channels }])
      expect(findings(await inspect({ key: await signGrant(claims) }))).toEqual([
        "malformed",
        "grant",
      ]);
  });

  test("is refused unread beyond 8,192 characters, the longest grant", async () => {
    expect((await inspect({ key: "0".repeat(8192) })).status).toBe(200);
    expect(wrongFields(await inspect({ key: "0".repeat(8193) }))).toEqual(["key"]);
  });
});

const SDK_NUMBERS = [101, 109, 110, 118, 119];

test("every finding of the contract has a message that says what to do, and the SDK's error where there is one", async () => {
  const responses = await Promise.all([
    ...PASTED.map(([, text]) => inspect({ key: text })),
    inspect({ key }, { env: { KEY_MODE: "app-id" } }),
    inspect({ key: ours.channelKey({ ...fields, expiredTs: 3600 }), ...asked }),
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
  const all = responses.flatMap(({ json }) => json.findings ?? []);
  expect([...new Set(all.map(({ code }) => code))].sort()).toEqual([...FINDING_CODES].sort());
  for (const finding of all) {
    const { code, message } = finding;
    expect(message).toMatch(/\. [A-Z].+\.$/);
    const informs = ["signed_for_any_uid", "access_token"].includes(code);
    if (informs) expect(finding.sdkErrors).toEqual([]);
    // Of an access token, "malformed" says only that it is no channel key.
    else if (code === "malformed" && numbers(finding).length === 0) continue;
    else expect(numbers(finding).every((number) => SDK_NUMBERS.includes(number))).toBe(true);
  }
});
