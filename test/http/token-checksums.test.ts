// 006 shows a checksum (CRC-32) of each name, and other names may have the same. The names below
// were searched for: they have the checksums of the empty text, of * and of "0".

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { APP_ID, NOW, SECRETS } from "../support/deployment.ts";
import { findings, inspect, ours } from "../support/inspection.ts";
import { crc32, token006 } from "../support/packed-token.ts";

const LIFE = 600;
const AS_EMPTY = "yZ7bCY";
const AS_STAR = "4OwdAj";
const AS_ZERO = "4OwdAp";
const ids = { appId: APP_ID, appCertificate: SECRETS.APP_CERTIFICATE };

function of006(channel: string, user: string, key = 1, certificate = ids.appCertificate): string {
  const privileges = [2, key].sort((a, b) => a - b).map((number) => [number, NOW + LIFE] as const);
  const fields = { appId: APP_ID, appCertificate: certificate, channel, user, ts: NOW + LIFE };
  return token006({ ...fields, privileges });
}

test("the names have these checksums", () => {
  expect([AS_EMPTY, AS_STAR, AS_ZERO].map(crc32)).toEqual(["", "*", "0"].map(crc32));
});

describe("a name with the checksum of another", () => {
  test.each([
    ["an account, as of any user", "room-1", AS_EMPTY],
    ["a channel, as of any: empty", AS_EMPTY, "42"],
    ["a channel, as of any: *", AS_STAR, "42"],
    ["an account, as of the account 0", "room-1", AS_ZERO],
  ])("%s: verified for that name, it is nobody else's", async (_name, channel, account) => {
    const key = of006(channel, account);
    const right = await inspect({ key, channel, account });
    expect(right.json).toMatchObject({ verdict: "accepted", signature: "valid", channel });
    expect(findings(right)).toEqual([]);

    const other = await inspect({ key, channel: "room-1", uid: 42 });
    expect(other.json).toMatchObject({ verdict: "refused", signature: "invalid" });
    for (const { code, message } of other.json.findings ?? []) {
      if (code.startsWith("signed_for_any")) expect(message).toMatch(/checksum/);
      expect(message).not.toMatch(/lets any user in|into any channel/);
      if (code === "certificate_mismatch") expect(message).toMatch(/name with the same checksum/);
    }
  });

  test("a token for any is that for such a name too", async () => {
    for (const [channel, user, names] of [
      ["room-1", "", { channel: "room-1", account: AS_EMPTY }],
      ["", "42", { channel: AS_EMPTY, uid: 42 }],
      ["*", "42", { channel: AS_STAR, uid: 42 }],
    ] as const) {
      const { json } = await inspect({ key: of006(channel, user), ...names });
      expect(json).toMatchObject({ verdict: "accepted", signature: "valid", channel });
    }
  });
});

describe("RTM's 006", () => {
  test("with a name in the user's place as well, which RTM leaves empty", async () => {
    for (const names of [{ account: "alice" }, {}]) {
      const response = await inspect({ key: of006("alice", "42", 1000), ...names });
      expect(response.json.verdict).toBe("refused");
      expect(findings(response)).toEqual(["signed_for_other_user"]);
    }
  });

  test("for another user, whether it is named as account or as channel", async () => {
    const key = ours.accessToken({
      version: 6,
      rtmUserId: "alice",
      salt: 7,
      ts: NOW + LIFE,
      privileges: { rtmLogin: NOW + LIFE },
    });
    for (const names of [{ account: "bob" }, { channel: "bob" }])
      expect(findings(await inspect({ key, ...names }))).toEqual(["signed_for_other_user"]);
    expect((await inspect({ key, channel: "alice" })).json.verdict).toBe("accepted");
  });
});

test("no refusal and no invalid signature without a finding that says why", async () => {
  const name = fc.constantFrom("", "*", "0", "42", "room-1", "alice", AS_EMPTY, AS_STAR, AS_ZERO);
  const asked = fc.record(
    { channel: fc.constantFrom("room-1", "alice", AS_EMPTY), account: fc.constantFrom("42", "0") },
    { requiredKeys: [] },
  );
  const certificate = fc.constantFrom(ids.appCertificate, "f".repeat(32));
  await fc.assert(
    fc.asyncProperty(name, name, fc.constantFrom(1, 1000), certificate, asked, async (...args) => {
      const [channel, user, privilege, by, names] = args;
      const { json } = await inspect({ key: of006(channel, user, privilege, by), ...names });
      const errors = json.findings?.flatMap(({ sdkErrors }) => sdkErrors) ?? [];
      expect(errors.length > 0).toBe(json.verdict === "refused");
      if (json.signature === "invalid") expect(json.verdict).toBe("refused");
    }),
    { numRuns: 500 },
  );
});
