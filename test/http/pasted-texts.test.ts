import { describe, expect, test } from "vitest";
import { APP_ID, NOW, wrongFields } from "../support/deployment.ts";
import { signGrant } from "../support/grants.ts";
import { asked, findings, inspect, key } from "../support/inspection.ts";
import { PASTED } from "../support/pasted-texts.ts";

describe("what is no channel key or access token", () => {
  test.each(PASTED)(
    "(%s) is malformed and named, and is not quoted",
    async (_name, text, codes, hasKey) => {
      const response = await inspect({ key: text, ...asked });
      expect(response.status).toBe(200);
      expect(findings(response)).toEqual(["malformed", ...codes]);
      expect(response.json.verdict).toBe("refused");
      expect(response.json.signature).toBe("unverified");
      if (hasKey) expect(response.json).toMatchObject({ appId: APP_ID, expiresAt: NOW + 3600 });
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

  test("a real grant of any length is named", async () => {
    const channels = Array.from({ length: 50 }, (_, i) => `${i}`.padStart(60, "x"));
    for (const claims of [{}, { channels }])
      expect(findings(await inspect({ key: await signGrant(claims) }))).toEqual([
        "malformed",
        "grant",
      ]);
  });

  test("is refused unread beyond 24,576 characters, the longest token of POST /v1/tokens", async () => {
    expect((await inspect({ key: "0".repeat(24_576) })).status).toBe(200);
    expect(wrongFields(await inspect({ key: "0".repeat(24_577) }))).toEqual(["key"]);
  });
});
