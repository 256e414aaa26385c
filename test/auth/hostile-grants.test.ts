// Grants that must not open anything. Each is refused with 401; those that we did sign may learn
// which claim is wrong.

import { beforeAll, describe, expect, test } from "vitest";
import {
  APP_ID,
  NOW,
  randomHex,
  SECRETS,
  type Settings,
  TestDeployment,
  type TestResponse,
  testHost,
  wrongFields,
} from "../support/deployment.ts";
import {
  base64url,
  type Claims,
  claims,
  type GrantSigner,
  grantSigner,
  hs256,
  keySet,
  signGrant,
} from "../support/grants.ts";

const SECRET = SECRETS.GRANT_SECRET;
const DAY = 86_400;

function offer(credential: string, env: Settings = {}, at = NOW): Promise<TestResponse> {
  const host = testHost();
  host.time = at;
  return new TestDeployment({ env, host }).post("/v1/keys", { channel: "room-1" }, { credential });
}

function encode(value: object): string {
  return base64url(new TextEncoder().encode(JSON.stringify(value)));
}

/**
 * What is no identifier. The list of revocations would keep a lone surrogate as U+FFFD: it would
 * miss the grant's subject, and hit another.
 */
const NO_IDENTIFIERS: readonly (readonly [what: string, value: string])[] = [
  ["the first half of a surrogate pair alone", "user-\ud83d"],
  ["the second half alone", "\ude00-user"],
  ["both halves in the wrong order", "\ude00\ud83d"],
  ["a line break", "user\n7"],
  ["a zero", "user\u00007"],
  ["DEL", "user\u007f"],
  ["a control character of Latin-1", "user\u0085"],
];

test("the grant that all of these are made from is good", async () => {
  expect((await offer(await signGrant())).status).toBe(200);
});

describe("a claim", () => {
  const rows: readonly [string, Claims, wrong: string][] = [
    ["no iss", { iss: undefined }, "iss"],
    ["no aud", { aud: undefined }, "aud"],
    ["no sub", { sub: undefined }, "sub"],
    ["no iat", { iat: undefined }, "iat"],
    ["no exp", { exp: undefined }, "exp"],
    ["no jti", { jti: undefined }, "jti"],
    ["no channels", { channels: undefined }, "channels"],
    ["no uid", { uid: undefined }, "uid"],
    ["another aud", { aud: "other" }, "aud"],
    ["other auds in a list", { aud: ["other", "latchkeys"] }, "aud"],
    ["an empty list of auds", { aud: [] }, "aud"],
    ["exp a second over 24 h after iat", { exp: NOW + DAY + 1 }, "exp"],
    ["exp in the year 2100", { exp: 4_102_444_800 }, "exp"],
    [
      "exp 24 h and a second after an iat with a fraction",
      { iat: NOW + 0.5, exp: NOW + DAY + 1.5 },
      "exp",
    ],
    ["exp at iat", { exp: NOW }, "exp"],
    ["exp before iat", { iat: NOW, exp: NOW - 1 }, "exp"],
    ["exp null", { exp: null }, "exp"],
    ["nbf null", { nbf: null }, "nbf"],
    ["uid as text", { uid: "42" }, "uid"],
    ["uid 2^32", { uid: 2 ** 32 }, "uid"],
    ["uid 1.5", { uid: 1.5 }, "uid"],
    ["uid -1", { uid: -1 }, "uid"],
    ["uid null", { uid: null }, "uid"],
    ["uid in a list", { uid: [42] }, "uid"],
    ["uid true", { uid: true }, "uid"],
    ["channels empty", { channels: [] }, "channels"],
    ["channels as text", { channels: "room-1" }, "channels"],
    ["a channel outside the SDK's set", { channels: ["room/1"] }, "channels[0]"],
    ["a * that is not last", { channels: ["room-1", "*-1"] }, "channels[1]"],
    ["a channel of 65 characters", { channels: ["c".repeat(65)] }, "channels[0]"],
    ["an empty channel", { channels: [""] }, "channels[0]"],
    ["101 channels", { channels: Array.from({ length: 101 }, (_, i) => `c${i}`) }, "channels"],
    ["services empty", { services: [] }, "services"],
    ["a service that does not exist", { services: ["everything"] }, "services[0]"],
    ["maxKeyExpiresIn 0", { maxKeyExpiresIn: 0 }, "maxKeyExpiresIn"],
    ["maxKeyExpiresIn as text", { maxKeyExpiresIn: "60" }, "maxKeyExpiresIn"],
    ["orDefault as text", { orDefault: "true" }, "orDefault"],
    ["by that is two lines", { by: "a\nb" }, "by"],
    ["sub empty", { sub: "" }, "sub"],
    ["jti of 257 characters", { jti: "j".repeat(257) }, "jti"],
    ...["iss", "sub", "jti"].flatMap((name) =>
      NO_IDENTIFIERS.map(([what, value]): [string, Claims, string] => [
        `${name} with ${what}`,
        { [name]: value },
        name,
      ]),
    ),
  ];

  test.each(rows)("%s is refused by its name", async (_name, overrides, wrong) => {
    const response = await offer(await signGrant(overrides));
    expect(response.status).toBe(401);
    expect(response.json.code).toBe("unauthenticated");
    expect(wrongFields(response)).toEqual([wrong]);
  });

  test("a missing aud gets the same message as a wrong one: it says what it must be", async () => {
    for (const aud of [undefined, "other", 7]) {
      const { json } = await offer(await signGrant({ aud }));
      expect(json.errors).toEqual([{ path: "aud", message: 'must be "latchkey"' }]);
    }
  });

  test("a maxKeyExpiresIn that is a time is refused, as in a request", async () => {
    const { json } = await offer(await signGrant({ maxKeyExpiresIn: NOW }));
    expect(json.errors?.[0]?.message).toMatch(/seconds from now, not a time/);
  });

  test("and every wrong one is named at once", async () => {
    const response = await offer(await signGrant({ uid: "42", exp: undefined, aud: "other" }));
    expect(wrongFields(response).sort()).toEqual(["aud", "exp", "uid"]);
    const inTime = await offer(
      await signGrant({ iat: NOW + 100, nbf: NOW + 100, exp: NOW + 100 + DAY + 1 }),
    );
    expect(wrongFields(inTime)).toEqual(["iat", "nbf", "exp"]);
  });

  test.each(
    ["iat", "nbf", "exp"].flatMap((name): [string, string, unknown][] => [
      [name, "a date", "2027-01-15T08:00:00Z"],
      [name, "a duration", "4h"],
      [name, "below 0", -1],
      [name, "true", true],
      [name, "a list", [NOW]],
    ]),
  )("%s as %s is refused with what it must be", async (name, _what, value) => {
    const response = await offer(await signGrant({ [name]: value }));
    expect([response.status, response.json.code]).toEqual([401, "unauthenticated"]);
    expect(response.json.errors).toEqual([
      { path: name, message: "must be Unix seconds, a number" },
    ]);
  });

  test.each(
    ["iat", "nbf", "exp"].flatMap((name): [string, string, unknown, string][] => [
      [name, "text", String(NOW + 60), "must be Unix seconds, a number, without quotes"],
      [name, "text in milliseconds", `${NOW}000`, "must be Unix seconds, a number, without quotes"],
      [name, "milliseconds", (NOW + 60) * 1000, "must be Unix seconds, not milliseconds"],
    ]),
  )("%s as %s is refused with how to mend it", async (name, _what, value, message) => {
    const response = await offer(await signGrant({ [name]: value }));
    expect([response.status, response.json.code]).toEqual([401, "unauthenticated"]);
    expect(response.json.errors).toEqual([{ path: name, message }]);
  });

  test.each(["1e400", "-1e400", "18e13"])("exp %s is refused likewise", async (exp) => {
    const payload = JSON.stringify(claims()).replace(/"exp":\d+/, `"exp":${exp}`);
    const response = await offer(await hs256({ alg: "HS256" }, payload, SECRET));
    expect(response.json.errors).toEqual([
      { path: "exp", message: "must be Unix seconds, a number" },
    ]);
  });

  test.each([
    ["exp with a fraction", '"exp":', NOW + 3600.12578],
    ["exp with an exponent", '"exp":', "1.8000036e9"],
    ["iat with a fraction", '"iat":', NOW - 0.25],
    ["iat with an exponent", '"iat":', "18E8"],
    ["exp 24 h after iat, both with the same fraction", '"iat":', NOW + 0.123],
  ])("%s is a time (RFC 7519, 2)", async (_name, member, time) => {
    const isDay = time === NOW + 0.123;
    const text = JSON.stringify(claims(isDay ? { exp: NOW + DAY + 0.123 } : {}));
    const payload = text.replace(new RegExp(`${member}\\d+(?=[,}])`), `${member}${time}`);
    expect(payload).toContain(`${member}${time}`);
    const response = await offer(await hs256({ alg: "HS256" }, payload, SECRET));
    expect(response.status).toBe(200);
  });

  test("a key never outlasts an exp with a fraction", async () => {
    const credential = await signGrant({ exp: NOW + 100.9 });
    const body = { channel: "room-1", expiresIn: 3600 };
    const { json } = await new TestDeployment().post("/v1/keys", body, { credential });
    expect(json.expiresAt).toBe(NOW + 100);
  });

  test("uid -0, which JSON can say, is refused", async () => {
    const payload = JSON.stringify(claims()).replace('"uid":42', '"uid":-0');
    expect(wrongFields(await offer(await hs256({ alg: "HS256" }, payload, SECRET)))).toEqual([
      "uid",
    ]);
  });

  test.each([
    ["uid", '"uid":42', '"uid":42,"uid":0'],
    ["uid with the same value", '"uid":42', '"uid":42,"uid":42'],
    ["exp behind an escape", '"uid":42', `"uid":42,"\\u0065xp":${NOW + 60}`],
    ["a member within a claim", '"uid":42', '"uid":42,"more":{"a":1,"a":2}'],
  ])("%s that stands twice is refused", async (_name, once, twice) => {
    const payload = JSON.stringify(claims()).replace(once, twice);
    const response = await offer(await hs256({ alg: "HS256" }, payload, SECRET));
    expect(response.status).toBe(401);
    expect(response.json).toMatchObject({
      code: "unauthenticated",
      detail: expect.stringContaining("duplicate"),
    });
  });

  test("a header with a member that stands twice is refused", async () => {
    const sign = (header: string) => hs256(header, JSON.stringify(claims()), SECRET);
    expect((await offer(await sign('{"alg":"HS256"}'))).status).toBe(200);
    for (const header of ['{"alg":"none","alg":"HS256"}', '{"alg":"HS256","kid":"a","kid":"b"}'])
      expect((await offer(await sign(header))).status).toBe(401);
  });

  test.each(["", "null", "[]", "42", '"text"', "{", "\u0000"])(
    "payload %j instead of claims is refused",
    async (payload) => {
      const response = await offer(await hs256({ alg: "HS256" }, payload, SECRET));
      expect(response.status).toBe(401);
      expect(response.json.code).toBe("unauthenticated");
    },
  );

  test("iss of another issuer is refused where the deployment names one", async () => {
    const env = { GRANT_ISSUER: "app.example" };
    expect((await offer(await signGrant(), env)).status).toBe(200);
    expect(wrongFields(await offer(await signGrant({ iss: "app.example.evil" }), env))).toEqual([
      "iss",
    ]);
  });

  test("appId of another project is refused: its deployments may share our keys", async () => {
    const other = randomHex(32);
    const signer = await grantSigner("ES256", "es");
    const jwks = { GRANT_JWKS: JSON.stringify(keySet(signer)) };
    for (const appId of [other, `${APP_ID}0`, "", 7, null, [APP_ID]]) {
      for (const response of [
        await offer(await signGrant({ appId })),
        await offer(await signer.sign({ appId }), jwks),
      ]) {
        expect([response.status, response.json.code]).toEqual([401, "unauthenticated"]);
        expect(wrongFields(response)).toEqual(["appId"]);
        expect(response.text).not.toContain(other);
      }
    }
  });

  test("appId of this project, in any letter case, or none is no offence", async () => {
    for (const appId of [APP_ID, APP_ID.toUpperCase(), undefined])
      expect((await offer(await signGrant({ appId }))).status).toBe(200);
    const upperCase = { APP_ID: APP_ID.toUpperCase() };
    expect((await offer(await signGrant({ appId: APP_ID }), upperCase)).status).toBe(200);
  });

  test.each([
    ["aud in a list", { aud: ["other", "latchkey"] }],
    ["exp 24 h after iat", { exp: NOW + DAY }],
    ["iat 60 s in the future", { iat: NOW + 60 }],
    ["nbf 60 s in the future", { nbf: NOW + 60 }],
    ["nbf with a fraction", { nbf: NOW + 59.5 }],
    ["claims that we do not know", { name: "Ada", roles: ["host"] }],
  ])("%s is no offence", async (_name, overrides) => {
    expect((await offer(await signGrant(overrides))).status).toBe(200);
  });
});

describe("the start", () => {
  test.each([
    ["iat", { iat: NOW + 61 }],
    ["nbf", { nbf: NOW + 61 }],
    ["iat", { iat: NOW + 60.5 }],
    ["nbf", { nbf: NOW + 60.5 }],
    ["iat", { iat: NOW + 3600, exp: NOW + 7200 }],
  ])("by %s, as in %j, is waited for: grant_not_yet_valid", async (name, overrides) => {
    const response = await offer(await signGrant(overrides));
    expect(response.status).toBe(401);
    expect(response.json.code).toBe("grant_not_yet_valid");
    expect(response.json.errors).toEqual([{ path: name, message: "is in the future" }]);
  });

  test("says how long to wait, and the grant is good then", async () => {
    const credential = await signGrant({ iat: NOW + 100, nbf: NOW + 130.5, exp: NOW + 7200 });
    const early = await offer(credential);
    expect(early.json.detail).toContain("71 s");
    expect(wrongFields(early)).toEqual(["iat", "nbf"]);
    expect((await offer(credential, {}, NOW + 70)).json.code).toBe("grant_not_yet_valid");
    expect((await offer(credential, {}, NOW + 71)).status).toBe(200);
  });

  test("is not waited for where another claim is wrong, or where the grant is over by then", async () => {
    const wrong = await offer(await signGrant({ iat: NOW + 100, uid: "42" }));
    expect(wrong.json.code).toBe("unauthenticated");
    const over = await offer(await signGrant({ iat: NOW, nbf: NOW + 9000, exp: NOW + 60 }));
    expect(wrongFields(over)).toEqual(["nbf"]);
    expect(over.json.code).toBe("unauthenticated");
  });
});

describe("expiry", () => {
  test.each([
    ["a second before exp", 59, 200],
    ["at exp", 60, 401],
    ["a second after it", 61, 401],
  ])("%s", async (_name, after, status) => {
    const response = await offer(await signGrant({ exp: NOW + 60 }), {}, NOW + after);
    expect(response.status).toBe(status);
    if (status === 401) expect(response.json.code).toBe("grant_expired");
  });

  test("has no leeway, so no key is over before it is issued", async () => {
    const credential = await signGrant({ exp: NOW + 60 });
    for (const after of [58, 59]) {
      const { json } = await offer(credential, {}, NOW + after);
      expect(json.expiresAt).toBeGreaterThan(json.issuedAt ?? 0);
    }
    const { json } = await offer(credential, {}, NOW + 65);
    expect(json.code).toBe("grant_expired");
    expect(json.detail).toContain("expired 5 s ago");
    const late = await offer(await signGrant({ exp: NOW + 60.9 }), {}, NOW + 60);
    expect(late.json.detail).toContain("expired 0 s ago");
  });

  test("is not confused with a grant that was never valid", async () => {
    const response = await offer(await signGrant({ exp: NOW + 60, uid: "42" }), {}, NOW + 1000);
    expect(response.json.code).toBe("unauthenticated");
    const forged = await offer(
      await signGrant({ exp: NOW + 60 }, { secret: "s".repeat(40) }),
      {},
      NOW + 1000,
    );
    expect(forged.json.code).toBe("unauthenticated");
  });
});

describe("a header or signature", () => {
  let rsa: GrantSigner;
  let jwks: Settings;

  beforeAll(async () => {
    rsa = await grantSigner("RS256", "rsa-1");
    jwks = { GRANT_JWKS: JSON.stringify(keySet(rsa)) };
  });

  /** No caller learns why: every one of these gets the very same response. */
  async function expectUnverifiable(credential: string, env: Settings = {}): Promise<void> {
    const response = await offer(credential, env);
    // What has two dots may be told that it looks like a JWT, and no more.
    const isJwt = credential.split(".").length === 3;
    const stranger = await offer(isJwt ? "a.b.c" : "an-unknown-service-key", env);
    expect(response.status).toBe(401);
    expect(response.json.code).toBe("unauthenticated");
    expect(response.text).toBe(stranger.text);
  }

  test.each(["none", "None", "NONE", "nOnE", ""])(
    "with alg %j is refused, with or without a signature",
    async (alg) => {
      const unsigned = `${encode({ alg, typ: "JWT" })}.${encode(claims())}.`;
      await expectUnverifiable(unsigned);
      await expectUnverifiable(unsigned, jwks);
      const [, , signature] = (await signGrant()).split(".");
      await expectUnverifiable(unsigned + signature);
    },
  );

  test.each(["HS384", "HS512", "RS512", "PS256", "ES256", "ES256K", "dir", "hs256"])(
    "with alg %s is refused",
    async (alg) => {
      await expectUnverifiable(await signGrant({}, { header: { alg } }));
    },
  );

  test("of HS256 under the RSA public key's text, in any of its forms, is refused", async () => {
    const key = await crypto.subtle.importKey(
      "jwk",
      rsa.jwk as JsonWebKey,
      { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
      true,
      ["verify"],
    );
    const spki = new Uint8Array((await crypto.subtle.exportKey("spki", key)) as ArrayBuffer);
    const base64 = btoa(String.fromCharCode(...spki));
    const lines = base64.match(/.{1,64}/g)?.join("\n");
    const pem = `-----BEGIN PUBLIC KEY-----\n${lines}\n-----END PUBLIC KEY-----`;
    const texts = [
      pem,
      `${pem}\n`,
      base64,
      JSON.stringify(rsa.jwk),
      JSON.stringify(keySet(rsa)),
      rsa.jwk.n ?? "",
    ];
    for (const secret of [...texts, String.fromCharCode(...spki.filter((byte) => byte < 128))]) {
      for (const kid of [undefined, "rsa-1"]) {
        const token = await signGrant({}, { secret, header: { kid } });
        await expectUnverifiable(token, jwks);
        await expectUnverifiable(token, {
          ...jwks,
          GRANT_SECRET: undefined,
          GRANT_SECRET_PREVIOUS: undefined,
        });
      }
    }
  });

  test("with an unknown kid, or the kid of another key, is refused", async () => {
    const other = await grantSigner("RS256", "rsa-2");
    const both = { GRANT_JWKS: JSON.stringify(keySet(rsa, other)) };
    expect((await offer(await rsa.sign(), both)).status).toBe(200);
    await expectUnverifiable(await rsa.sign({}, { kid: "rsa-3" }), both);
    await expectUnverifiable(await rsa.sign({}, { kid: "rsa-2" }), both);
    await expectUnverifiable(await (await grantSigner("RS256", "rsa-1")).sign(), both);
    const strangers = await grantSigner("RS256", "rsa-3");
    await expectUnverifiable(await strangers.sign({}, { kid: undefined }), both);
  });

  test("with crit is refused, whatever it says", async () => {
    await expectUnverifiable(await signGrant({}, { header: { crit: ["exp"] } }));
    await expectUnverifiable(await signGrant({}, { header: { crit: ["b64"], b64: true } }));
    await expectUnverifiable(await signGrant({}, { header: { crit: [] } }));
  });

  test.each([
    "at+jwt",
    "JWE",
    "application/at+jwt",
    "dpop+jwt",
    "",
    "JWT ",
    "application/json",
    "text/jwt",
    ["JWT"],
    [["JWT"]],
    { toString: "JWT" },
    null,
    7,
  ])("with typ %j is refused", async (typ) => {
    await expectUnverifiable(await signGrant({}, { header: { typ } }));
  });

  test.each([null, 7, ["rsa-1"], {}])("with kid %j is refused", async (kid) => {
    await expectUnverifiable(await signGrant({}, { header: { kid } }));
    await expectUnverifiable(
      await hs256({ alg: "RS256", kid }, JSON.stringify(claims()), SECRET),
      jwks,
    );
  });

  test("with typ JWT or application/jwt in any letter case, or none, is no offence", async () => {
    for (const typ of ["jwt", "Jwt", "application/jwt", "Application/JWT", undefined])
      expect((await offer(await signGrant({}, { header: { typ } }))).status).toBe(200);
  });

  test("that brings its own key is refused: jwk, jku, x5c and x5u are not looked at", async () => {
    const attacker = await grantSigner("ES256", "mine");
    for (const header of [
      { jwk: attacker.jwk },
      { jku: "https://evil.example/jwks" },
      { x5c: ["MIIB"] },
      { x5u: "https://evil.example/" },
    ]) {
      await expectUnverifiable(await attacker.sign({}, header), jwks);
      await expectUnverifiable(await attacker.sign({}, header));
    }
  });

  test("of a key pair is refused where there is only a secret", async () => {
    await expectUnverifiable(await (await grantSigner("ES256", "es")).sign());
    await expectUnverifiable(await rsa.sign());
  });

  test("of HS256 is refused where there are only public keys", async () => {
    await expectUnverifiable(await signGrant(), {
      ...jwks,
      GRANT_SECRET: undefined,
      GRANT_SECRET_PREVIOUS: undefined,
    });
  });

  test("by another secret, or by none, is refused", async () => {
    await expectUnverifiable(await signGrant({}, { secret: "0".repeat(32) }));
    await expectUnverifiable(await signGrant({}, { secret: SECRETS.SERVICE_KEY }));
    await expectUnverifiable(await signGrant({}, { secret: SECRETS.APP_CERTIFICATE }));
  });

  test("with any bit of the signature changed, or part of it missing, is refused", async () => {
    const [header, payload, signature = ""] = (await signGrant()).split(".");
    for (let i = 0; i < signature.length - 1; i++) {
      const changed =
        signature.slice(0, i) + (signature[i] === "A" ? "B" : "A") + signature.slice(i + 1);
      await expectUnverifiable(`${header}.${payload}.${changed}`);
    }
    await expectUnverifiable(`${header}.${payload}.`);
    await expectUnverifiable(`${header}.${payload}.${signature.slice(0, -2)}`);
  });

  test("over another payload is refused", async () => {
    const [header, , signature] = (await signGrant()).split(".");
    await expectUnverifiable(`${header}.${encode(claims({ uid: 0 }))}.${signature}`);
  });

  test("that is not of three base64url parts is refused", async () => {
    const token = await signGrant();
    const [header, payload, signature] = token.split(".");
    for (const text of [
      `${token}.`,
      `${token}.${signature}`,
      `.${payload}.${signature}`,
      `${header}..${signature}`,
      "..",
      "a.b.c",
      `.${token}`,
    ]) {
      await expectUnverifiable(text);
    }
    await expectUnverifiable(await hs256("{", JSON.stringify(claims()), SECRET));
    await expectUnverifiable(await hs256("null", JSON.stringify(claims()), SECRET));
    await expectUnverifiable(await hs256('"HS256"', JSON.stringify(claims()), SECRET));
  });

  test("of 100 kB is refused unread, though we signed it", async () => {
    const token = await signGrant({ more: "x".repeat(75_000) });
    expect(token.length).toBeGreaterThan(100_000);
    await expectUnverifiable(token);
  });

  test("of a little over 8,192 characters is refused, of a little less is not", async () => {
    const long = await signGrant({ more: "x".repeat(6200) });
    expect(long.length).toBeGreaterThan(8192);
    await expectUnverifiable(long);
    const short = await signGrant({ more: "x".repeat(5700) });
    expect(short.length).toBeLessThan(8192);
    expect((await offer(short)).status).toBe(200);
  });
});
