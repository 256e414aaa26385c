// Settings that look right to whoever pasted them. Each is named with what to do, and never quoted.

import { beforeAll, describe, expect, test } from "vitest";
import { randomHex, SECRETS, TestDeployment } from "../support/deployment.ts";
import { type GrantSigner, grantSigner } from "../support/grants.ts";
import { APP_ID } from "../support/settings.ts";

/** Values of any type: vars of wrangler.toml need not be text. */
type Values = Readonly<Record<string, unknown>>;

/** A key set needs it. */
const ISSUER = { GRANT_ISSUER: "app.example" };

async function expectNamed(values: Values, name: string, message: RegExp): Promise<void> {
  const deployment = new TestDeployment({ env: ISSUER, bindings: values });
  const { status, json, text } = await deployment.get("/ready");
  expect(json.problems).toContainEqual({ name, message: expect.stringMatching(message) });
  expect(status).toBe(503);
  for (const value of Object.values(values)) {
    const bare = String(value).replace(/^[^\w]+|[^\w]+$/g, "");
    if (bare.length > 4) expect(text).not.toContain(bare);
  }
}

async function expectReady(values: Values): Promise<void> {
  const { status, json } = await new TestDeployment({ env: ISSUER, bindings: values }).get(
    "/ready",
  );
  expect(json.problems).toBeUndefined();
  expect(status).toBe(200);
}

describe("what came along when a value was pasted", () => {
  const TEXTS = { APP_ID, ...SECRETS, GRANT_ISSUER: "app.example" };
  const AROUND: readonly [string, (value: string) => string, RegExp][] = [
    ["a space before it", (value) => ` ${value}`, /white space/],
    ["a line end behind it", (value) => `${value}\n`, /white space.*line end/],
    ["the line end of Windows", (value) => `${value}\r\n`, /white space.*line end/],
    ["a space that does not break", (value) => `${value}\u00a0`, /white space/],
    ["double quotes", (value) => `"${value}"`, /quotes: remove/],
    ["single quotes", (value) => `'${value}'`, /quotes: remove/],
    ["curly quotes", (value) => `“${value}”`, /quotes: remove/],
    ["a byte order mark", (value) => `\ufeff${value}`, /BOM/],
    ["a zero-width space", (value) => `${value}\u200b`, /invisible/],
    ["a line end inside", (value) => `${value}\n${value}`, /line end in it/],
  ];
  for (const [what, added, message] of AROUND) {
    test.each(Object.entries(TEXTS))(`${what}: %s`, async (name, value) => {
      await expectNamed({ [name]: added(value) }, name, message);
    });
  }

  test("lists and JSON may have white space around them", async () => {
    const { jwk } = await grantSigner("ES256", "a");
    await expectReady({
      ALLOWED_ORIGINS: "  https://a.example ,\n https://b.example\n",
      GRANT_JWKS: `\n${JSON.stringify({ keys: [jwk] }, null, 2)}\n`,
      GRANT_KEY_VERSIONS: " 4, 5 ",
    });
  });
});

describe("ALLOWED_ORIGINS names the origin by its place, and says what to do:", () => {
  test.each<[string, RegExp]>([
    ["app.no-scheme.example", /^origin 1 must start with its scheme/],
    ["https://a.example, *", /^origin 2 has a \*/],
    ["https://*.example.com", /^origin 1 has a \*/],
    ["https://app.example.com/", /^origin 1 ends with \/: remove it$/],
    ["https://App.Example.com", /^origin 1 has capitals/],
    ["HTTPS://app.example.com", /^origin 1 has capitals/],
    ["https://app.example.com:443", /^origin 1 has the default port/],
    ["http://app.example.com:80", /^origin 1 has the default port/],
    ["https://App.example.com:443/", /ends with .*; origin 1 has capitals.*; origin 1 has the def/],
    ["https://a.example, https://b.example/", /^origin 2 ends with/],
    ["https://app.example.com/path", /must be a scheme, a host/],
    ["https://user@app.example.com", /must be a scheme, a host/],
    ["https://bücher.example", /must be a scheme, a host/],
    ["capacitor://localhost/", /^origin 1 ends with/],
    ["chrome-extension://", /ends with/],
    ["null", /must start with its scheme/],
    ['"https://a.example","https://b.example"', /quotes/],
  ])("%s", async (ALLOWED_ORIGINS, message) => {
    await expectNamed({ ALLOWED_ORIGINS }, "ALLOWED_ORIGINS", message);
  });

  test.each([
    "*",
    " * ",
    "https://app.example.com:8443",
    "http://localhost:5173",
    "http://[::1]:5173",
    "https://xn--bcher-kva.example",
    "capacitor://localhost, ionic://localhost",
    `chrome-extension://${"abcdefghijklmnop".repeat(2)}`,
    "safari-web-extension://E6E8E5B0-0000-4000-8000-000000000000",
  ])("%s is taken", (ALLOWED_ORIGINS) => expectReady({ ALLOWED_ORIGINS }));
});

describe("weak secrets", () => {
  const KEYS = ["SERVICE_KEY", "SERVICE_KEY_PREVIOUS", "GRANT_SECRET", "GRANT_SECRET_PREVIOUS"];
  const WEAK: readonly [string, RegExp][] = [
    ["a".repeat(32), /few different characters/],
    ["ab".repeat(20), /few different characters/],
    [`0000${"x".repeat(40)}another-7`, /few different characters/],
    ["0123456789abcdef".repeat(2), /repeats/],
    ["correct-horse-".repeat(3), /repeats/],
    ["changeme-changeme-changeme-2026-x", /placeholder/],
    ["CHANGE_ME_BEFORE_DEPLOYING_PLEASE".replaceAll("_", "-"), /placeholder/],
    ["your-secret-service-key-goes-here-1", /placeholder/],
    ["super-secret-password-1234567890", /placeholder/],
    ["replace-this-with-a-random-string", /placeholder/],
    ["abcdefghijklmnopqrstuvwxyz-123456", /placeholder/],
    ["1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", /placeholder/],
    ["ZYXWVUTSRQPONMLKJIHGFEDCBA987654321", /sequence/],
    ["aabbccddeeffgghhiijjkkllmmnnooppqq", /sequence/],
  ];
  test.each(
    WEAK.flatMap(([value, message]) => KEYS.map((name) => [name, value, message] as const)),
  )("%s = %s is refused", async (name, value, message) => {
    await expectNamed({ [name]: value }, name, message);
    await expectNamed({ [name]: value }, name, /node scripts\/new-secret\.mjs/);
  });

  test.each(["APP_CERTIFICATE", "APP_CERTIFICATE_PREVIOUS"])(
    "%s of one digit is refused, and must be copied from the vendor",
    (name) => expectNamed({ [name]: "0".repeat(32) }, name, /few different.*vendor/),
  );

  test.each(["0123456789abcdeffedcba9876543210", "00112233445566778899aabbccddeeff"])(
    "an APP_CERTIFICATE of %s is refused",
    (value) => expectNamed({ APP_CERTIFICATE: value }, "APP_CERTIFICATE", /sequence/),
  );

  test.each<[string, Values, string]>([
    ["SERVICE_KEY", { SERVICE_KEY: `${SECRETS.GRANT_SECRET}x` }, "GRANT_SECRET"],
    ["SERVICE_KEY", { SERVICE_KEY: `${APP_ID}-1` }, "APP_ID"],
    ["GRANT_SECRET", { GRANT_SECRET: `x${SECRETS.APP_CERTIFICATE}` }, "APP_CERTIFICATE"],
    // The issuer stands in every grant, for anyone to read.
    ["GRANT_SECRET", { GRANT_ISSUER: String(SECRETS.GRANT_SECRET).slice(0, 20) }, "GRANT_ISSUER"],
  ])("%s may hold no other setting: %#", (name, values, other) =>
    expectNamed(values, name, new RegExp(`^holds ${other}, or is held by it`)),
  );

  test("GRANT_ISSUER is public, and may hold the App ID", () =>
    expectReady({ GRANT_ISSUER: `https://${APP_ID}.example.com` }));

  test.each<[string, Values, string]>([
    ["GRANT_SECRET", { GRANT_ISSUER: SECRETS.GRANT_SECRET }, "GRANT_ISSUER"],
    ["SERVICE_KEY", { SERVICE_KEY: SECRETS.GRANT_SECRET }, "GRANT_SECRET"],
    ["SERVICE_KEY", { SERVICE_KEY: SECRETS.GRANT_SECRET_PREVIOUS }, "GRANT_SECRET_PREVIOUS"],
    ["SERVICE_KEY_PREVIOUS", { SERVICE_KEY_PREVIOUS: SECRETS.GRANT_SECRET }, "GRANT_SECRET"],
    ["SERVICE_KEY", { SERVICE_KEY: SECRETS.APP_CERTIFICATE }, "APP_CERTIFICATE"],
    ["SERVICE_KEY", { SERVICE_KEY: APP_ID }, "APP_ID"],
    ["GRANT_SECRET", { GRANT_SECRET: APP_ID.toUpperCase() }, "APP_ID"],
    ["GRANT_SECRET", { GRANT_SECRET: SECRETS.APP_CERTIFICATE }, "APP_CERTIFICATE"],
    ["APP_CERTIFICATE", { APP_CERTIFICATE: APP_ID }, "APP_ID"],
    ["APP_CERTIFICATE", { APP_CERTIFICATE: APP_ID.toUpperCase() }, "APP_ID"],
    ["APP_CERTIFICATE_PREVIOUS", { APP_CERTIFICATE_PREVIOUS: APP_ID }, "APP_ID"],
  ])("%s may not be the value of another setting: %#", (name, values, other) =>
    expectNamed(values, name, new RegExp(`^is the same as ${other}:`)),
  );

  test("random ones are taken: 500 of each common form", { timeout: 60_000 }, async () => {
    const bytes = (count: number) => crypto.getRandomValues(new Uint8Array(count));
    const base64 = () => btoa(String.fromCharCode(...bytes(32)));
    const forms = [
      () => randomHex(32),
      () => randomHex(64),
      base64,
      () => base64().replaceAll("+", "-").replaceAll("/", "_").replace("=", ""),
      () => `${crypto.randomUUID()}`,
      () => `lk_backend_${base64().replace(/\W/g, "")}_${randomHex(8)}`,
    ];
    for (const form of forms) {
      for (let i = 0; i < 500; i++)
        await expectReady({ SERVICE_KEY: form(), GRANT_SECRET: form() });
    }
  });
});

describe("GRANT_JWKS", () => {
  let rsa: GrantSigner;
  let ec: GrantSigner;
  let ed: GrantSigner;
  beforeAll(async () => {
    [rsa, ec, ed] = await Promise.all([
      grantSigner("RS256", "rsa"),
      grantSigner("ES256", "ec"),
      grantSigner("EdDSA", "ed"),
    ]);
  });
  const set = (...keys: readonly object[]) => ({ GRANT_JWKS: JSON.stringify({ keys }) });

  test("whose keys can't be imported is named, with the place of each", async () => {
    const { y: _, ...half } = ec.jwk;
    const broken = [
      { ...ec.jwk, y: ec.jwk.x },
      { ...ec.jwk, x: "AQ" },
      half,
      { ...ed.jwk, x: "AQ" },
      { ...rsa.jwk, n: "" },
      { ...rsa.jwk, e: undefined },
    ];
    for (const key of broken) {
      await expectNamed(set(rsa.jwk, key), "GRANT_JWKS", /^keys\[1\] can't be imported as/);
    }
    await expectNamed(set(...broken.slice(0, 2)), "GRANT_JWKS", /keys\[0\].*; keys\[1\]/);
  });

  test("with an RSA key of 1024 bits is named", async () => {
    const n = crypto.getRandomValues(new Uint8Array(128));
    n[0] = 0x80 | (n[0] ?? 0);
    n[127] = 1 | (n[127] ?? 0);
    const short = btoa(String.fromCharCode(...n))
      .replaceAll("+", "-")
      .replaceAll("/", "_");
    const key = { kty: "RSA", alg: "RS256", e: "AQAB", n: short.replaceAll("=", "") };
    await expectNamed(set(key), "GRANT_JWKS", /1024 bits: RS256 needs 2048|can't be imported/);
  });

  test("of algorithms that we don't take alone is named, and beside others it is taken", async () => {
    const others = [
      { ...rsa.jwk, alg: "RS512" },
      { ...rsa.jwk, alg: "PS256" },
      { ...ec.jwk, alg: "ES384" },
      { ...ec.jwk, crv: "P-384" },
      { ...ed.jwk, crv: "X25519" },
      { ...ec.jwk, use: "enc" },
      { ...ec.jwk, key_ops: ["sign"] },
    ];
    for (const key of others) {
      await expectNamed(set(key), "GRANT_JWKS", /RS256, ES256 or EdDSA/);
    }
    await expectReady(set(...others, rsa.jwk));
  });

  test("of good keys is taken, with and without alg and use", async () => {
    const bare = [rsa, ec, ed].map(({ jwk: { alg: _, use: __, ...jwk } }) => jwk);
    await expectReady(set(rsa.jwk, ec.jwk, ed.jwk, ...bare, { ...ed.jwk, alg: "Ed25519" }));
  });
});

test("numbers and booleans among the vars are taken", async () => {
  await expectReady({
    DEFAULT_KEY_VERSION: 4,
    DEFAULT_EXPIRES_IN: 600,
    MAX_EXPIRES_IN: 7200,
    GRANT_JWKS_MAX_AGE: 3600,
    GRANT_KEY_VERSIONS: 5,
    EXACT_TIMES: true,
    REVOCATIONS: false,
    CONSOLE: false,
  });
  const bindings = { DEFAULT_EXPIRES_IN: 600, DEFAULT_KEY_VERSION: 4, CONSOLE: false };
  const deployment = new TestDeployment({ bindings });
  const { json } = await deployment.post("/v1/keys", { channel: "room-1", uid: 1 });
  expect([json.version, Number(json.expiresAt) - Number(json.issuedAt)]).toEqual([4, 600]);
  await expectNamed({ DEFAULT_EXPIRES_IN: 1.5 }, "DEFAULT_EXPIRES_IN", /integer/);
  await expectNamed({ DEFAULT_EXPIRES_IN: true }, "DEFAULT_EXPIRES_IN", /integer/);
  await expectNamed({ APP_ID: 12_345_678 }, "APP_ID", /32 hexadecimal/);
});
