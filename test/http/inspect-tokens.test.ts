import { describe, expect, test } from "vitest";
import { createSigner } from "../../src/keys/library.ts";
import { APP_ID, NOW, randomHex, SECRETS, wrongFields } from "../support/deployment.ts";
import { asked, findings, inspect, ours } from "../support/inspection.ts";
import { privileges, service, text, token006, token007, u16 } from "../support/packed-token.ts";

const HOUR = 3600;
const publisher = {
  joinChannel: HOUR,
  publishAudio: HOUR,
  publishVideo: HOUR,
  publishData: HOUR,
};
const rtc = { type: "rtc", ...asked, privileges: publisher } as const;
const fields007 = { version: 7, issueTs: NOW, expire: HOUR, salt: 7, services: [rtc] } as const;
const fields006 = {
  version: 6,
  ...asked,
  salt: 7,
  ts: NOW + HOUR,
  privileges: { joinChannel: NOW + HOUR, publishAudio: NOW + HOUR },
} as const;
const of007 = ours.accessToken(fields007);
const of006 = ours.accessToken(fields006);

describe("POST /v1/keys/inspect with an access token", () => {
  test("007: says what it holds without any help, and finds nothing", async () => {
    const { status, json } = await inspect({ key: of007 });
    expect(status).toBe(200);
    expect(json).toEqual({
      verdict: "accepted",
      version: 7,
      service: "mediaChannel",
      appId: APP_ID,
      channel: "room-1",
      uid: 42,
      issuedAt: NOW,
      joinBefore: NOW + HOUR,
      expiresAt: NOW + HOUR,
      randomInt: 7,
      services: [rtc],
      sdks: "native 4.0.0, Flutter 6.0.0, web 4.8.0 and later",
      signature: "valid",
      findings: [],
    });
  });

  test("006: says what it holds, and its names once they are verified", async () => {
    const shown = {
      version: 6,
      appId: APP_ID,
      expiresAt: NOW + HOUR,
      randomInt: 7,
      privileges: fields006.privileges,
      sdks: "native 2.1.0, web 2.4.0 and later",
    };
    expect((await inspect({ key: of006, ...asked })).json).toEqual({
      verdict: "accepted",
      ...shown,
      ...asked,
      signature: "valid",
      findings: [],
    });
    const { json } = await inspect({ key: of006 });
    expect(json).toMatchObject({ verdict: "unknown", ...shown, signature: "unverified" });
    expect(json).not.toHaveProperty("channel");
    expect(json.unverifiedReason).toMatch(/Name the channel/);
  });

  test("all services of a 007 token, with its account", async () => {
    const services = [
      { type: "rtc", channel: "room-1", account: "alice", privileges: { joinChannel: HOUR } },
      { type: "rtm", userId: "alice", privileges: { login: HOUR } },
      { type: "fpa", privileges: { login: 0 } },
      { type: "chat", userId: "alice", privileges: { user: HOUR } },
      { type: "apaas", roomUuid: "r", userUuid: "u", role: -1, privileges: { roomUser: HOUR } },
      {
        type: "rtm2",
        userId: "alice",
        permissions: { messageChannels: { read: ["a", "b"], write: [] }, users: { read: ["c"] } },
        privileges: { login: HOUR },
      },
    ] as const;
    const key = ours.accessToken({ ...fields007, services });
    const { json } = await inspect({ key, channel: "room-1", account: "alice" });
    expect(json).toMatchObject({ verdict: "accepted", account: "alice", services });
    expect(json).not.toHaveProperty("uid");
  });

  test("uid and account together are one wrong field", async () => {
    expect(wrongFields(await inspect({ key: of007, uid: 42, account: "42" }))).toEqual(["account"]);
    for (const account of ["", "é", "x".repeat(256), 5])
      expect(wrongFields(await inspect({ key: of007, account }))).toEqual(["account"]);
  });

  test("a uid and the same digits as an account are one user", async () => {
    for (const key of [of006, of007]) {
      const response = await inspect({ key, channel: "room-1", account: "42" });
      expect(response.json).toMatchObject({ verdict: "accepted", signature: "valid" });
    }
  });
});

const by = (appCertificate: string) => createSigner({ appId: APP_ID, appCertificate });
const otherCase = (certificate: string) =>
  certificate === certificate.toLowerCase() ? certificate.toUpperCase() : certificate.toLowerCase();

describe("the signature of a token", () => {
  const { APP_CERTIFICATE, APP_CERTIFICATE_PREVIOUS } = SECRETS;
  test.each([
    ["this certificate", APP_CERTIFICATE, "valid", []],
    ["the previous one", APP_CERTIFICATE_PREVIOUS, "valid", ["signed_with_previous_certificate"]],
    ["another one", randomHex(32), "invalid", ["certificate_mismatch"]],
    ["in another case", otherCase(APP_CERTIFICATE), "invalid", ["certificate_letter_case"]],
    [
      "the previous one in another case",
      otherCase(APP_CERTIFICATE_PREVIOUS),
      "invalid",
      ["certificate_letter_case"],
    ],
  ])("by %s", async (_name, certificate, signature, codes) => {
    for (const key of [
      by(certificate).accessToken(fields007),
      by(certificate).accessToken(fields006),
    ]) {
      const response = await inspect({ key, ...asked });
      expect(response.json.signature).toBe(signature);
      expect(findings(response)).toEqual(codes);
      expect(response.json.verdict).toBe(
        signature === "invalid" ? "refused" : codes.length > 0 ? "unknown" : "accepted",
      );
    }
  });

  test("without a previous certificate, what it signed is by another one", async () => {
    const key = by(APP_CERTIFICATE_PREVIOUS).accessToken(fields007);
    const env = { APP_CERTIFICATE_PREVIOUS: undefined };
    expect(findings(await inspect({ key }, { env }))).toEqual(["certificate_mismatch"]);
  });

  test.each([
    ["channel", { channel: "room-2", uid: 42 }, ["signed_for_other_channel"]],
    ["user", { channel: "room-1", uid: 43 }, ["signed_for_other_user"]],
    ["user, uid 0", { channel: "room-1", uid: 0 }, ["signed_for_other_user"]],
    ["user, an account", { channel: "room-1", account: "alice" }, ["signed_for_other_user"]],
    [
      "channel and user",
      { channel: "room-2", uid: 43 },
      ["signed_for_other_channel", "signed_for_other_user"],
    ],
    // What 006 signs is the same here: only its checksums tell.
    [
      "boundary between them",
      { channel: "room-", uid: 142 },
      ["signed_for_other_channel", "signed_for_other_user"],
    ],
  ])("of 006 says which is wrong, as does 007: another %s", async (_name, names, codes) => {
    for (const [key, signature] of [
      [of006, "invalid"],
      [of007, "valid"],
    ] as const) {
      const response = await inspect({ key, ...names });
      expect(findings(response)).toEqual(codes);
      expect(response.json).toMatchObject({ verdict: "refused", signature });
    }
  });

  test("of 006 for anyone is valid for whoever joins, and says so", async () => {
    const key = ours.accessToken({ ...fields006, uid: 0 });
    for (const names of [asked, { channel: "room-1" }]) {
      const response = await inspect({ key, ...names });
      expect(response.json).toMatchObject({ verdict: "accepted", signature: "valid", uid: 0 });
      expect(findings(response)).toEqual(["signed_for_any_uid"]);
    }
  });

  test.each(["", "*"])("of 006 for any channel (%j) is valid in each, and says so", async (any) => {
    const key = token006({
      appId: APP_ID,
      appCertificate: APP_CERTIFICATE,
      channel: any,
      user: "42",
      ts: NOW + HOUR,
      privileges: [
        [1, NOW + HOUR],
        [2, NOW + HOUR],
      ],
    });
    const response = await inspect({ key, ...asked });
    expect(response.json).toMatchObject({ verdict: "accepted", signature: "valid", channel: any });
    expect(findings(response)).toEqual(["signed_for_any_channel"]);
  });

  test("of RTM's 006 is verified with the user alone, and does not allow to join", async () => {
    const key = ours.accessToken({
      version: 6,
      rtmUserId: "alice",
      salt: 7,
      ts: NOW + HOUR,
      privileges: { rtmLogin: NOW + HOUR },
    });
    const byName = await inspect({ key, account: "alice" });
    expect(byName.json).toMatchObject({ verdict: "accepted", signature: "valid" });
    expect((await inspect({ key, account: "bob" })).json.verdict).toBe("refused");
    expect((await inspect({ key })).json.unverifiedReason).toMatch(/Name the account/);
    const joining = await inspect({ key, channel: "room-1", account: "alice" });
    expect(findings(joining)).toEqual(["no_join_privilege"]);
    expect(joining.json.verdict).toBe("refused");
  });

  test.each([
    [
      "another project's",
      by("a".repeat(32)),
      { env: { APP_ID: "b".repeat(32) } },
      /another project/,
    ],
    ["App-ID mode", ours, { env: { KEY_MODE: "app-id" } }, /no certificate/],
  ])("is unverified: %s", async (_name, signer, options, reason) => {
    const { json } = await inspect({ key: signer.accessToken(fields007) }, options);
    expect(json).toMatchObject({ verdict: "refused", signature: "unverified" });
    expect(json.unverifiedReason).toMatch(reason);
  });

  test("covers what follows an unknown service, and bytes too many", async () => {
    const ids = { appId: APP_ID, appCertificate: APP_CERTIFICATE, issueTs: NOW, expire: HOUR };
    const join = service(
      1,
      [
        [1, HOUR],
        [2, HOUR],
      ],
      text("room-1"),
      text("42"),
    );
    const future = [...u16(99), ...privileges([[1, HOUR]]), ...text("?")];
    const response = await inspect({
      key: token007({ ...ids, services: [join, future] }),
      ...asked,
    });
    expect(response.json).toMatchObject({ verdict: "accepted", signature: "valid" });
    expect(findings(response)).toEqual(["unknown_service"]);
    const longer = await inspect({ key: token007({ ...ids, services: [join], rest: [0] }) });
    expect(longer.json.signature).toBe("valid");
    expect(findings(longer)).toEqual(["extra_bytes"]);
  });

  test("a bit of a token changed, anywhere, is no valid token", async () => {
    for (const key of [of006, of007]) {
      for (let at = 0; at < key.length; at++) {
        const changed = String.fromCharCode(key.charCodeAt(at) ^ 1);
        const text = key.slice(0, at) + changed + key.slice(at + 1);
        const { json } = await inspect({ key: text, ...asked });
        expect(json.signature, text).not.toBe("valid");
        expect(json.verdict).not.toBe("accepted");
      }
    }
  });
});

test("names of other tokens stay secret from the reason and the findings", async () => {
  const key = ours.accessToken({
    ...fields007,
    services: [{ ...rtc, channel: "secret-room", privileges: { joinChannel: HOUR } }],
  });
  const { json } = await inspect({ key, ...asked });
  expect(JSON.stringify(json.findings)).not.toContain("secret-room");
});
