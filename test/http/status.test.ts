import { describe, expect, test } from "vitest";
import {
  randomHex,
  SECRETS,
  type Settings,
  TestDeployment,
  type TestResponse,
} from "../support/deployment.ts";
import { grantSigner, keySet, signGrant } from "../support/grants.ts";

const body = { channel: "room-1", uid: 1 };

test("GET /health answers while the process does, configured or not", async () => {
  for (const env of [{}, { APP_ID: undefined, SERVICE_KEY: undefined }]) {
    const response = await new TestDeployment({ env }).get("/health");
    expect(response.status).toBe(200);
    expect(response.json).toEqual({ status: "ok" });
  }
});

describe("GET /ready", () => {
  test("is 200 where nothing is missing", async () => {
    const response = await new TestDeployment().get("/ready");
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.json).toMatchObject({ status: "ready" });
  });

  test("warns, by name, of each rate limit that is absent, and of none that is there", async () => {
    const names = ["RATE_LIMIT_BY_SUBJECT", "RATE_LIMIT_BY_SERVICE_KEY", "RATE_LIMIT_BY_ADDRESS"];
    const warned = (response: TestResponse) =>
      (response.json.warnings as { name: string }[]).map(({ name }) => name);
    expect(warned(await new TestDeployment().get("/ready"))).toEqual(names);
    const bindings = Object.fromEntries(names.map((name) => [name, {}]));
    expect(warned(await new TestDeployment({ bindings }).get("/ready"))).toEqual([]);
  });

  // Distinct texts that would be found again if a response quoted them.
  const bad = `quoted-${randomHex(8)}`;
  const tooLong = randomHex(34);
  const rows: readonly [name: string, Settings, message: RegExp][] = [
    ["APP_ID", { APP_ID: undefined }, /^is missing/],
    ["APP_ID", { APP_ID: "" }, /^is missing/],
    ["APP_ID", { APP_ID: bad }, /32 hexadecimal/],
    ["APP_ID", { APP_ID: tooLong }, /32 hexadecimal/],
    ["APP_CERTIFICATE", { APP_CERTIFICATE: undefined }, /^is missing/],
    ["APP_CERTIFICATE", { APP_CERTIFICATE: "" }, /^is missing/],
    ["APP_CERTIFICATE", { APP_CERTIFICATE: bad }, /32 hexadecimal/],
    ["APP_CERTIFICATE", { APP_CERTIFICATE: tooLong }, /32 hexadecimal/],
    ["APP_CERTIFICATE_PREVIOUS", { APP_CERTIFICATE_PREVIOUS: bad }, /32 hexadecimal/],
    ["SERVICE_KEY", { SERVICE_KEY: undefined }, /^is missing/],
    ["SERVICE_KEY", { SERVICE_KEY: "x".repeat(31) }, /at least 32/],
    ["SERVICE_KEY", { SERVICE_KEY: `${"x".repeat(40)}.${"y".repeat(40)}` }, /at least 32/],
    ["SERVICE_KEY_PREVIOUS", { SERVICE_KEY_PREVIOUS: bad }, /at least 32/],
    ["GRANT_SECRET", { GRANT_SECRET: undefined, GRANT_SECRET_PREVIOUS: undefined }, /^is missing/],
    ["GRANT_SECRET", { GRANT_SECRET: "x".repeat(31) }, /at least 32/],
    ["GRANT_SECRET_PREVIOUS", { GRANT_SECRET_PREVIOUS: bad }, /at least 32/],
    ["KEY_MODE", { KEY_MODE: bad }, /certificate or app-id/],
    ["KEY_MODE", { KEY_MODE: "App-Id" }, /certificate or app-id/],
    ["DEFAULT_KEY_VERSION", { DEFAULT_KEY_VERSION: "8" }, /1 or 2 or 3 or 4 or 5 or 6 or 7/],
    ["DEFAULT_KEY_VERSION", { DEFAULT_KEY_VERSION: "5.0" }, /1 or 2 or 3 or 4 or 5 or 6 or 7/],
    ["DEFAULT_EXPIRES_IN", { DEFAULT_EXPIRES_IN: "-1" }, /integer/],
    ["DEFAULT_EXPIRES_IN", { DEFAULT_EXPIRES_IN: "1h" }, /integer/],
    ["DEFAULT_EXPIRES_IN", { DEFAULT_EXPIRES_IN: "4294967296" }, /integer/],
    ["MAX_EXPIRES_IN", { MAX_EXPIRES_IN: "1e3" }, /integer/],
    ["GRANT_JWKS", { GRANT_JWKS: bad }, /Key Set/],
    ["GRANT_JWKS", { GRANT_JWKS: '{"keys":[]}' }, /Key Set/],
    ["GRANT_JWKS", { GRANT_JWKS: '{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}' }, /Key Set/],
    ["GRANT_JWKS", { GRANT_JWKS: "null" }, /Key Set/],
    ["GRANT_JWKS_URL", { GRANT_JWKS_URL: bad }, /https URL/],
    ["GRANT_JWKS_URL", { GRANT_JWKS_URL: "http://keys.example/jwks" }, /https URL/],
    ["GRANT_JWKS_URL", { GRANT_JWKS_URL: "http://localhost.evil.example/jwks" }, /https URL/],
    ["GRANT_JWKS_URL", { GRANT_JWKS_URL: "file:///etc/keys" }, /https URL/],
    ["GRANT_JWKS_URL", { GRANT_JWKS_URL: "https://me:pw@keys.example/" }, /without user/],
    ["GRANT_JWKS_URL", { GRANT_JWKS_URL: "https://keys.example@evil.example/" }, /without user/],
    ["GRANT_JWKS_URL", { GRANT_JWKS_URL: "https://keys.example/#set" }, /without .*fragment/],
  ];

  test.each(rows)("names %s given %j, and nothing is issued", async (name, env, message) => {
    const deployment = new TestDeployment({ env });
    const response = await deployment.get("/ready");
    expect(response.status).toBe(503);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.json).toEqual({
      status: "not_ready",
      problems: [{ name, message: expect.stringMatching(message) }],
    });

    for (const path of ["/v1/keys", "/v1/keys/batch", "/v1/keys/inspect", "/v1/grants"]) {
      const refusal = await deployment.post(path, body, { credential: SECRETS.SERVICE_KEY });
      expect(refusal.status).toBe(503);
      expect(refusal.json.code).toBe("not_configured");
      for (const value of Object.values(env))
        if (value && value.length > 8) expect(refusal.text + response.text).not.toContain(value);
    }
  });

  test("names everything at once", async () => {
    const env = {
      APP_ID: "x",
      APP_CERTIFICATE: undefined,
      SERVICE_KEY: "short",
      GRANT_SECRET: undefined,
      MAX_EXPIRES_IN: "never",
    };
    const { json } = await new TestDeployment({
      env: { ...env, GRANT_SECRET_PREVIOUS: undefined },
    }).get("/ready");
    expect(json.problems?.map(({ name }) => name).sort()).toEqual(Object.keys(env).sort());
  });

  test("names a key set that holds a private key, and does not quote it", async () => {
    const signer = await grantSigner("ES256", "a");
    const GRANT_JWKS = JSON.stringify({ keys: [signer.privateJwk] });
    const response = await new TestDeployment({ env: { GRANT_JWKS } }).get("/ready");
    expect(response.json.problems?.map(({ name }) => name)).toEqual(["GRANT_JWKS"]);
    expect(response.text).not.toContain(String(signer.privateJwk.d));
  });

  test("wants one key set, not two", async () => {
    const GRANT_JWKS = JSON.stringify(keySet(await grantSigner("ES256", "a")));
    const response = await new TestDeployment({
      env: { GRANT_JWKS, GRANT_JWKS_URL: "https://keys.example/jwks" },
    }).get("/ready");
    expect(response.json.problems?.map(({ name }) => name)).toEqual(["GRANT_JWKS"]);
  });

  test("wants the issuer beside a key set: other deployments may trust the same keys", async () => {
    const GRANT_JWKS = JSON.stringify(keySet(await grantSigner("ES256", "a")));
    for (const env of [{ GRANT_JWKS }, { GRANT_JWKS_URL: "https://keys.example/jwks" }]) {
      for (const GRANT_ISSUER of [undefined, ""]) {
        const deployment = new TestDeployment({ env: { ...env, GRANT_ISSUER } });
        const response = await deployment.get("/ready");
        expect(response.status).toBe(503);
        expect(response.json.problems).toEqual([
          { name: "GRANT_ISSUER", message: expect.stringMatching(/^is missing: it must be/) },
        ]);
        expect((await deployment.post("/v1/keys", body)).json.code).toBe("not_configured");
      }
    }
  });

  test.each(["i".repeat(257), "app\nexample", "app-\ud83d"])(
    "wants an issuer that a grant can have, not %j",
    async (GRANT_ISSUER) => {
      const { json } = await new TestDeployment({ env: { GRANT_ISSUER } }).get("/ready");
      expect(json.problems).toEqual([
        {
          name: "GRANT_ISSUER",
          message: expect.stringMatching(/^must be text of 1 to 256|^has a line end/),
        },
      ]);
    },
  );

  test("wants a current grant secret beside a previous one", async () => {
    const GRANT_JWKS = JSON.stringify(keySet(await grantSigner("ES256", "a")));
    const response = await new TestDeployment({ env: { GRANT_JWKS, GRANT_SECRET: undefined } }).get(
      "/ready",
    );
    expect(response.json.problems?.map(({ name }) => name)).toEqual(["GRANT_SECRET"]);
  });

  test("does not take a binding that is no text for a setting", async () => {
    const deployment = new TestDeployment();
    Object.assign(deployment.env, { APP_CERTIFICATE: { get: () => SECRETS.APP_CERTIFICATE } });
    const response = await deployment.get("/ready");
    expect(response.json.problems).toEqual([{ name: "APP_CERTIFICATE", message: "must be text" }]);
  });

  test.each<[string, Settings]>([
    [
      "no previous secrets",
      { APP_CERTIFICATE_PREVIOUS: "", SERVICE_KEY_PREVIOUS: "", GRANT_SECRET_PREVIOUS: "" },
    ],
    ["App-ID-only mode without a certificate", { KEY_MODE: "app-id", APP_CERTIFICATE: undefined }],
    [
      "empty settings, as wrangler.toml has them",
      { GRANT_JWKS: "", GRANT_JWKS_URL: "", GRANT_ISSUER: "", ALLOWED_ORIGINS: "" },
    ],
    [
      "a provider on loopback, for development",
      { GRANT_JWKS_URL: "http://localhost:8080/jwks.json" },
    ],
    ["a grant secret whose 32 bytes are 16 characters", { GRANT_SECRET: "éèêëàâäôöûüùçñåø" }],
    ["secrets of just 32 characters", { SERVICE_KEY: randomHex(32), GRANT_SECRET: randomHex(32) }],
    [
      "upper-case App ID and certificate",
      { APP_ID: randomHex(32).toUpperCase(), APP_CERTIFICATE: randomHex(32).toUpperCase() },
    ],
    [
      "a secret that equals its previous one, as while it is rotated",
      { SERVICE_KEY_PREVIOUS: SECRETS.SERVICE_KEY, GRANT_SECRET_PREVIOUS: SECRETS.GRANT_SECRET },
    ],
  ])("is content with %s", async (_name, env) => {
    expect((await new TestDeployment({ env }).get("/ready")).status).toBe(200);
  });
});

describe("without the bindings that revocations need", () => {
  const grant = () => signGrant({ uid: 1 });
  const REVOCATIONS = "on";
  const one = { REVOCATION_LIST: {} };

  test.for([
    [{}, ["REVOCATION_LIST", "REVOCATION_SNAPSHOTS"]],
    [one, ["REVOCATION_SNAPSHOTS"]],
  ] as const)("(%j) /ready is 503 and names them: %j", async ([bindings, names]) => {
    const deployment = new TestDeployment({ env: { REVOCATIONS }, bindings });
    const { status, json } = await deployment.get("/ready");
    expect(status).toBe(503);
    expect(json.problems?.map(({ name }) => name)).toEqual(names);
    expect(json.problems?.[0]?.message).toMatch(/REVOCATIONS to "off"/);
  });

  test("no grant is served and no access revoked, and service keys go on", async () => {
    const deployment = new TestDeployment({ env: { REVOCATIONS } });
    const refused = await deployment.post("/v1/keys", body, { credential: await grant() });
    expect([refused.status, refused.json.code]).toEqual([503, "not_configured"]);
    const revocation = await deployment.post("/v1/revocations", { uid: 1 });
    expect(revocation.json.code).toBe("not_configured");
    expect((await deployment.post("/v1/keys", body)).status).toBe(200);
  });

  test("they are named beside whatever else is missing", async () => {
    const env = { REVOCATIONS, SERVICE_KEY: undefined };
    const { json } = await new TestDeployment({ env }).get("/ready");
    const names = json.problems?.map(({ name }) => name);
    expect(names).toEqual(["SERVICE_KEY", "REVOCATION_LIST", "REVOCATION_SNAPSHOTS"]);
  });

  test.each<string | boolean>(["off", false])(
    "REVOCATIONS = %j says that it is meant: ready, no warning, and grants are served",
    async (off) => {
      const deployment = new TestDeployment({ bindings: { REVOCATIONS: off } });
      const { status, json } = await deployment.get("/ready");
      expect(status).toBe(200);
      expect(JSON.stringify(json)).not.toContain("REVOCATION");
      const response = await deployment.post("/v1/keys", body, { credential: await grant() });
      expect(response.status).toBe(200);
    },
  );
});

describe("GET /ready warns of", () => {
  test.for<[string, Settings, RegExp]>([
    [
      "APP_CERTIFICATE",
      { APP_CERTIFICATE: `${SECRETS.APP_CERTIFICATE.slice(1)}A` },
      /capitals.*all versions but 5/,
    ],
    ["EXACT_TIMES", { EXACT_TIMES: "on" }, /date keys ahead/],
    ["GRANT_KEY_VERSIONS", { GRANT_KEY_VERSIONS: "1, 4, 6" }, /^has 6:/],
    ["DEFAULT_EXPIRES_IN", { DEFAULT_EXPIRES_IN: "0" }, /never expire/],
    [
      "DEFAULT_KEY_VERSION",
      { DEFAULT_KEY_VERSION: "1", MAX_EXPIRES_IN: "60" },
      /^is 1, and MAX_EXPIRES_IN is set/,
    ],
  ])("%s given %j", async ([name, env, message]) => {
    const deployment = new TestDeployment({ env });
    const { status, json } = await deployment.get("/ready");
    expect(status).toBe(200);
    expect(json.warnings).toContainEqual({ name, message: expect.stringMatching(message) });
    const plain = await new TestDeployment().get("/ready");
    expect(plain.text).not.toContain(`"${name}"`);
  });
});
