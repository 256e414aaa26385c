// Grants under public keys. The provider is a `fetch` that counts, and the clock is the test's.

import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { beforeAll, describe, expect, test } from "vitest";
import { type Answer, NOW, TestDeployment, testHost } from "../support/deployment.ts";
import { type GrantSigner, grantSigner, keySet, signGrant } from "../support/grants.ts";

const JWKS_URL = "https://keys.example/jwks.json";

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
    const answer = await new TestDeployment({ env }).post(
      "/v1/keys",
      { channel: "room-1" },
      { credential: await ec.sign() },
    );
    expect(answer.status).toBe(200);
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
    const answer = await deployment.post("/v1/keys", { channel: "room-1" }, { credential });
    expect(answer.status).toBe(401);
    expect(answer.json.errors).toEqual([
      { path: "uid", message: "must be an integer from 0 to 4294967295" },
    ]);
  });

  test("is used where a key says what it is for: a key for encryption verifies nothing", async () => {
    // Beside one that does: a set without any such key is refused as a setting.
    const { jwk } = await grantSigner("EdDSA", "other");
    const keys = [{ ...ec.jwk, use: "enc" }, jwk];
    const deployment = new TestDeployment({ env: { GRANT_JWKS: JSON.stringify({ keys }) } });
    const answer = await deployment.post(
      "/v1/keys",
      { channel: "room-1" },
      { credential: await ec.sign() },
    );
    expect(answer.status).toBe(401);
  });
});

/** What the provider answers, from now on. */
type Provider = () => Response | Promise<Response>;

const json =
  (value: unknown, status = 200) =>
  () =>
    new Response(JSON.stringify(value), { status });
const down: Provider = () => Promise.reject(new TypeError("connection refused"));

class Remote {
  requests = 0;
  readonly urls: string[] = [];
  provider: Provider;
  readonly host = testHost({
    fetch: (input) => {
      this.requests++;
      this.urls.push(String(input));
      return Promise.resolve(this.provider());
    },
  });
  readonly deployment = new TestDeployment({
    env: { GRANT_JWKS_URL: JWKS_URL, GRANT_SECRET: undefined, GRANT_SECRET_PREVIOUS: undefined },
    host: this.host,
  });

  constructor(provider: Provider) {
    this.provider = provider;
  }

  get time(): number {
    return this.host.time - NOW;
  }

  /** Seconds after NOW. */
  set time(seconds: number) {
    this.host.time = NOW + seconds;
  }

  /**
   * Offers a grant that is good at every time of these tests; background work is done when this
   * returns.
   */
  async offer(signer: GrantSigner, header?: Record<string, string>): Promise<Answer> {
    const context = createExecutionContext();
    const credential = await signer.sign({ exp: NOW + 80_000 }, header);
    const answer = await this.deployment.post(
      "/v1/keys",
      { channel: "room-1" },
      { credential, context },
    );
    await waitOnExecutionContext(context);
    return answer;
  }
}

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

  test("is fetched again after 600 s, behind an answer that does not wait for it", async () => {
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
    const answer = await remote.deployment.post(
      "/v1/keys",
      { channel: "room-1" },
      { credential, context },
    );
    // The provider has been asked and has not answered, yet here is the key.
    expect(answer.status).toBe(200);
    expect(remote.requests).toBe(2);
    respond(json(keySet(ed))());
    await waitOnExecutionContext(context);
    expect((await remote.offer(ed)).status).toBe(200);
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
      const answers = await Promise.all([
        remote.offer(ec, { kid: `a${second}` }),
        remote.offer(ed, { kid: `b${second}` }),
      ]);
      expect(answers.map(({ json }) => json.code)).toEqual(["unauthenticated", "unauthenticated"]);
    }
    expect(remote.requests).toBe(1 + 3);
  });

  test("is fetched once by a burst at a cold start", async () => {
    const remote = new Remote(json(keySet(ec)));
    const answers = await Promise.all(Array.from({ length: 50 }, () => remote.offer(ec)));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(remote.requests).toBe(1);
  });

  test("is waited for by every grant under a new key, not by the first alone", async () => {
    const remote = new Remote(json(keySet(ec)));
    await remote.offer(ec);
    remote.time = 30;
    remote.provider = json(keySet(ec, ed));
    const answers = await Promise.all(Array.from({ length: 10 }, () => remote.offer(ed)));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
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
      const answer = await remote.offer(ec);
      expect(answer.status).toBe(503);
      expect(answer.json.code).toBe("grant_keys_unavailable");
      expect(answer.headers.get("retry-after")).toBe("30");
      expect(answer.headers.get("cache-control")).toBe("no-store");
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
    expect((await new Remote(json({ keys: [unknown] })).offer(ec)).status).toBe(503);
  });

  const secret = () => ({
    kty: "oct",
    kid: "ec",
    k: "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA",
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
    ["no keys", () => json({ keys: [] })],
    ["a key that is null", () => json({ keys: [ec.jwk, null] })],
    ["a private key", () => json({ keys: [ec.privateJwk] })],
    ["a private key beside a public one", () => json({ keys: [ec.jwk, ed.privateJwk] })],
    ["a shared secret", () => json({ keys: [secret()] })],
    ["a shared secret beside a public key", () => json({ keys: [ec.jwk, secret()] })],
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
