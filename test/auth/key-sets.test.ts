// Grants under public keys.

import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { beforeAll, describe, expect, test } from "vitest";
import { NOW, TestDeployment, testHost } from "../support/deployment.ts";
import { type GrantSigner, grantSigner, keySet, signGrant } from "../support/grants.ts";
import { down, JWKS_URL, json, type Provider, Remote } from "../support/remote-key-set.ts";

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

describe("GRANT_JWKS", () => {
  test("verifies RS256, ES256 and EdDSA by its keys, beside the secret", async () => {
    const deployment = new TestDeployment({
      env: { GRANT_JWKS: JSON.stringify(keySet(rsa, ec, ed)) },
    });
    for (const credential of [
      await rsa.sign(),
      await ec.sign(),
      await ed.sign(),
      await signGrant(),
    ]) {
      expect(
        (await deployment.post("/v1/keys", { channel: "room-1" }, { credential })).status,
      ).toBe(200);
    }
  });

  test("needs no secret beside it", async () => {
    const env = {
      GRANT_JWKS: JSON.stringify(keySet(ec)),
      GRANT_SECRET: undefined,
      GRANT_SECRET_PREVIOUS: undefined,
    };
    const response = await new TestDeployment({ env }).post(
      "/v1/keys",
      { channel: "room-1" },
      { credential: await ec.sign() },
    );
    expect(response.status).toBe(200);
  });

  test("verifies EdDSA under either of its names, in the token and in the key", async () => {
    const named = { ...ed.jwk, alg: "Ed25519", kid: "named" };
    const { alg: _, ...unnamed } = ed.jwk;
    const keys = [ed.jwk, named, { ...unnamed, kid: "unnamed" }];
    const deployment = new TestDeployment({ env: { GRANT_JWKS: JSON.stringify({ keys }) } });
    for (const alg of ["EdDSA", "Ed25519"]) {
      for (const kid of ["ed", "named", "unnamed", undefined]) {
        const credential = await ed.sign({}, { alg, kid });
        const response = await deployment.post("/v1/keys", { channel: "room-1" }, { credential });
        expect([alg, kid, response.status]).toEqual([alg, kid, 200]);
      }
    }
  });

  test("tries every key of a token's kid and algorithm", async () => {
    const [one, other] = [await grantSigner("ES256", "same"), await grantSigner("ES256", "same")];
    const env = { GRANT_JWKS: JSON.stringify(keySet(one, other)) };
    const deployment = new TestDeployment({ env });
    for (const signer of [one, other]) {
      const credential = await signer.sign();
      const response = await deployment.post("/v1/keys", { channel: "room-1" }, { credential });
      expect(response.status).toBe(200);
    }
  });

  test("tries four keys at most for a token without kid", async () => {
    const signers = await Promise.all(
      Array.from({ length: 5 }, (_, i) => grantSigner("ES256", `es-${i}`)),
    );
    // Keys of other algorithms don't count, nor do those that can't be imported.
    const broken = { kty: "EC", crv: "P-256", kid: "broken", alg: "ES256", x: "AAAA", y: "AAAA" };
    const keys = [rsa.jwk, broken, ...signers.map(({ jwk }) => jwk)];
    const deployment = new TestDeployment({ env: { GRANT_JWKS: JSON.stringify({ keys }) } });
    const statuses = await Promise.all(
      signers.map(async (signer) => {
        const credential = await signer.sign({}, { kid: undefined });
        return (await deployment.post("/v1/keys", { channel: "room-1" }, { credential })).status;
      }),
    );
    expect(statuses).toEqual([200, 200, 200, 200, 401]);
  });

  test("verifies without kid where one key alone fits the algorithm", async () => {
    const deployment = new TestDeployment({ env: { GRANT_JWKS: JSON.stringify(keySet(rsa, ec)) } });
    const credential = await ec.sign({}, { kid: undefined });
    expect((await deployment.post("/v1/keys", { channel: "room-1" }, { credential })).status).toBe(
      200,
    );
  });

  test("checks the claims as for a secret, and names those that are wrong", async () => {
    const deployment = new TestDeployment({ env: { GRANT_JWKS: JSON.stringify(keySet(ec)) } });
    const credential = await ec.sign({ uid: "42", exp: NOW + 90_000 });
    const response = await deployment.post("/v1/keys", { channel: "room-1" }, { credential });
    expect(response.status).toBe(401);
    expect(response.json.errors).toEqual([
      { path: "uid", message: "must be an integer from 0 to 4294967295, without quotes" },
    ]);
  });

  test("is used where a key says what it is for: a key for encryption verifies nothing", async () => {
    // Beside one that does: a set without any such key is refused as a setting.
    const { jwk } = await grantSigner("EdDSA", "other");
    const keys = [{ ...ec.jwk, use: "enc" }, jwk];
    const deployment = new TestDeployment({ env: { GRANT_JWKS: JSON.stringify({ keys }) } });
    const response = await deployment.post(
      "/v1/keys",
      { channel: "room-1" },
      { credential: await ec.sign() },
    );
    expect(response.status).toBe(401);
  });
});

describe("GRANT_JWKS_URL", () => {
  test("is fetched at the first grant, and not again for those that follow", async () => {
    const remote = new Remote(json(keySet(ec, ed)));
    expect((await remote.offer(ec)).status).toBe(200);
    expect((await remote.offer(ed)).status).toBe(200);
    remote.time = 599;
    expect((await remote.offer(ec)).status).toBe(200);
    expect(remote.urls).toEqual([JWKS_URL]);
  });

  test("is not fetched for service keys, nor for HS256, nor for what is no grant", async () => {
    const remote = new Remote(json(keySet(ec)));
    await remote.deployment.post("/v1/keys", { channel: "room-1", uid: 1 });
    for (const credential of [await signGrant(), "a.b.c", "wrong", null]) {
      await remote.deployment.post("/v1/keys", { channel: "room-1" }, { credential });
    }
    expect(remote.requests).toBe(0);
  });

  test("is fetched again after 600 s, behind a response that does not wait for it", async () => {
    const remote = new Remote(json(keySet(ec)));
    await remote.offer(ec);
    remote.time = 600;
    let respond = (_response: Response): void => undefined;
    remote.provider = () =>
      new Promise((resolve) => {
        respond = resolve;
      });
    const context = createExecutionContext();
    const credential = await ec.sign({ exp: NOW + 80_000 });
    const response = await remote.deployment.post(
      "/v1/keys",
      { channel: "room-1" },
      { credential, context },
    );
    // The provider has been asked and has not answered, yet here is the key.
    expect(response.status).toBe(200);
    expect(remote.requests).toBe(2);
    respond(Response.json(keySet(ed)));
    await waitOnExecutionContext(context);
    expect((await remote.offer(ed)).status).toBe(200);
    expect((await remote.offer(ec)).status).toBe(503);
    remote.provider = json(keySet(ed));
    remote.time = 630;
    expect((await remote.offer(ec)).status).toBe(401);
  });

  test("is fetched at once for a kid that the copy does not have: a rotated key works", async () => {
    const remote = new Remote(json(keySet(ec)));
    await remote.offer(ec);
    remote.provider = json(keySet(ec, ed));
    remote.time = 30;
    expect((await remote.offer(ed)).status).toBe(200);
    expect(remote.requests).toBe(2);
  });

  test("is fetched once in 30 s, however many unknown kids come", async () => {
    const remote = new Remote(json(keySet(ec)));
    await remote.offer(ec);
    for (let second = 1; second <= 90; second++) {
      remote.time = second;
      const responses = await Promise.all([
        remote.offer(ec, { kid: `a${second}` }),
        remote.offer(ed, { kid: `b${second}` }),
      ]);
      // Whoever waited for a fetch knows; in the cool-down the key could be a new one.
      const code = second % 30 === 0 ? "unauthenticated" : "grant_keys_unavailable";
      expect(responses.map(({ json }) => json.code)).toEqual([code, code]);
      const left = second % 30 === 0 ? null : String(30 - (second % 30));
      expect(responses[0]?.headers.get("retry-after")).toBe(left);
    }
    expect(remote.requests).toBe(1 + 3);
  });

  test("tells of an unknown kid at a cold start: that fetch has ended", async () => {
    const remote = new Remote(json(keySet(ec)));
    expect(await remote.code(ed)).toBe("unauthenticated");
    expect(remote.requests).toBe(1);
  });

  test("does not tell of an unknown kid while its fetch is open", async () => {
    const remote = new Remote(json(keySet(ec)));
    await remote.offer(ec);
    remote.time = 30;
    remote.provider = () => new Promise(() => undefined);
    const credential = await ed.sign({ exp: NOW + 80_000 });
    const body = { channel: "room-1" };
    const response = await remote.deployment.post("/v1/keys", body, { credential });
    expect(response.json.code).toBe("grant_keys_unavailable");
    expect(response.headers.get("retry-after")).toBe("30");
  });

  test("is not fetched for a wrong signature under a kid that is known", async () => {
    const remote = new Remote(json(keySet(ec)));
    await remote.offer(ec);
    const stranger = await grantSigner("ES256", "ec");
    for (const time of [1, 30]) {
      remote.time = time;
      expect(await remote.code(stranger)).toBe("unauthenticated");
    }
    expect(remote.requests).toBe(1);
  });

  test("is fetched for a token without kid that no key verifies, once in 30 s", async () => {
    const remote = new Remote(json(keySet(ec)));
    await remote.offer(ec);
    const rotated = await grantSigner("ES256", "new");
    expect(await remote.code(rotated, { kid: undefined })).toBe("grant_keys_unavailable");
    remote.time = 30;
    remote.provider = json(keySet(ec, rotated));
    expect(await remote.code(rotated, { kid: undefined })).toBe("");
    remote.time = 60;
    expect(await remote.code(await grantSigner("ES256", "other"), { kid: undefined })).toBe(
      "unauthenticated",
    );
    expect(remote.requests).toBe(3);
  });

  test("of which a kid is unknown counts against the caller's address, as a wrong credential does", async () => {
    const counted: string[] = [];
    const limit = async ({ key }: { key: string }) => ({ success: counted.push(key) <= 2 });
    const remote = new Remote(json(keySet(ec)), { bindings: { RATE_LIMIT_BY_ADDRESS: { limit } } });
    const headers = { "CF-Connecting-IP": "192.0.2.1" };
    const good = await ec.sign();
    await remote.present(good, headers);
    expect(counted).toHaveLength(0);
    const codes: unknown[] = [];
    for (let i = 0; i < 3; i++) {
      const credential = await ed.sign({}, { kid: `made-up-${i}` });
      codes.push((await remote.present(credential, headers)).json.code);
    }
    const unavailable = "grant_keys_unavailable";
    expect(codes).toEqual([unavailable, unavailable, "rate_limited"]);
    expect(new Set(counted).size).toBe(1);
    expect((await remote.present(good, headers)).status).toBe(200);
  });

  test("that can't be fetched at all counts against nobody's address", async () => {
    const limit = async () => ({ success: false });
    const remote = new Remote(down, { bindings: { RATE_LIMIT_BY_ADDRESS: { limit } } });
    expect(await remote.code(ec)).toBe("grant_keys_unavailable");
  });

  test("is fetched once by a burst at a cold start", async () => {
    const remote = new Remote(json(keySet(ec)));
    const responses = await Promise.all(Array.from({ length: 50 }, () => remote.offer(ec)));
    expect(responses.every(({ status }) => status === 200)).toBe(true);
    expect(remote.requests).toBe(1);
  });

  test("is waited for by every grant under a new key, not by the first alone", async () => {
    const remote = new Remote(json(keySet(ec)));
    await remote.offer(ec);
    remote.time = 30;
    remote.provider = json(keySet(ec, ed));
    const responses = await Promise.all(Array.from({ length: 10 }, () => remote.offer(ed)));
    expect(responses.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(remote.requests).toBe(2);
  });

  test("that nobody answers is given up after the cool-down", async () => {
    const remote = new Remote(json(keySet(ec)));
    await remote.offer(ec);
    remote.time = 600;
    remote.provider = () => new Promise(() => undefined);
    const credential = await ec.sign({ exp: NOW + 80_000 });
    const ask = () => remote.deployment.post("/v1/keys", { channel: "room-1" }, { credential });
    expect((await ask()).status).toBe(200);
    remote.time = 629;
    expect((await ask()).status).toBe(200);
    expect(remote.requests).toBe(2);
    remote.provider = json(keySet(ed));
    remote.time = 630;
    expect((await ask()).status).toBe(200);
    expect(remote.requests).toBe(3);
    expect((await remote.offer(ed)).status).toBe(200);
  });

  test("of a provider that is down at a cold start is fetched once in 30 s, and callers are told when to come again", async () => {
    const remote = new Remote(down);
    for (let second = 0; second < 60; second++) {
      remote.time = second;
      const response = await remote.offer(ec);
      expect(response.status).toBe(503);
      expect(response.json.code).toBe("grant_keys_unavailable");
      expect(response.headers.get("retry-after")).toBe(String(30 - (second % 30)));
      expect(response.headers.get("cache-control")).toBe("no-store");
    }
    expect(remote.requests).toBe(2);
    remote.provider = json(keySet(ec));
    remote.time = 60;
    expect((await remote.offer(ec)).status).toBe(200);
  });

  test("keeps the last good copy for as long as the provider is down", async () => {
    const remote = new Remote(json(keySet(ec)));
    await remote.offer(ec);
    remote.provider = down;
    for (const seconds of [600, 3600, 40_000]) {
      remote.time = seconds;
      expect((await remote.offer(ec)).status).toBe(200);
      // A kid that nobody can look up now may be good: this is no 401, which would make a client
      // give its grant up.
      expect((await remote.offer(ed)).status).toBe(503);
    }
  });

  test("is tried again 30 s after a refresh that failed, not at each request", async () => {
    const remote = new Remote(json(keySet(ec)));
    await remote.offer(ec);
    remote.provider = down;
    for (let second = 600; second < 660; second++) {
      remote.time = second;
      expect((await remote.offer(ec)).status).toBe(200);
    }
    expect(remote.requests).toBe(1 + 2);
  });

  test("may have keys of types that we don't know beside those that we do", async () => {
    const unknown = { kty: "AKP", kid: "pq", alg: "ML-DSA-44", pub: "AAAA" };
    expect((await new Remote(json({ keys: [unknown, ec.jwk] })).offer(ec)).status).toBe(200);
    // A well-formed set without a key for us is a response: there is none.
    expect((await new Remote(json({ keys: [unknown] })).offer(ec)).status).toBe(401);
  });

  const rubbish: readonly [string, () => Provider][] = [
    ["500", () => json(keySet(ec), 500)],
    ["404", () => json(keySet(ec), 404)],
    ["204", () => () => new Response(null, { status: 204 })],
    [
      "a redirect",
      () => () =>
        new Response(null, { status: 302, headers: { Location: "https://evil.example/jwks" } }),
    ],
    [
      "HTML",
      () => () =>
        new Response("<!doctype html><title>Sign in</title>", {
          headers: { "Content-Type": "text/html" },
        }),
    ],
    ["nothing", () => () => new Response("")],
    ["null", () => json(null)],
    ["{}", () => json({})],
    ["a list", () => json([ec.jwk])],
    ["keys that are no list", () => json({ keys: ec.jwk })],
    ["a key that is null", () => json({ keys: [ec.jwk, null] })],
    ["a key that is a list", () => json({ keys: [[ec.jwk]] })],
    ["bytes that are not UTF-8", () => () => new Response(Uint8Array.of(0x7b, 0xff, 0x7d))],
  ];

  test.each(rubbish)(
    "that answers %s is as good as down: at first use, and over a good copy",
    async (_name, provider) => {
      const cold = new Remote(provider());
      expect((await cold.offer(ec)).status).toBe(503);

      const warm = new Remote(json(keySet(ec)));
      await warm.offer(ec);
      warm.provider = provider();
      warm.time = 600;
      expect((await warm.offer(ec)).status).toBe(200);
      expect(warm.requests).toBe(2);
      warm.time = 630;
      expect((await warm.offer(ec)).status).toBe(200);
    },
  );

  test("whose key is not what it says is no key, and no failure of ours", async () => {
    const broken = { kty: "EC", crv: "P-256", kid: "ec", alg: "ES256", x: "AAAA", y: "AAAA" };
    const remote = new Remote(json({ keys: [broken] }));
    expect((await remote.offer(ec)).json.code).toBe("unauthenticated");
  });

  test("is asked for JSON without following redirects, and given up after 3 s", async () => {
    const inits: (RequestInit | undefined)[] = [];
    const host = testHost({
      fetch: (_input, init) => {
        inits.push(init);
        return Promise.resolve(json(keySet(ec))());
      },
    });
    const deployment = new TestDeployment({ env: { GRANT_JWKS_URL: JWKS_URL }, host });
    await deployment.post("/v1/keys", { channel: "room-1" }, { credential: await ec.sign() });
    expect(inits[0]?.redirect).toBe("manual");
    expect(inits[0]?.signal).toBeInstanceOf(AbortSignal);
    expect(new Headers(inits[0]?.headers as HeadersInit).has("authorization")).toBe(false);
  });
});
