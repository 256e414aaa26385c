import { decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";
import { describe, expect, test } from "vitest";
import {
  APP_ID,
  NOW,
  randomHex,
  SECRETS,
  TestDeployment,
  testHost,
  wrongFields,
} from "../support/deployment.ts";
import { grantSigner, keySet } from "../support/grants.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const ask = { channels: ["room-1", "team-*"], uid: 42, expiresIn: 600 };

async function issue(body: object = {}, deployment = new TestDeployment()): Promise<string> {
  const { json } = await deployment.post("/v1/grants", { ...ask, ...body });
  return json.grant ?? "";
}

describe("POST /v1/grants", () => {
  test("answers a JWT with the claims of the contract, signed with the current secret", async () => {
    const response = await new TestDeployment().post("/v1/grants", ask);
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.json).toEqual({
      grant: expect.any(String),
      jti: expect.stringMatching(UUID),
      subject: expect.stringMatching(UUID),
      expiresAt: NOW + 600,
    });
    const secret = new TextEncoder().encode(SECRETS.GRANT_SECRET);
    const { payload, protectedHeader } = await jwtVerify(response.json.grant ?? "", secret, {
      currentDate: new Date(NOW * 1000),
    });
    expect(protectedHeader).toEqual({ alg: "HS256", typ: "JWT" });
    expect(payload).toEqual({
      iss: "latchkey",
      aud: "latchkey",
      sub: response.json.subject,
      iat: NOW,
      exp: NOW + 600,
      jti: response.json.jti,
      appId: APP_ID,
      channels: ["room-1", "team-*"],
      uid: 42,
    });
  });

  test("names the project, so that no other one takes the grant, whatever secret they share", async () => {
    const credential = await issue();
    const body = { channel: "room-1" };
    const other = new TestDeployment({ env: { APP_ID: randomHex(32) } });
    const response = await other.post("/v1/keys", body, { credential });
    expect(response.json.code).toBe("unauthenticated");
    expect(wrongFields(response)).toEqual(["appId"]);
    const same = new TestDeployment({ env: { APP_ID: APP_ID.toUpperCase() } });
    expect((await same.post("/v1/keys", body, { credential })).status).toBe(200);
  });

  test("carries services, the role, the cap on keys and the subject where they are given", async () => {
    const more = {
      services: ["recording", "mediaChannel"],
      role: "subscriber",
      maxKeyExpiresIn: 60,
      subject: "user-7",
    };
    const { services, role, maxKeyExpiresIn, sub } = decodeJwt(await issue(more));
    expect({ services, role, maxKeyExpiresIn, subject: sub }).toEqual(more);
  });

  test("names its user by account, and is for rtm and chat too", async () => {
    const more = { uid: undefined, account: "alice", services: ["mediaChannel", "rtm", "chat"] };
    const claims = decodeJwt(await issue(more));
    expect(claims).toMatchObject({ account: "alice", services: more.services });
    expect(claims).not.toHaveProperty("uid");
  });

  test("gives back the subject and the id, for revocations", async () => {
    const { json } = await new TestDeployment().post("/v1/grants", { ...ask, subject: "user-7" });
    const { sub, jti } = decodeJwt(json.grant ?? "");
    expect([json.subject, json.jti]).toEqual(["user-7", jti]);
    expect(sub).toBe("user-7");
  });

  test("ties no strangers together: without a subject each grant has one of its own", async () => {
    for (const uid of [0, 42]) {
      const subjects = await Promise.all(
        Array.from({ length: 10 }, async () => decodeJwt(await issue({ uid })).sub),
      );
      expect(new Set(subjects).size).toBe(10);
    }
  });

  test("names each grant anew, and the deployment's issuer", async () => {
    const deployment = new TestDeployment({ env: { GRANT_ISSUER: "https://app.example" } });
    const [first, second] = [
      decodeJwt(await issue({}, deployment)),
      decodeJwt(await issue({}, deployment)),
    ];
    expect(first.jti).not.toBe(second.jti);
    expect(first.iss).toBe("https://app.example");
  });

  test("is not configured where there are only public keys: those can't sign", async () => {
    const GRANT_JWKS = JSON.stringify(keySet(await grantSigner("ES256", "a")));
    const env = { GRANT_SECRET: undefined, GRANT_SECRET_PREVIOUS: undefined, GRANT_JWKS };
    const response = await new TestDeployment({ env }).post("/v1/grants", ask);
    expect(response.status).toBe(503);
    expect(response.json).toMatchObject({
      code: "not_configured",
      detail: expect.stringContaining("GRANT_SECRET"),
    });
  });

  test.each([
    ["channels", { channels: [] }, ["channels"]],
    [
      "more than 100 channels",
      { channels: Array.from({ length: 101 }, (_, i) => `c${i}`) },
      ["channels"],
    ],
    ["a channel that is none", { channels: ["ok", "no/slash"] }, ["channels[1]"]],
    ["a * in the middle", { channels: ["a*b"] }, ["channels[0]"]],
    ["two *", { channels: ["a**"] }, ["channels[0]"]],
    ["a uid that is text", { uid: "42" }, ["uid"]],
    ["no user", { uid: undefined }, ["uid"]],
    ["two users", { account: "alice" }, ["account"]],
    ["an account that reads as a uid", { uid: undefined, account: "42" }, ["account"]],
    ["the account 0", { uid: undefined, account: "0" }, ["account"]],
    ["an empty account", { uid: undefined, account: "" }, ["account"]],
    ["an account of 256 bytes", { uid: undefined, account: "a".repeat(256) }, ["account"]],
    ["a service for service keys alone", { services: ["rtm2"] }, ["services[0]"]],
    ["no services", { services: [] }, ["services"]],
    ["a service that does not exist", { services: ["mediaChannel", "video"] }, ["services[1]"]],
    ["a role that does not exist", { role: "viewer" }, ["role"]],
    ["no lifetime", { expiresIn: undefined }, ["expiresIn"]],
    ["a lifetime of 0", { expiresIn: 0 }, ["expiresIn"]],
    ["a lifetime of a day and a second", { expiresIn: 86_401 }, ["expiresIn"]],
    ["a cap of 0", { maxKeyExpiresIn: 0 }, ["maxKeyExpiresIn"]],
    ["an empty subject", { subject: "" }, ["subject"]],
    ["a subject of 257 characters", { subject: "x".repeat(257) }, ["subject"]],
    ["a subject that is no well-formed Unicode", { subject: "user-\ud83d" }, ["subject"]],
    ["a subject with a line break", { subject: "user\n7" }, ["subject"]],
    [
      "all of it",
      { channels: 1, uid: -1, services: "x", expiresIn: "1", maxKeyExpiresIn: 1.5, subject: 7 },
      ["channels", "uid", "services", "maxKeyExpiresIn", "expiresIn", "subject"],
    ],
  ])("refuses %s", async (_name, body, fields) => {
    expect(wrongFields(await new TestDeployment().post("/v1/grants", { ...ask, ...body }))).toEqual(
      fields,
    );
  });

  test.each([
    ["a day", { expiresIn: 86_400 }, "room-1"],
    ["a second", { expiresIn: 1 }, "room-1"],
    ["every channel", { channels: ["*"] }, "any channel"],
    ["an account", { uid: undefined, account: "alice" }, "room-1"],
    ["an account of digits that is no u32", { uid: undefined, account: "4294967296" }, "room-1"],
    ["a subscriber", { role: "subscriber" }, "room-1"],
    [
      "the longest channel and the longest beginning",
      { channels: ["c".repeat(64), `${"c".repeat(64)}*`] },
      "c".repeat(64),
    ],
  ])("gives a grant for %s, and it works", async (_name, body, channel) => {
    const deployment = new TestDeployment();
    const credential = await issue(body, deployment);
    const response = await deployment.post("/v1/keys", { channel }, { credential });
    expect(response.status).toBe(200);
  });

  test("is for service keys alone: a grant makes no grants", async () => {
    const credential = await issue();
    const response = await new TestDeployment().post("/v1/grants", ask, { credential });
    expect(response.json.code).toBe("forbidden");
  });
});

test("a grant is issued, used, renewed with, and expires", async () => {
  const host = testHost();
  const deployment = new TestDeployment({ host });
  const credential = await issue({ expiresIn: 600 }, deployment);
  const renew = () =>
    deployment.post("/v1/keys", { channel: "room-1", expiresIn: 400 }, { credential });

  const first = await renew();
  expect(first.json).toMatchObject({
    uid: 42,
    issuedAt: NOW,
    expiresAt: NOW + 400,
    renewAt: NOW + 200,
  });

  host.time = NOW + 320;
  const second = await renew();
  expect(second.json).toMatchObject({ uid: 42, issuedAt: NOW + 320, expiresAt: NOW + 600 });
  expect(second.json.key).not.toBe(first.json.key);

  host.time = NOW + 599;
  expect((await renew()).json.expiresAt).toBe(NOW + 600);

  host.time = NOW + 600;
  const late = await renew();
  expect(late.status).toBe(401);
  expect(late.json.code).toBe("grant_expired");
});

test("a grant that one deployment signs is verified by one with the same secret alone", async () => {
  const credential = await issue();
  expect(decodeProtectedHeader(credential)).not.toHaveProperty("kid");
  const body = { channel: "team-9" };
  expect((await new TestDeployment().post("/v1/keys", body, { credential })).status).toBe(200);
  const turnedOver = new TestDeployment({
    env: { GRANT_SECRET: randomHex(40), GRANT_SECRET_PREVIOUS: SECRETS.GRANT_SECRET },
  });
  expect((await turnedOver.post("/v1/keys", body, { credential })).status).toBe(200);
  const stranger = new TestDeployment({
    env: { GRANT_SECRET: randomHex(40), GRANT_SECRET_PREVIOUS: undefined },
  });
  expect((await stranger.post("/v1/keys", body, { credential })).json.code).toBe("unauthenticated");
});
