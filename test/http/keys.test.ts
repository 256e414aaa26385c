import { describe, expect, test } from "vitest";
import { inspect } from "../../src/keys/library.ts";
import {
  APP_ID,
  NOW,
  type Settings,
  TestDeployment,
  testHost,
  wrongFields,
} from "../support/deployment.ts";
import { type Claims, signGrant } from "../support/grants.ts";

const ask = { channel: "room-1", uid: 42 };
const MAX_U32 = 2 ** 32 - 1;
/** The longest lifetime that a request may name. */
const TEN_YEARS = 315_360_000;
const EXACT = { EXACT_TIMES: "on" };

describe("POST /v1/keys", () => {
  test("answers the key and everything that a client must know of it", async () => {
    const response = await new TestDeployment().post("/v1/keys", ask);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.json).toEqual({
      key: expect.stringMatching(/^005/),
      version: 5,
      service: "mediaChannel",
      appId: APP_ID,
      channel: "room-1",
      uid: 42,
      randomInt: 1,
      issuedAt: NOW,
      joinBefore: NOW + 300,
      expiresAt: NOW + 3600,
      renewAt: NOW + 1800,
      serverTime: NOW,
    });
  });

  test("puts into the key what the response says of it", async () => {
    const { json } = await new TestDeployment().post("/v1/keys", {
      ...ask,
      service: "inChannelPermission",
      permission: "noUpload",
    });
    expect(inspect(json.key ?? "")).toMatchObject({
      version: 5,
      service: "inChannelPermission",
      permission: "noUpload",
      appId: APP_ID,
      unixTs: NOW,
      randomInt: 1,
      expiredTs: NOW + 3600,
    });
  });

  test("takes another random number for each key", async () => {
    const deployment = new TestDeployment();
    const first = await deployment.post("/v1/keys", ask);
    const second = await deployment.post("/v1/keys", ask);
    expect([first.json.randomInt, second.json.randomInt]).toEqual([1, 2]);
    expect(first.json.key).not.toBe(second.json.key);
  });

  test("issues at the clock's time, and serverTime is the clock's even where issuedAt is given", async () => {
    const host = testHost();
    const deployment = new TestDeployment({ host, env: EXACT });
    host.time = NOW + 1000;
    expect((await deployment.post("/v1/keys", ask)).json).toMatchObject({
      issuedAt: NOW + 1000,
      serverTime: NOW + 1000,
    });
    const given = await deployment.post("/v1/keys", { ...ask, issuedAt: 5 });
    expect(given.json).toMatchObject({
      issuedAt: 5,
      joinBefore: 305,
      expiresAt: 3605,
      serverTime: NOW + 1000,
    });
  });
});

// expiresAt and renewAt as seconds after NOW; null = never. A key is renewed half of its life
// before it ends, 1800 s at most.
describe("when a key ends", () => {
  const long = { DEFAULT_EXPIRES_IN: "7200", MAX_EXPIRES_IN: "1800" };
  const rows: readonly [string, Settings, object, number | null, number | null][] = [
    ["the default is an hour", {}, {}, 3600, 1800],
    ["the deployment's default", { DEFAULT_EXPIRES_IN: "600" }, {}, 600, 300],
    ["a default of never", { DEFAULT_EXPIRES_IN: "0" }, {}, null, null],
    ["as asked", {}, { expiresIn: 86_400 }, 86_400, 84_600],
    [
      "as asked, though the default is less",
      { DEFAULT_EXPIRES_IN: "60" },
      { expiresIn: 7200 },
      7200,
      5400,
    ],
    ["0 = never", {}, { expiresIn: 0 }, null, null],
    ["after one second", {}, { expiresIn: 1 }, 1, 1],
    ["after four seconds", {}, { expiresIn: 4 }, 4, 2],
    ["after 3602 s, half of which is over 1800 s", {}, { expiresIn: 3602 }, 3602, 1802],
    [
      "an hour in milliseconds, sent by mistake",
      {},
      { expiresIn: 3_600_000 },
      3_600_000,
      3_598_200,
    ],
    [
      "the same, where the deployment has a most",
      { MAX_EXPIRES_IN: "86400" },
      { expiresIn: 3_600_000 },
      86_400,
      84_600,
    ],
    [
      "the deployment's most caps a longer lifetime",
      { MAX_EXPIRES_IN: "1800" },
      { expiresIn: 1801 },
      1800,
      900,
    ],
    [
      "the deployment's most leaves a shorter lifetime",
      { MAX_EXPIRES_IN: "1800" },
      { expiresIn: 1799 },
      1799,
      900,
    ],
    [
      "the deployment's most in the place of never",
      { MAX_EXPIRES_IN: "1800" },
      { expiresIn: 0 },
      1800,
      900,
    ],
    ["the deployment's most caps its own default", long, {}, 1800, 900],
    ["the exact expiresAt of a service key", EXACT, { expiresAt: NOW + 10 }, 10, 5],
    ["expiresAt 0 = never", EXACT, { expiresAt: 0 }, null, null],
    [
      "an expiresAt in the past, and then it is renewed at once",
      EXACT,
      { expiresAt: NOW - 100 },
      -100,
      -100,
    ],
    [
      "expiresAt at the deployment's most",
      { ...EXACT, MAX_EXPIRES_IN: "1800" },
      { expiresAt: NOW + 1800 },
      1800,
      900,
    ],
  ];
  const at = (seconds: number | null) => (seconds === null ? null : NOW + seconds);

  test.each(rows)("%s", async (_name, env, body, expiresAt, renewAt) => {
    const response = await new TestDeployment({ env }).post("/v1/keys", { ...ask, ...body });
    expect(response.json).toMatchObject({ expiresAt: at(expiresAt), renewAt: at(renewAt) });
    expect(inspect(response.json.key ?? "").expiredTs).toBe(at(expiresAt) ?? 0);
  });

  const grantRows: readonly [string, Claims, Settings, object, number][] = [
    ["at its grant's end, which is sooner than the default", { exp: NOW + 600 }, {}, {}, 600],
    ["at its grant's end in the place of never", { exp: NOW + 600 }, {}, { expiresIn: 0 }, 600],
    [
      "at its grant's end, however long the lifetime asked for",
      { exp: NOW + 600 },
      {},
      { expiresIn: 315_360_000 },
      600,
    ],
    ["as asked, sooner than its grant", { exp: NOW + 600 }, {}, { expiresIn: 60 }, 60],
    ["by default, sooner than its grant", { exp: NOW + 7200 }, {}, {}, 3600],
    ["at the default in the place of never", {}, {}, { expiresIn: 0 }, 3600],
    ["at the default, however long the lifetime asked for", {}, {}, { expiresIn: TEN_YEARS }, 3600],
    ["at the deployment's own default", {}, { DEFAULT_EXPIRES_IN: "600" }, { expiresIn: 601 }, 600],
    [
      "at its grant's maxKeyExpiresIn, which may be more than the default",
      { maxKeyExpiresIn: 7000 },
      { DEFAULT_EXPIRES_IN: "600" },
      { expiresIn: TEN_YEARS },
      7000,
    ],
    [
      "at its grant's maxKeyExpiresIn where nothing is asked",
      { maxKeyExpiresIn: 7000 },
      {},
      {},
      7000,
    ],
    [
      "at its grant's end where the default is never",
      { exp: NOW + 7200 },
      { DEFAULT_EXPIRES_IN: "0" },
      { expiresIn: 0 },
      7200,
    ],
    [
      "at its grant's end where the default is never and nothing is asked",
      { exp: NOW + 7200 },
      { DEFAULT_EXPIRES_IN: "0" },
      {},
      7200,
    ],
    ["at the deployment's most where nothing is asked", {}, { MAX_EXPIRES_IN: "60" }, {}, 60],
    ["at its grant's maxKeyExpiresIn", { maxKeyExpiresIn: 120 }, {}, { expiresIn: 121 }, 120],
    [
      "at its grant's maxKeyExpiresIn in the place of never",
      { maxKeyExpiresIn: 120 },
      {},
      { expiresIn: 0 },
      120,
    ],
    [
      "as asked, sooner than maxKeyExpiresIn",
      { maxKeyExpiresIn: 120 },
      {},
      { expiresIn: 119 },
      119,
    ],
    [
      "at the least of all",
      { exp: NOW + 600, maxKeyExpiresIn: 500 },
      { MAX_EXPIRES_IN: "400" },
      { expiresIn: 0 },
      400,
    ],
  ];

  test.each(grantRows)("with a grant: %s", async (_name, claims, env, body, expiresAt) => {
    const credential = await signGrant(claims);
    const response = await new TestDeployment({ env }).post(
      "/v1/keys",
      { ...ask, ...body },
      { credential },
    );
    expect(response.json.expiresAt).toBe(NOW + expiresAt);
  });

  test("is never cut where it was given exactly, but refused", async () => {
    const deployment = new TestDeployment({ env: { ...EXACT, MAX_EXPIRES_IN: "1800" } });
    for (const expiresAt of [NOW + 1801, 0]) {
      const response = await deployment.post("/v1/keys", { ...ask, expiresAt });
      expect(wrongFields(response)).toEqual(["expiresAt"]);
      expect(response.json.errors?.[0]?.message).toContain(String(NOW + 1800));
    }
  });

  test("is asked for in one way, not in two", async () => {
    const response = await new TestDeployment({ env: EXACT }).post("/v1/keys", {
      ...ask,
      expiresIn: 60,
      expiresAt: NOW + 60,
    });
    expect(wrongFields(response)).toEqual(["expiresAt"]);
  });

  test.each([
    [{ issuedAt: MAX_U32 - 60, expiresIn: 60 }, MAX_U32],
    [{ expiresAt: MAX_U32 }, MAX_U32],
    [{ issuedAt: MAX_U32, expiresAt: MAX_U32 }, MAX_U32],
    [{ issuedAt: MAX_U32, expiresIn: 0 }, null],
  ])("may be the last second that a key can hold: %j", async (body, expiresAt) => {
    const response = await new TestDeployment({ env: EXACT }).post("/v1/keys", { ...ask, ...body });
    expect(response.json.expiresAt).toBe(expiresAt);
  });

  test.each([
    { issuedAt: MAX_U32 - 60, expiresIn: 61 },
    { issuedAt: MAX_U32 - 60, expiresIn: 315_360_000 },
    { issuedAt: MAX_U32, expiresIn: 1 },
    { issuedAt: MAX_U32 },
  ])("may not be beyond it, and does not wrap: %j", async (body) => {
    const response = await new TestDeployment({ env: EXACT }).post("/v1/keys", { ...ask, ...body });
    expect(wrongFields(response)).toEqual(["expiresIn"]);
    expect(response.json.errors?.[0]?.message).toContain("2^32 - 1");
  });
});

describe("in App-ID-only mode", () => {
  const env = { KEY_MODE: "app-id", APP_CERTIFICATE: undefined };

  test("the key is null and all else is as ever, so that a client's code is the same", async () => {
    const withKey = await new TestDeployment().post("/v1/keys", ask);
    const response = await new TestDeployment({ env }).post("/v1/keys", ask);
    expect(response.json).toEqual({ ...withKey.json, key: null });
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  test("a certificate that is there all the same signs nothing", async () => {
    const response = await new TestDeployment({ env: { KEY_MODE: "app-id" } }).post(
      "/v1/keys",
      ask,
    );
    expect(response.json.key).toBeNull();
  });

  test("a batch has null keys, and the rules are the same", async () => {
    const deployment = new TestDeployment({ env });
    const response = await deployment.post("/v1/keys/batch", { channel: "room-1", uids: [1, 2] });
    expect(response.json.keys).toEqual([
      { uid: 1, key: null, randomInt: 1 },
      { uid: 2, key: null, randomInt: 2 },
    ]);
    expect(wrongFields(await deployment.post("/v1/keys", { channel: "room-1" }))).toEqual(["uid"]);
  });
});

test("the deployment's default version is for those that name neither version nor SDK", async () => {
  const deployment = new TestDeployment({ env: { DEFAULT_KEY_VERSION: "3" } });
  expect((await deployment.post("/v1/keys", ask)).json.version).toBe(3);
  expect((await deployment.post("/v1/keys", { ...ask, version: 4 })).json.version).toBe(4);
  expect((await deployment.post("/v1/keys", { ...ask, sdkVersion: "1.3.0" })).json.version).toBe(5);
});
