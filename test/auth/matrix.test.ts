// Who may have what: caller × resource × claim, a row each. `ok` is 200; any other outcome is the
// refusal's code.

import { describe, expect, test } from "vitest";
import { ASSETS } from "../support/assets.ts";
import { NOW, SECRETS, TestDeployment } from "../support/deployment.ts";
import { type Claims, signGrant } from "../support/grants.ts";

const deployment = new TestDeployment({ bindings: ASSETS });

const CALLERS = {
  nobody: async () => null,
  stranger: async () => "stranger-with-a-long-enough-but-unknown-key",
  "service key": async () => SECRETS.SERVICE_KEY,
  "previous service key": async () => SECRETS.SERVICE_KEY_PREVIOUS,
  grant: () => signGrant(),
  "expired grant": () => signGrant({ iat: NOW - 100, exp: NOW - 50 }),
} as const;
type CallerName = keyof typeof CALLERS;

const RESOURCES: Readonly<Record<string, object>> = {
  "/v1/keys": { channel: "room-1", uid: 42 },
  "/v1/keys/batch": { channel: "room-1", uids: [42] },
  "/v1/tokens": { services: [{ type: "rtc", channel: "room-1", uid: 42 }] },
  "/v1/keys/inspect": { key: "" },
  "/v1/grants": { channels: ["room-1"], uid: 42, expiresIn: 60 },
};

function describeCaller(credential: string | null) {
  return deployment.get("/v1/caller", { credential });
}

const EACH = (outcome: string) => [outcome, outcome, outcome, outcome, outcome, outcome] as const;

describe("caller × resource", () => {
  const rows: readonly [
    CallerName,
    keys: string,
    batch: string,
    tokens: string,
    inspect: string,
    grants: string,
    whoAmI: string,
  ][] = [
    // caller       /v1/keys, /v1/keys/batch, /v1/tokens, /v1/keys/inspect, /v1/grants, /v1/caller
    ["nobody", ...EACH("unauthenticated")],
    ["stranger", ...EACH("unauthenticated")],
    ["service key", ...EACH("ok")],
    ["previous service key", ...EACH("ok")],
    ["grant", "ok", "forbidden", "ok", "forbidden", "forbidden", "ok"],
    ["expired grant", ...EACH("grant_expired")],
  ];

  test("has a row for each caller", () => {
    expect(rows.map(([caller]) => caller)).toEqual(Object.keys(CALLERS));
  });

  test.each(rows)("%s", async (caller, ...expected) => {
    const credential = await CALLERS[caller]();
    const responses = await Promise.all([
      ...Object.entries(RESOURCES).map(([path, body]) =>
        deployment.post(path, body, { credential }),
      ),
      describeCaller(credential),
    ]);
    const outcomes = responses.map(({ status, json }) =>
      status === 200 ? "ok" : String(json.code),
    );
    expect(outcomes).toEqual(expected);
  });

  test("what needs no credential takes no notice of a wrong one", async () => {
    for (const path of ["/health", "/ready", "/openapi.json", "/docs"]) {
      expect((await deployment.get(path)).status).toBe(200);
      expect((await deployment.get(path, { credential: "wrong" })).status).toBe(200);
    }
  });
});

const IN_CHANNEL = ["inChannelPermission"];
const noUpload = { service: "inChannelPermission", permission: "noUpload" };
const audioVideo = { service: "inChannelPermission", permission: "audioVideoUpload" };

// What a grant claims, what its client asks for, and what comes of it. The request's channel is
// room-1 where it names none.
describe("claim × request, POST /v1/keys with a grant", () => {
  const rows: readonly [claims: Claims, request: object, outcome: string][] = [
    // Channels: exact, or a prefix followed by *.
    [{ channels: ["room-1"] }, { channel: "room-1" }, "ok"],
    [{ channels: ["room-1"] }, { channel: "room-10" }, "forbidden_channel"],
    [{ channels: ["room-1"] }, { channel: "room-" }, "forbidden_channel"],
    [{ channels: ["room-1"] }, { channel: "Room-1" }, "forbidden_channel"],
    [{ channels: ["room-1"] }, { channel: "room-1 " }, "forbidden_channel"],
    [{ channels: ["other", "room-1"] }, { channel: "room-1" }, "ok"],
    [{ channels: ["room-*"] }, { channel: "room-1" }, "ok"],
    [{ channels: ["room-*"] }, { channel: "room-" }, "ok"],
    [{ channels: ["room-*"] }, { channel: "room" }, "forbidden_channel"],
    [{ channels: ["room-*"] }, { channel: "my-room-1" }, "forbidden_channel"],
    [{ channels: ["room.1"] }, { channel: "room-1" }, "forbidden_channel"],
    [{ channels: ["room.*"] }, { channel: "room-1" }, "forbidden_channel"],
    [{ channels: ["*"] }, { channel: "anything at all" }, "ok"],

    // Uid: the grant's, whether the request names it or not; any where the grant says 0, and then
    // the request names one of 1 or more: a key for anyone is for service keys alone.
    [{ uid: 42 }, {}, "ok"],
    [{ uid: 42 }, { uid: 42 }, "ok"],
    [{ uid: 42 }, { uid: 43 }, "forbidden_uid"],
    [{ uid: 42 }, { uid: 0 }, "forbidden_uid"],
    [{ uid: 0 }, { uid: 43 }, "ok"],
    [{ uid: 0 }, { uid: 0 }, "forbidden_uid"],
    [{ uid: 0 }, {}, "invalid_request"],
    [{ uid: 4_294_967_295 }, {}, "ok"],

    // Account: a user is one text, in its case; an account that is a uid's text is no grant's.
    [{ uid: undefined, account: "alice" }, {}, "ok"],
    [{ uid: undefined, account: "alice" }, { account: "alice" }, "ok"],
    [{ uid: undefined, account: "alice" }, { account: "Alice" }, "forbidden_uid"],
    [{ uid: undefined, account: "alice" }, { account: "alice " }, "forbidden_uid"],
    [{ uid: undefined, account: "alice" }, { uid: 42 }, "forbidden_uid"],
    [{ uid: undefined, account: "alice" }, { uid: 0, version: 7 }, "forbidden_uid"],
    [{ uid: undefined, account: "alice" }, { version: 5 }, "invalid_request"],
    [{ uid: undefined, account: "alice" }, { version: 5, uid: 42 }, "forbidden_uid"],
    [{ uid: undefined, account: "alice" }, { sdkVersion: "2.0.8" }, "invalid_request"],
    [{ uid: undefined, account: "alice" }, { version: 6 }, "forbidden"],
    [{ uid: undefined, account: "alice" }, { account: "alice", uid: 42 }, "invalid_request"],
    [{ uid: 42 }, { account: "42" }, "ok"],
    [{ uid: 42 }, { account: "042" }, "forbidden_uid"],
    [{ uid: 42 }, { account: "alice" }, "forbidden_uid"],
    [{ uid: 0 }, { account: "alice" }, "forbidden_uid"],
    [{ uid: 0 }, { account: "42" }, "forbidden_uid"],
    [{ uid: 0 }, { account: "0" }, "forbidden_uid"],
    [{ uid: 0 }, { uid: 0, version: 7 }, "forbidden_uid"],
    [{ uid: 0 }, { version: 7 }, "invalid_request"],
    [{ uid: 0 }, { uid: 43, version: 7 }, "ok"],
    [{ uid: undefined, account: "42" }, {}, "unauthenticated"],
    [{ uid: undefined, account: "0" }, {}, "unauthenticated"],
    [{ uid: undefined, account: "4294967295" }, {}, "unauthenticated"],
    [{ uid: undefined, account: "4294967296" }, {}, "ok"],
    [{ uid: undefined, account: "" }, {}, "unauthenticated"],
    [{ uid: undefined, account: "*" }, {}, "unauthenticated"],
    [{ uid: 42, account: "alice" }, {}, "unauthenticated"],
    [{ uid: undefined }, {}, "unauthenticated"],

    // Services: mediaChannel where the grant names none.
    [{}, { service: "mediaChannel" }, "ok"],
    [{}, { service: "recording" }, "forbidden_service"],
    [{}, { service: "publicSharing" }, "forbidden_service"],
    [{}, { service: "inChannelPermission", permission: "noUpload" }, "forbidden_service"],
    [{ services: ["recording"] }, { service: "recording" }, "ok"],
    [{ services: ["recording"] }, {}, "forbidden_service"],
    [
      { services: ["inChannelPermission"] },
      { service: "inChannelPermission", permission: "audioVideoUpload" },
      "ok",
    ],
    [{ services: ["inChannelPermission"] }, { service: "inChannelPermission" }, "invalid_request"],
    [{ services: ["mediaChannel", "publicSharing"] }, { service: "publicSharing" }, "ok"],

    // Exact values are for service keys alone, whatever they are.
    [{}, { issuedAt: NOW }, "forbidden"],
    [{}, { randomInt: 1 }, "forbidden"],
    [{}, { expiresAt: NOW + 60 }, "forbidden"],
    [{}, { expiresAt: 0 }, "forbidden"],
    [{}, { issuedAt: NOW, randomInt: 1, expiresAt: 0 }, "forbidden"],

    // A version-1 key would let anyone in for ever, and can be cut out of versions 2 and 3.
    [{}, { version: 1 }, "forbidden"],
    [{ uid: 0 }, { version: 1 }, "forbidden"],
    [{}, { sdkVersion: "1.0.0" }, "forbidden"],
    [{}, { version: 2 }, "forbidden"],
    [{}, { version: 3 }, "forbidden"],
    [{}, { version: 4 }, "ok"],
    [{}, { version: 5, sdkVersion: "1.3.0" }, "ok"],
    [{}, { sdkVersion: "1.2.5" }, "forbidden"],
    [{}, { sdkVersion: "2.1.0" }, "invalid_request"],
    [{}, { sdkVersion: "2.1.0", platform: "native" }, "forbidden"],
    [{}, { sdkVersion: "2.1.0", platform: "web" }, "ok"],
    [{}, { sdkVersion: "4.5.0" }, "forbidden"],
    [{}, { sdkVersion: "4.5.0", platform: "native" }, "ok"],
    [{}, { sdkVersion: "4.5.0", platform: "web" }, "forbidden"],
    [{}, { version: 6 }, "forbidden"],
    [{}, { version: 7 }, "ok"],
    [{}, { version: 7, service: "recording" }, "invalid_request"],
    [{}, { version: 7, expiresIn: 0 }, "invalid_request"],

    // Role: publisher where the grant names none. Of all channel keys only one can enforce that its
    // user receives alone.
    [{ role: "publisher" }, {}, "ok"],
    [{ role: "publisher", services: IN_CHANNEL }, audioVideo, "ok"],
    // Left out, a subscriber's version is 7 and its role the grant's: no other key can enforce it.
    [{ role: "subscriber" }, {}, "ok"],
    [{ role: "subscriber" }, { version: 7 }, "ok"],
    [{ role: "subscriber" }, { version: 7, role: "subscriber" }, "ok"],
    [{ role: "subscriber" }, { role: "publisher" }, "forbidden_role"],
    [{ role: "subscriber" }, { sdkVersion: "4.24.8", role: "publisher" }, "forbidden_role"],
    [{ role: "subscriber" }, { privileges: { joinChannel: 60 } }, "ok"],
    [{ role: "subscriber" }, { privileges: { joinChannel: 60, publishData: 1 } }, "forbidden_role"],
    [{ role: "publisher" }, { role: "subscriber" }, "ok"],
    [{ role: "publisher" }, { privileges: { joinChannel: 60, publishVideo: 60 } }, "ok"],
    [{ role: "subscriber" }, { version: 4 }, "forbidden_role"],
    [{ role: "subscriber" }, { version: 5 }, "forbidden_role"],
    [{ role: "subscriber" }, { sdkVersion: "2.0.8" }, "forbidden_role"],
    [{ role: "subscriber", services: ["recording"] }, { service: "recording" }, "forbidden_role"],
    [
      { role: "subscriber", services: ["publicSharing"] },
      { service: "publicSharing" },
      "forbidden_role",
    ],
    [{ role: "subscriber", services: IN_CHANNEL }, audioVideo, "forbidden_role"],
    [{ role: "subscriber", services: IN_CHANNEL }, noUpload, "ok"],
    [{ role: "subscriber" }, noUpload, "forbidden_service"],
    [{ role: "viewer" }, {}, "unauthenticated"],
    [{ role: "Subscriber" }, {}, "unauthenticated"],
    [{ role: null }, {}, "unauthenticated"],
    [{ role: ["publisher", "subscriber"] }, {}, "unauthenticated"],

    // Two reasons at once: the first in this order.
    [{}, { channel: "elsewhere", version: 1 }, "forbidden"],
    // A request that contradicts itself is invalid, whoever asks.
    [{}, { channel: "elsewhere", uid: 43, service: "recording", version: 1 }, "invalid_request"],
    [{}, { channel: "elsewhere", uid: 43, service: "recording" }, "forbidden_channel"],
    [{}, { uid: 43, service: "recording" }, "forbidden_service"],
  ];

  test.each(rows)("%j asked for %j: %s", async (claims, request, outcome) => {
    const credential = await signGrant(claims);
    const response = await deployment.post(
      "/v1/keys",
      { channel: "room-1", ...request },
      { credential },
    );
    expect(response.status === 200 ? "ok" : response.json.code).toBe(outcome);
    if (outcome.startsWith("forbidden")) {
      expect(response.status).toBe(403);
      expect(response.json).not.toHaveProperty("key");
    }
  });

  test.each([
    [{ uid: 42 }, {}, 42],
    [{ uid: 42 }, { uid: 42 }, 42],
    [{ uid: 0 }, { uid: 43 }, 43],
  ])("the key of %j asked for %j is for uid %i", async (claims, request, uid) => {
    const credential = await signGrant(claims);
    const { json } = await deployment.post(
      "/v1/keys",
      { channel: "room-1", ...request },
      { credential },
    );
    expect(json.uid).toBe(uid);
    const inspected = await deployment.post("/v1/keys/inspect", {
      key: json.key,
      channel: "room-1",
      uid,
    });
    expect(inspected.json).toMatchObject({ signature: "valid", uid });
  });

  test("a deployment whose default is version 1 gives none to a grant", async () => {
    const old = new TestDeployment({ env: { DEFAULT_KEY_VERSION: "1" } });
    const response = await old.post(
      "/v1/keys",
      { channel: "room-1" },
      { credential: await signGrant() },
    );
    expect(response.json.code).toBe("forbidden");
  });
});

describe("a grant where only service keys may call is refused before its body is read", () => {
  test.each(["/v1/keys/batch", "/v1/keys/inspect", "/v1/grants", "/v1/revocations"])(
    "%s, whatever the body",
    async (path) => {
      const credential = await signGrant();
      for (const body of ["{", "x".repeat(300_000), { unknown: 1 }]) {
        const { status, json } = await deployment.post(path, body, { credential });
        expect([status, json.code]).toEqual([403, "forbidden"]);
      }
      const headers = { "Content-Type": "text/plain" };
      expect((await deployment.post(path, "", { credential, headers })).status).toBe(403);
    },
  );
});
