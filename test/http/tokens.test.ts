// POST /v1/tokens: 007 tokens with one or several services. The oracle is the library, asked for
// what the response says.

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createSigner, type Token007 } from "../../src/keys/library.ts";
import { channel, u32 } from "../support/arbitraries.ts";
import {
  APP_ID,
  NOW,
  type ResponseBody,
  SECRETS,
  TestDeployment,
  type TestResponse,
  wrongFields,
} from "../support/deployment.ts";
import { type Claims, signGrant } from "../support/grants.ts";

const DAY = 86_400;
const deployment = new TestDeployment();
const signer = createSigner({ appId: APP_ID, appCertificate: SECRETS.APP_CERTIFICATE });

const RTC = { type: "rtc", channel: "room-1" };
const RTM = { type: "rtm", userId: "alice" };
const RTM2 = { type: "rtm2", userId: "alice", permissions: {} };
const CHAT = { type: "chat", userId: "alice" };
const APP = { type: "chat", app: true };

function ask(services: unknown, more: object = {}): Promise<TestResponse> {
  return deployment.post("/v1/tokens", { services, ...more });
}

async function askByGrant(claims: Claims, services: readonly object[]): Promise<TestResponse> {
  const credential = await signGrant({ services: ["mediaChannel", "rtm", "chat"], ...claims });
  return deployment.post("/v1/tokens", { services }, { credential });
}

function outcome({ status, json }: TestResponse): unknown {
  return status === 200 ? "ok" : json.code;
}

function tokenOf({ issuedAt, expiresAt, salt, services }: ResponseBody): string {
  const expire = Number(expiresAt) - Number(issuedAt);
  const fields = { version: 7, issueTs: issuedAt, expire, salt, services };
  return signer.accessToken(fields as Token007);
}

describe("POST /v1/tokens", () => {
  test("answers a token with its services as they are signed", async () => {
    const services = [
      { ...RTM2, permissions: { messageChannels: { read: ["b", "a"], write: [] }, users: {} } },
      { ...RTC, uid: 42, role: "subscriber" },
      RTM,
      CHAT,
    ];
    const { status, headers, json } = await new TestDeployment().post("/v1/tokens", {
      services,
      expiresIn: 600,
    });
    expect([status, headers.get("cache-control")]).toEqual([200, "no-store"]);
    expect(json).toEqual({
      token: expect.stringMatching(/^007/),
      version: 7,
      appId: APP_ID,
      services: [
        { ...services[0], privileges: { login: 600 } },
        { ...services[1], privileges: { joinChannel: 600 } },
        { ...RTM, privileges: { login: 600 } },
        { ...CHAT, privileges: { user: 600 } },
      ],
      salt: 1,
      issuedAt: NOW,
      expiresAt: NOW + 600,
      renewAt: NOW + 300,
      serverTime: NOW,
    });
    expect(json.token).toBe(tokenOf(json));
  });

  test("makes the RTC token that POST /v1/keys makes", async () => {
    for (const user of [{ uid: 42 }, { uid: 0 }, { account: "alice" }]) {
      const privileges = { joinChannel: 60, publishVideo: 3601 };
      for (const rights of [{}, { role: "subscriber" }, { privileges }]) {
        const body = { ...user, ...rights, channel: "room-1" };
        const one = await new TestDeployment().post("/v1/keys", { ...body, version: 7 });
        const other = await new TestDeployment().post("/v1/tokens", {
          services: [{ type: "rtc", ...body }],
        });
        expect(other.json.token).toBe(one.json.key);
      }
    }
  });

  test("gives the library's token for what the response says: 200 requests", async () => {
    const letters = "abcxyz019._-";
    const userId = fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength: 63 });
    const names = fc.array(userId, { maxLength: 3 });
    const rights = fc.record({ read: names, write: names }, { requiredKeys: [] });
    const permissions = fc.record(
      { messageChannels: rights, streamChannels: rights, users: rights },
      { requiredKeys: [] },
    );
    const user = fc.oneof(fc.record({ uid: u32 }), fc.record({ account: userId }));
    const services = fc
      .tuple(channel, user, userId, permissions, fc.boolean())
      .chain(([room, who, id, permitted, isApp]) =>
        fc.shuffledSubarray<object>(
          [
            { type: "rtc", channel: room, ...who },
            { type: "rtm", userId: id },
            { type: "rtm2", userId: id, permissions: permitted },
            isApp ? APP : { type: "chat", userId: id },
          ],
          { minLength: 1 },
        ),
      );
    const expiresIn = fc.integer({ min: 1, max: DAY });
    await fc.assert(
      fc.asyncProperty(services, expiresIn, async (list, life) => {
        const { json } = await ask(list, { expiresIn: life });
        expect(json.expiresAt).toBe(NOW + life);
        expect(json.services).toMatchObject(list.map(({ app, ...rest }: { app?: true }) => rest));
        expect(json.token).toBe(tokenOf(json));
      }),
      { numRuns: 200 },
    );
  }, 60_000);

  const rtc = (more: object) => [{ ...RTC, uid: 1, ...more }];
  test.each<[unknown, string[]]>([
    [undefined, ["services"]],
    [[], ["services"]],
    [RTM, ["services"]],
    [Array.from({ length: 9 }, () => RTM), ["services"]],
    [["rtm"], ["services[0]"]],
    [[{}], ["services[0].type"]],
    [[{ type: "streaming" }], ["services[0].type"]],
    [[RTM, RTM], ["services[1].type"]],
    [[CHAT, RTM, APP], ["services[2].type"]],
    [[RTC], ["services[0].uid"]],
    [rtc({ account: "a" }), ["services[0].account"]],
    [rtc({ role: "publisher", privileges: { joinChannel: 1 } }), ["services[0].privileges"]],
    [rtc({ role: "host" }), ["services[0].role"]],
    [rtc({ privileges: { joinChannel: 0 } }), ["services[0].privileges.joinChannel"]],
    [rtc({ privileges: { publishAudio: 1 } }), ["services[0].privileges.joinChannel"]],
    [rtc({ channel: "*" }), ["services[0].channel"]],
    [rtc({ channel: "" }), ["services[0].channel"]],
    [rtc({ uid: "1" }), ["services[0].uid"]],
    [rtc({ userId: "a" }), ["services[0].userId"]],
    [rtc({ version: 6 }), ["services[0].version"]],
    [[{ type: "rtm" }], ["services[0].userId"]],
    [[{ type: "rtm", userId: "" }], ["services[0].userId"]],
    [[{ type: "rtm", userId: " a" }], ["services[0].userId"]],
    [[{ type: "rtm", userId: "*" }], ["services[0].userId"]],
    [[{ type: "rtm", userId: "a".repeat(64) }], ["services[0].userId"]],
    [[{ type: "rtm2", userId: "a" }], ["services[0].permissions"]],
    [[{ type: "rtm2", permissions: {} }], ["services[0].userId"]],
    [[{ ...RTM2, permissions: { rooms: {} } }], ["services[0].permissions.rooms"]],
    [[{ ...RTM2, permissions: { users: { read: "a" } } }], ["services[0].permissions.users.read"]],
    [
      [{ ...RTM2, permissions: { users: { read: ["a", ""] } } }],
      ["services[0].permissions.users.read[1]"],
    ],
    [[{ type: "chat" }], ["services[0].userId"]],
    [[{ ...CHAT, app: true }], ["services[0].app"]],
    [[{ type: "chat", app: false }], ["services[0].app"]],
    [[{ type: "chat", userId: "Alice" }], ["services[0].userId"]],
    [[{ type: "chat", userId: "a b" }], ["services[0].userId"]],
    [[{ type: "chat", userId: "a".repeat(65) }], ["services[0].userId"]],
    [[RTM, { type: "chat" }, { ...RTC, uid: -1 }], ["services[2].uid"]],
  ])("refuses the services %j", async (services, fields) => {
    const response = await ask(services);
    expect(response.status).toBe(400);
    expect(wrongFields(response)).toEqual(fields);
  });

  test.each([0, DAY + 1, -1, 1.5, "60", 315_360_001, null])(
    "refuses an expiresIn of %j",
    async (expiresIn) => {
      expect(wrongFields(await ask([RTM], { expiresIn }))).toEqual(["expiresIn"]);
    },
  );

  test("says what is missing and what is unknown", async () => {
    const { json } = await ask([{ type: "rtc", chanel: "room-1" }], { version: 7 });
    expect(json.errors).toEqual([
      { path: "services[0].channel", message: "is required" },
      { path: "services[0].chanel", message: "unknown field" },
      { path: "version", message: "unknown field" },
    ]);
  });

  test("is not configured in App-ID mode", async () => {
    const env = { KEY_MODE: "app-id", APP_CERTIFICATE: undefined };
    const response = await new TestDeployment({ env }).post("/v1/tokens", { services: [RTM] });
    expect([response.status, response.json.code]).toEqual([503, "not_configured"]);
  });
});

describe("POST /v1/tokens with a grant", () => {
  test("fills in what the request leaves out: uid, userId and role", async () => {
    const all = [RTC, { type: "rtm" }, { type: "chat" }];
    const ofUid = await askByGrant({ uid: 42, role: "subscriber" }, all);
    expect(ofUid.json.services).toEqual([
      { ...RTC, uid: 42, role: "subscriber", privileges: { joinChannel: 3600 } },
      { type: "rtm", userId: "42", privileges: { login: 3600 } },
      { type: "chat", userId: "42", privileges: { user: 3600 } },
    ]);
    const ofAccount = await askByGrant({ uid: undefined, account: "alice" }, all);
    expect(ofAccount.json.services).toMatchObject([
      { account: "alice", role: "publisher" },
      { userId: "alice" },
      { userId: "alice" },
    ]);
    for (const { json } of [ofUid, ofAccount]) expect(json.token).toBe(tokenOf(json));
  });

  const alice = { uid: undefined, account: "alice" };
  const rows: readonly [claims: Claims, services: object[], outcome: string][] = [
    [{}, [RTC], "ok"],
    [{}, [{ ...RTC, uid: 42 }], "ok"],
    [{}, [{ ...RTC, account: "42" }], "ok"],
    [{}, [{ ...RTC, uid: 43 }], "forbidden_uid"],
    [{}, [{ ...RTC, uid: 0 }], "forbidden_uid"],
    [{}, [{ ...RTC, account: "alice" }], "forbidden_uid"],
    [{}, [{ ...RTC, channel: "room-2" }], "forbidden_channel"],
    [{}, [{ type: "rtm", userId: "42" }], "ok"],
    [{}, [{ type: "rtm", userId: "43" }], "forbidden_uid"],
    [{}, [{ type: "rtm", userId: "042" }], "forbidden_uid"],
    [{}, [RTC, { type: "rtm", userId: "alice" }], "forbidden_uid"],
    [alice, [RTC, { type: "rtm" }, { type: "chat" }], "ok"],
    [alice, [{ type: "rtm", userId: "Alice" }], "forbidden_uid"],
    [alice, [{ type: "chat", userId: "alic" }], "forbidden_uid"],
    // The vendor's chat ignores case: Alice could be anybody's alice.
    [{ uid: undefined, account: "Alice" }, [{ type: "chat", userId: "alice" }], "forbidden_uid"],
    [{ uid: undefined, account: "Alice" }, [{ type: "chat" }], "invalid_request"],
    [{ uid: undefined, account: "Alice" }, [{ type: "rtm" }], "ok"],
    [{ uid: undefined, account: "a".repeat(64) }, [{ type: "rtm" }], "invalid_request"],
    [{ uid: undefined, account: " a" }, [{ type: "rtm" }], "invalid_request"],
    // A grant for any uid: one of 1 or more, and no name at RTM or chat.
    [{ uid: 0 }, [{ ...RTC, uid: 7 }], "ok"],
    [{ uid: 0 }, [{ ...RTC, uid: 0 }], "forbidden_uid"],
    [{ uid: 0 }, [{ ...RTC, account: "alice" }], "forbidden_uid"],
    [{ uid: 0 }, [RTC], "invalid_request"],
    [{ uid: 0 }, [{ type: "rtm", userId: "7" }], "forbidden_uid"],
    [
      { uid: 0 },
      [
        { ...RTC, uid: 7 },
        { type: "rtm", userId: "7" },
      ],
      "forbidden_uid",
    ],
    [{ uid: 0 }, [{ type: "chat", userId: "0" }], "forbidden_uid"],
    // Services.
    [{ services: undefined }, [RTC], "ok"],
    [{ services: undefined }, [{ type: "rtm" }], "forbidden_service"],
    [{ services: ["rtm"] }, [{ type: "rtm" }], "ok"],
    [{ services: ["rtm"] }, [{ type: "chat" }], "forbidden_service"],
    [{ services: ["rtm"] }, [RTC], "forbidden_service"],
    [{ services: ["rtm"] }, [{ type: "rtm" }, RTC], "forbidden_service"],
    [{}, [{ ...RTM2, userId: "42" }], "forbidden_service"],
    [{}, [APP], "forbidden_service"],
    [{}, [RTC, APP], "forbidden_service"],
    [{ services: ["rtm2"] }, [RTC], "unauthenticated"],
    // Roles, judged for every service.
    [{ role: "subscriber" }, [RTC, { type: "rtm" }, { type: "chat" }], "ok"],
    [{ role: "subscriber" }, [{ type: "rtm" }, { ...RTC, role: "publisher" }], "forbidden_role"],
    [{ role: "subscriber" }, [{ ...RTC, privileges: { joinChannel: 9 } }], "ok"],
    [
      { role: "subscriber" },
      [{ ...RTC, privileges: { joinChannel: 9, publishData: 1 } }],
      "forbidden_role",
    ],
  ];
  test.each(rows)("%j asked for %j: %s", async (claims, services, expected) => {
    const response = await askByGrant(claims, services);
    expect(outcome(response)).toBe(expected);
    if (expected !== "ok") expect(response.json).not.toHaveProperty("token");
  });

  test("needs version 7 among GRANT_KEY_VERSIONS", async () => {
    const other = new TestDeployment({ env: { GRANT_KEY_VERSIONS: "4,5,6" } });
    const response = await other.post(
      "/v1/tokens",
      { services: [RTC] },
      { credential: await signGrant() },
    );
    expect([response.status, response.json.code]).toEqual([403, "forbidden"]);
  });

  test.each([
    [{}, {}, {}, 3600],
    [{}, {}, { expiresIn: DAY }, 3600],
    [{ MAX_EXPIRES_IN: "60" }, {}, {}, 60],
    [{ DEFAULT_EXPIRES_IN: "0" }, { exp: NOW + 50 }, {}, 50],
    [{}, { maxKeyExpiresIn: 5 }, {}, 5],
  ])("with %j and %j, asked for %j, lasts %i s", async (env, claims, more, expected) => {
    const credential = await signGrant(claims);
    const body = { services: [RTC], ...more };
    const { json } = await new TestDeployment({ env }).post("/v1/tokens", body, { credential });
    expect(json.expiresAt).toBe(NOW + expected);
    expect(json.token).toBe(tokenOf(json));
  });
});
