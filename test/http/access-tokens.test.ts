// Access tokens (versions 6 and 7) at POST /v1/keys and /v1/keys/batch. The oracle is the library,
// asked for what the response says.

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createSigner } from "../../src/keys/library.ts";
import { channel, u32 } from "../support/arbitraries.ts";
import {
  APP_ID,
  NOW,
  type ResponseBody,
  SECRETS,
  TestDeployment,
  wrongFields,
} from "../support/deployment.ts";
import { signGrant } from "../support/grants.ts";

const DAY = 86_400;
const deployment = new TestDeployment();
const exact = new TestDeployment({ env: { EXACT_TIMES: "on" } });
const signer = createSigner({ appId: APP_ID, appCertificate: SECRETS.APP_CERTIFICATE });
const SUBSCRIBER = ["joinChannel"] as const;
const PUBLISHER = ["joinChannel", "publishAudio", "publishVideo", "publishData"] as const;

/** The library's token for a response, whose privileges are seconds from its issue. */
function tokenOf(response: ResponseBody, privileges: Readonly<Record<string, number>>): string {
  const { version, issuedAt = 0, expiresAt, randomInt, uid, account } = response;
  const user = account === undefined ? { uid: uid as number } : { account };
  const rtc = { channel: String(response.channel), ...user };
  const salt = randomInt as number;
  if (version === 6) {
    const entries = Object.entries(privileges).map(([name, end]) => [name, issuedAt + end]);
    const ends = Object.fromEntries(entries);
    return signer.accessToken({ version, ts: expiresAt as number, salt, ...rtc, privileges: ends });
  }
  const expire = Number(expiresAt) - issuedAt;
  const services = [{ type: "rtc", ...rtc, privileges } as const];
  return signer.accessToken({ version: 7, issueTs: issuedAt, expire, salt, services });
}

/** What a role comes to. */
function ofRole(response: ResponseBody): Record<string, number> {
  const names = response.role === "publisher" ? PUBLISHER : SUBSCRIBER;
  const expire = Number(response.expiresAt) - Number(response.issuedAt);
  return Object.fromEntries(names.map((name) => [name, expire]));
}

const seconds = fc.integer({ min: 1, max: DAY });
const account = fc.string({
  unit: fc.constantFrom(..."abzAZ09 !~,.@"),
  minLength: 1,
  maxLength: 255,
});
const request = fc.record(
  {
    channel,
    version: fc.constantFrom(6, 7),
    user: fc.oneof(fc.record({ uid: u32 }), fc.record({ account })),
    rights: fc.oneof(
      fc.constant({}),
      fc.record({ role: fc.constantFrom("publisher", "subscriber") }),
      fc.record({
        privileges: fc.record(
          {
            joinChannel: seconds,
            publishAudio: seconds,
            publishVideo: seconds,
            publishData: seconds,
          },
          { requiredKeys: ["joinChannel"] },
        ),
      }),
    ),
    expiresIn: seconds,
  },
  { requiredKeys: ["channel", "version", "user", "rights"] },
);

describe("POST /v1/keys", () => {
  test("answers a 007 token and what it says", async () => {
    const body = { channel: "room-1", uid: 42, version: 7, expiresIn: 600 };
    const { status, headers, json } = await new TestDeployment().post("/v1/keys", body);
    expect([status, headers.get("cache-control")]).toEqual([200, "no-store"]);
    expect(json).toEqual({
      key: expect.stringMatching(/^007/),
      version: 7,
      service: "mediaChannel",
      appId: APP_ID,
      channel: "room-1",
      uid: 42,
      role: "publisher",
      randomInt: 1,
      issuedAt: NOW,
      joinBefore: NOW + 600,
      expiresAt: NOW + 600,
      renewAt: NOW + 300,
      serverTime: NOW,
    });
  });

  test("answers a 006 token for an account", async () => {
    const body = { channel: "room-1", account: "alice", version: 6, role: "subscriber" };
    const { json } = await deployment.post("/v1/keys", body);
    expect(json).toMatchObject({ version: 6, account: "alice", role: "subscriber" });
    expect(json).not.toHaveProperty("uid");
    expect(json.key).toMatch(new RegExp(`^006${APP_ID}`));
    expect(json.joinBefore).toBe(NOW + 3600);
  });

  test("gives the library's token for what the response says: 200 requests, one and in batches", async () => {
    await fc.assert(
      fc.asyncProperty(request, async ({ user, rights, ...rest }) => {
        const { json } = await deployment.post("/v1/keys", { ...rest, ...user, ...rights });
        const expire = Number(json.expiresAt) - NOW;
        const asked = "privileges" in rights ? Object.entries(rights.privileges) : undefined;
        // No privilege outlives its token.
        const privileges = asked
          ? Object.fromEntries(asked.map(([name, end]) => [name, Math.min(end, expire)]))
          : ofRole(json);
        expect(expire).toBe(rest.expiresIn ?? 3600);
        expect(json).toMatchObject(user);
        expect(json.role).toBe(asked ? undefined : "role" in rights ? rights.role : "publisher");
        expect(json.key).toBe(tokenOf(json, privileges));

        const users = "uid" in user ? { uids: [7, user.uid] } : { accounts: ["bob", user.account] };
        const batch = await deployment.post("/v1/keys/batch", { ...rest, ...users, ...rights });
        for (const one of batch.json.keys ?? []) {
          expect(one.key).toBe(tokenOf({ ...batch.json, ...one }, privileges));
        }
        expect(batch.json.keys).toMatchObject([{}, user]);
      }),
      { numRuns: 200 },
    );
  }, 60_000);

  test.each([
    [{ uid: 1, account: "a", version: 7 }, ["account"]],
    [{ uid: 1, account: "a" }, ["account"]],
    [{ uid: 1, account: "a", version: 5 }, ["account"]],
    [{ uid: 1, version: 7, role: "publisher", privileges: { joinChannel: 1 } }, ["privileges"]],
    [{ account: "a", version: 5 }, ["account"]],
    [{ account: "a", version: 1 }, ["account"]],
    [{ uid: 1, version: 4, role: "publisher" }, ["role"]],
    [{ uid: 1, version: 2, privileges: { joinChannel: 1 } }, ["privileges"]],
    [{ account: "a", sdkVersion: "1.3.0" }, ["account"]],
    [{ uid: 1, sdkVersion: "2.0.0", role: "subscriber" }, ["role"]],
    [{ version: 7 }, ["uid"]],
    [{ version: 6 }, ["uid"]],
    [{ uid: 1, version: 7, service: "recording" }, ["service"]],
    [{ uid: 1, version: 7, service: "inChannelPermission", permission: "noUpload" }, ["service"]],
    [{ uid: 1, version: 7, permission: "noUpload" }, ["permission"]],
    [{ uid: 1, version: 7, expiresIn: 0 }, ["expiresIn"]],
    [{ uid: 1, version: 6, expiresIn: DAY + 1 }, ["expiresIn"]],
    [{ uid: 1, sdkVersion: "4.24.8", expiresIn: 0 }, ["expiresIn"]],
    [{ account: "", version: 7 }, ["account"]],
    [{ account: "*", version: 7 }, ["account"]],
    [{ account: "a".repeat(256), version: 7 }, ["account"]],
    [{ account: 42, version: 7 }, ["account"]],
    [{ uid: 1, version: 7, channel: "*" }, ["channel"]],
    [{ uid: 1, version: 7, role: "admin" }, ["role"]],
    [{ uid: 1, privileges: {} }, ["privileges.joinChannel"]],
    [{ uid: 1, privileges: { joinChannel: 0 } }, ["privileges.joinChannel"]],
    [{ uid: 1, privileges: { joinChannel: DAY + 1 } }, ["privileges.joinChannel"]],
    [{ uid: 1, privileges: { joinChannel: 1, publishData: 0 } }, ["privileges.publishData"]],
    [{ uid: 1, privileges: { joinChannel: 1, publish: 1 } }, ["privileges.publish"]],
    [{ uid: 1, version: 7, platform: "ios" }, ["platform"]],
    [{ uid: 1, platform: "flutter" }, ["platform"]],
    [{ uid: 1, version: 7, platform: "web" }, ["platform"]],
    [{ uid: 1, version: 7, sdkVersion: "4.5.0" }, ["version"]],
    [{ uid: 1, version: 5, sdkVersion: "6.0.0", platform: "flutter" }, ["version"]],
  ])("refuses %j", async (body, fields) => {
    const response = await deployment.post("/v1/keys", { channel: "room-1", ...body });
    expect(response.status).toBe(400);
    expect(wrongFields(response)).toEqual(fields);
  });

  test.each([
    [{ uid: 1 }, 5],
    [{ account: "a" }, 7],
    [{ uid: 1, role: "publisher" }, 7],
    [{ uid: 1, privileges: { joinChannel: 1 } }, 7],
    [{ uid: 1, sdkVersion: "4.24.8" }, 7],
    [{ uid: 1, sdkVersion: "4.5.0", platform: "native" }, 7],
    [{ uid: 1, sdkVersion: "4.5.0", platform: "web" }, 6],
    [{ uid: 1, sdkVersion: "4.5.0" }, 6],
    [{ uid: 1, sdkVersion: "5.9.9", platform: "flutter" }, 6],
    [{ uid: 1, sdkVersion: "2.2.0", platform: "web" }, 5],
    [{ account: "a", sdkVersion: "2.4.0" }, 6],
  ])("chooses for %j version %i", async (body, version) => {
    const { json } = await deployment.post("/v1/keys", { channel: "room-1", ...body });
    expect(json.version).toBe(version);
  });

  test("asks for the platform where native and web SDKs of a number differ in kind", async () => {
    const body = { channel: "room-1", uid: 1, sdkVersion: "2.2.0" };
    const { json } = await deployment.post("/v1/keys", body);
    const message =
      "is required: a native SDK 2.2.0 takes version 6, and a web SDK 2.2.0 takes version 5";
    expect(json.errors).toEqual([{ path: "platform", message }]);
  });

  test.each(["6", "7"])("a deployment's default may be version %s", async (version) => {
    const other = new TestDeployment({ env: { DEFAULT_KEY_VERSION: version } });
    for (const body of [{ uid: 1 }, { account: "a" }]) {
      const { json } = await other.post("/v1/keys", { channel: "room-1", ...body });
      expect(json.version).toBe(Number(version));
    }
  });

  test("has null for a key in App-ID mode", async () => {
    const env = { KEY_MODE: "app-id", APP_CERTIFICATE: undefined };
    const appId = new TestDeployment({ env });
    const one = await appId.post("/v1/keys", { channel: "room-1", account: "a", version: 7 });
    expect(one.json).toMatchObject({ key: null, account: "a", version: 7 });
    const body = { channel: "room-1", accounts: ["a", "b"], version: 6 };
    const many = await appId.post("/v1/keys/batch", body);
    expect(many.json.keys).toMatchObject([
      { account: "a", key: null },
      { account: "b", key: null },
    ]);
  });
});

describe("how long a token lasts", () => {
  test.each([
    [{}, {}, 3600],
    [{}, { expiresIn: 1 }, 1],
    [{}, { expiresIn: DAY }, DAY],
    [{ DEFAULT_EXPIRES_IN: "0" }, {}, DAY],
    [{ DEFAULT_EXPIRES_IN: "100000" }, {}, DAY],
    [{ MAX_EXPIRES_IN: "600" }, {}, 600],
    [{ MAX_EXPIRES_IN: "100000" }, { expiresIn: DAY }, DAY],
    [{ MAX_EXPIRES_IN: "600", DEFAULT_EXPIRES_IN: "0" }, {}, 600],
  ])("with %j, asked for %j: %i s by service key", async (env, body, expected) => {
    for (const version of [6, 7]) {
      const ask = { channel: "room-1", uid: 1, version, ...body };
      const { json } = await new TestDeployment({ env }).post("/v1/keys", ask);
      expect(Number(json.expiresAt) - NOW).toBe(expected);
      expect(json.key).toBe(tokenOf(json, ofRole(json)));
    }
  });

  test.each([
    [{}, {}, {}, 3600],
    [{}, {}, { expiresIn: DAY }, 3600],
    [{}, { maxKeyExpiresIn: 60 }, { expiresIn: DAY }, 60],
    [{ DEFAULT_EXPIRES_IN: "0" }, { exp: NOW + DAY }, {}, DAY],
    [{ DEFAULT_EXPIRES_IN: "0" }, { exp: NOW + 5000 }, {}, 5000],
    [{ DEFAULT_EXPIRES_IN: "0" }, { maxKeyExpiresIn: 100_000, exp: NOW + DAY }, {}, DAY],
    [{}, { exp: NOW + 1 }, {}, 1],
  ])("with %j, a grant's %j, asked for %j: %i s", async (env, claims, body, expected) => {
    const credential = await signGrant(claims);
    const ask = { channel: "room-1", version: 7, ...body };
    const { json } = await new TestDeployment({ env }).post("/v1/keys", ask, { credential });
    expect(Number(json.expiresAt) - NOW).toBe(expected);
  });

  test("may be exact, for tests", async () => {
    const body = { channel: "room-1", uid: 1, issuedAt: 1_111_111, randomInt: 1, expiresIn: 600 };
    for (const version of [6, 7]) {
      const { json } = await exact.post("/v1/keys", { ...body, version });
      expect(json).toMatchObject({ issuedAt: 1_111_111, randomInt: 1, expiresAt: 1_111_711 });
      expect(json.key).toBe(tokenOf(json, ofRole(json)));
    }
  });

  test.each([
    [{ expiresAt: 0 }, ["expiresAt"]],
    [{ expiresAt: NOW }, ["expiresAt"]],
    [{ expiresAt: NOW + DAY + 1 }, ["expiresAt"]],
    [{ issuedAt: NOW - 100, expiresAt: NOW - 101 }, ["expiresAt"]],
    [{ issuedAt: NOW - 100, expiresAt: NOW - 100 + DAY + 1 }, ["expiresAt"]],
    [{ issuedAt: NOW + DAY, expiresIn: 1 }, ["issuedAt"]],
    [{ issuedAt: NOW + 30 * DAY }, ["issuedAt"]],
    [{ expiresAt: NOW + 60, expiresIn: 60 }, ["expiresAt"]],
  ])("is never 0, nor beyond a day from now: %j", async (body, fields) => {
    for (const version of [6, 7]) {
      const ask = { channel: "room-1", uid: 1, version, ...body };
      expect(wrongFields(await exact.post("/v1/keys", ask))).toEqual(fields);
    }
  });
});

describe("POST /v1/keys/batch", () => {
  const batch = (body: object) =>
    deployment.post("/v1/keys/batch", { channel: "room-1", version: 7, ...body });

  test("answers each account in the order asked, and the role once", async () => {
    const { json } = await batch({ accounts: ["b", "a", "b"], role: "subscriber" });
    expect(json).toMatchObject({ version: 7, role: "subscriber", joinBefore: NOW + 3600 });
    expect(json.keys?.map((one) => one.account)).toEqual(["b", "a", "b"]);
    expect(new Set(json.keys?.map(({ key }) => key)).size).toBe(3);
  });

  test("takes 2,000 accounts of 255 bytes, and 10,000 uids", async () => {
    const accounts = Array.from({ length: 2000 }, (_, i) => String(i).padEnd(255, "x"));
    const ofAccounts = await batch({ accounts });
    expect(ofAccounts.json.keys?.map((one) => one.account)).toEqual(accounts);
    const uids = Array.from({ length: 10_000 }, (_, i) => 4_294_967_295 - i);
    for (const version of [6, 7]) {
      const { json } = await batch({ uids, version });
      for (const i of [0, 1, 7, 8, 9, 5000, 9999]) {
        expect(json.keys?.[i]?.uid).toBe(uids[i]);
        expect(json.keys?.[i]?.key).toBe(tokenOf({ ...json, ...json.keys?.[i] }, ofRole(json)));
      }
    }
  });

  test.each([
    [{}, ["uids"]],
    [{ accounts: [] }, ["accounts"]],
    [{ accounts: Array.from({ length: 2001 }, () => "a") }, ["accounts"]],
    [{ accounts: ["a", "", "*"] }, ["accounts[1]", "accounts[2]"]],
    [{ accounts: ["a", 42] }, ["accounts[1]"]],
    [{ accounts: ["a"], uids: [1] }, ["accounts"]],
    [{ accounts: ["a"], version: 5 }, ["accounts"]],
    [{ account: "a" }, ["account", "uids"]],
    [{ uids: [1], expiresIn: 0 }, ["expiresIn"]],
  ])("refuses %j", async (body, fields) => {
    expect(wrongFields(await batch(body))).toEqual(fields);
  });

  test("of accounts without a version gets version 7", async () => {
    const { json } = await batch({ accounts: ["a"], version: undefined });
    expect(json.version).toBe(7);
  });
});
