// A signing key that its provider has withdrawn, or says nothing of any more.

import { beforeAll, describe, expect, test } from "vitest";
import { workersHost } from "../../src/platform/host.ts";
import { randomHex, type Settings } from "../support/deployment.ts";
import { type GrantSigner, grantSigner, keySet } from "../support/grants.ts";
import { down, JWKS_URL, json, type Provider, Remote } from "../support/remote-key-set.ts";

let ec: GrantSigner;
let ed: GrantSigner;

beforeAll(async () => {
  [ec, ed] = await Promise.all([grantSigner("ES256", "ec"), grantSigner("EdDSA", "ed")]);
});

/** An isolate that has the keys already. */
async function warm(...options: ConstructorParameters<typeof Remote>): Promise<Remote> {
  const remote = new Remote(...options);
  expect(await remote.code(ec)).toBe("");
  return remote;
}

const HOUR = 3600;
const DAY = 86_400;
const UNAVAILABLE = "grant_keys_unavailable";

describe("a well-formed set", () => {
  const broken = { kty: "EC", crv: "P-256", kid: "ec", alg: "ES256", x: "AAAA", y: "AAAA" };
  const weak = { kty: "RSA", kid: "ec", alg: "RS256", n: "AAAA", e: "AQAB" };
  const unknown = { kty: "AKP", kid: "pq", alg: "ML-DSA-44", pub: "AAAA" };
  const shared = { kty: "oct", kid: "ec", k: "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA" };

  test.each<[string, () => object[]]>([
    ["no key", () => []],
    ["another key", () => [ed.jwk]],
    ["a key that can't be imported", () => [broken]],
    ["a key without a type", () => [{ kid: "ec" }]],
    ["a key of an unknown type", () => [unknown]],
    ["the private half", () => [ec.privateJwk]],
    ["a shared secret", () => [shared]],
  ])("with %s replaces the copy at once", async (_name, keys) => {
    const remote = await warm(json(keySet(ec)));
    remote.provider = json({ keys: keys() });
    remote.time = 600;
    await remote.offer(ec);
    remote.time = 601;
    expect(await remote.code(ec)).toBe(UNAVAILABLE);
    remote.time = 630;
    expect(await remote.code(ec)).toBe("unauthenticated");
  });

  test.each<[string, () => object[]]>([
    ["can't be imported", () => [broken, weak]],
    ["have no type, or an unknown one", () => [{}, { kty: 7 }, unknown]],
    ["are private or shared", () => [ed.privateJwk, shared]],
  ])("is taken without those of its keys that %s", async (_name, keys) => {
    const remote = new Remote(json({ keys: [...keys(), ec.jwk] }));
    expect(await remote.code(ec)).toBe("");
    expect(await remote.code(ed)).toBe(UNAVAILABLE);
    remote.time = 30;
    expect(await remote.code(ed)).toBe("unauthenticated");
  });

  test("with a private or shared key is warned of in GET /ready, and nothing of it is quoted", async () => {
    for (const secret of [ed.privateJwk, shared]) {
      const remote = await warm(json({ keys: [ec.jwk, secret] }));
      expect(await remote.findings()).toEqual([expect.stringContaining("private or shared key")]);
      const { text } = await remote.deployment.get("/ready");
      expect(text).not.toContain(ed.privateJwk.d ?? "-");
      expect(text).not.toContain(shared.k);
    }
    expect(await (await warm(json(keySet(ec)))).findings()).toEqual([]);
  });
});

describe("an isolate that was idle", () => {
  test.each([901, 10 * HOUR])("for %i s refreshes before it trusts its copy", async (seconds) => {
    const remote = await warm(json(keySet(ec)));
    remote.provider = json({ keys: [] });
    remote.time = seconds;
    expect(await remote.code(ec)).toBe("unauthenticated");
    expect(remote.requests).toBe(2);
  });

  test.each([780, 839, 899])("does so though a fetch had failed after %i s", async (seconds) => {
    const remote = await warm(json(keySet(ec)));
    remote.time = seconds;
    remote.provider = json({}, 500);
    expect(await remote.code(ec)).toBe("");
    remote.provider = json({ keys: [] });
    // Its copy is older than 15 minutes, and the failure is a minute ago at the least.
    remote.time = Math.max(901, seconds + 61);
    expect(await remote.code(ec)).toBe("unauthenticated");
  });

  test("does so for a grant that it has verified before, too", async () => {
    const remote = await warm(json(keySet(ec)));
    remote.time = 850;
    remote.provider = () => new Promise(() => undefined);
    const credential = await ec.sign();
    const ask = () => remote.deployment.post("/v1/keys", { channel: "room-1" }, { credential });
    expect((await ask()).status).toBe(200);
    remote.provider = json({ keys: [] });
    remote.time = 905;
    expect((await ask()).status).toBe(401);
  });

  test("goes on with its copy where the provider is down, and only the first request waits", async () => {
    const remote = await warm(json(keySet(ec)));
    remote.time = 10 * HOUR;
    remote.provider = down;
    expect(await remote.code(ec)).toBe("");
    expect(remote.requests).toBe(2);
    // A request that waited for this one would never be answered in this test.
    remote.provider = () => new Promise(() => undefined);
    remote.time += 30;
    const startedAt = performance.now();
    const credential = await ec.sign({ iat: remote.host.time, exp: remote.host.time + 60 });
    const response = await remote.deployment.post(
      "/v1/keys",
      { channel: "room-1" },
      { credential },
    );
    expect(response.status).toBe(200);
    expect(performance.now() - startedAt).toBeLessThan(2000);
    expect(remote.requests).toBe(3);
  });

  test("that gets HS256 grants alone waits for no provider", async () => {
    const GRANT_SECRET = `grant-${randomHex(40)}`;
    const remote = await warm(json(keySet(ec)), { env: { GRANT_SECRET } });
    remote.time = 10 * HOUR;
    remote.provider = () => new Promise(() => undefined);
    const request = { channels: ["room-1"], uid: 42, expiresIn: 600 };
    const { grant = "" } = (await remote.deployment.post("/v1/grants", request)).json;
    for (let i = 0; i < 2; i++) {
      expect((await remote.present(grant)).status).toBe(200);
    }
    expect(remote.requests).toBe(1);
  });
});

describe("while the provider fails", () => {
  const failures: readonly [string, Provider][] = [
    ["is down", down],
    ["answers 404", json({ keys: [] }, 404)],
    ["answers 410", json({ keys: [] }, 410)],
    ["answers 500", json({ keys: [] }, 500)],
    ["answers rubbish", () => new Response("<!doctype html>")],
  ];

  test.each(failures)("(it %s) the copy is used up to GRANT_JWKS_MAX_AGE", async (_name, fails) => {
    const remote = await warm(json(keySet(ec)), { env: { GRANT_JWKS_MAX_AGE: "7200" } });
    remote.provider = fails;
    for (const time of [600, HOUR, 7199, 7200]) {
      remote.time = time;
      expect([time, await remote.code(ec)]).toEqual([time, ""]);
    }
    remote.time = 7201;
    expect(await remote.code(ec)).toBe(UNAVAILABLE);
    remote.time = 30 * DAY;
    expect(await remote.code(ec)).toBe(UNAVAILABLE);
    remote.provider = json(keySet(ec));
    remote.time += 30;
    expect(await remote.code(ec)).toBe("");
  });

  test("a grant that was verified before the copy got too old is refused after it", async () => {
    const remote = await warm(json(keySet(ec)), { env: { GRANT_JWKS_MAX_AGE: "7200" } });
    remote.provider = down;
    remote.time = 7200;
    const credential = await ec.sign();
    const later = await ec.sign({ exp: remote.host.time + 600 });
    expect((await remote.present(later)).status).toBe(200);
    remote.time = 7201;
    expect((await remote.present(later)).json.code).toBe(UNAVAILABLE);
    expect((await remote.present(credential)).json.code).toBe(UNAVAILABLE);
  });

  test("a day is the default", async () => {
    const remote = await warm(json(keySet(ec)));
    remote.provider = down;
    remote.time = DAY;
    expect(await remote.code(ec)).toBe("");
    remote.time = DAY + 1;
    expect(await remote.code(ec)).toBe(UNAVAILABLE);
  });

  test("a copy that has not yet paused for 900 s is used though GRANT_JWKS_MAX_AGE is 0", async () => {
    const remote = await warm(json(keySet(ec)), { env: { GRANT_JWKS_MAX_AGE: "0" } });
    remote.provider = down;
    remote.time = 900;
    expect(await remote.code(ec)).toBe("");
    remote.time = 901;
    expect(await remote.code(ec)).toBe(UNAVAILABLE);
  });

  test("GET /ready warns after an hour, and no longer once the provider is back", async () => {
    const remote = await warm(json(keySet(ec)));
    remote.provider = down;
    remote.time = HOUR;
    await remote.code(ec);
    expect(await remote.findings()).toEqual([]);
    remote.time = HOUR + 30;
    expect(await remote.findings()).toEqual([expect.stringContaining("can't be fetched")]);
    remote.time = 3 * HOUR;
    await remote.code(ec);
    expect(await remote.findings()).toEqual([expect.stringMatching(/3 h .*86400 s/)]);
    remote.time = DAY + 1;
    expect(await remote.findings()).toEqual([expect.stringContaining("are refused")]);
    remote.provider = json(keySet(ec));
    remote.time += 30;
    await remote.code(ec);
    expect(await remote.findings()).toEqual([]);
  });

  test("GET /ready tells at once where there is no copy, and not of an isolate that was only idle", async () => {
    const remote = new Remote(down);
    expect(await remote.findings()).toEqual([expect.stringContaining("are refused")]);
    const idle = await warm(json(keySet(ec)));
    idle.time = 3 * HOUR;
    expect(await idle.findings()).toEqual([]);
  });

  test("GET /ready asks the provider before the first grant comes, and is 503 where no grant can be verified", async () => {
    const ready = async (provider: Provider, env: Settings = {}) => {
      const { deployment } = new Remote(provider, { env });
      const { status, json: state } = await deployment.get("/ready");
      return [status, state.status];
    };
    expect(await ready(json(keySet(ec)))).toEqual([200, "ready"]);
    expect(await ready(json({ keys: [] }))).toEqual([200, "ready"]);
    for (const fails of [down, json({}, 404), json({}, 302), json({ keys: "none" })]) {
      expect(await ready(fails)).toEqual([503, "not_ready"]);
      // With a secret of our own other grants are served.
      const GRANT_SECRET = `grant-${randomHex(40)}`;
      expect(await ready(fails, { GRANT_SECRET })).toEqual([200, "ready"]);
    }
  });
});

describe("a set of over 64 KB", () => {
  const padded = (length: number) => JSON.stringify(keySet(ec)).padEnd(length);

  test("is not read, whether its length is told or not; one of 64 KB is", async () => {
    for (const isTold of [true, false]) {
      const respond = (length: number) => () => {
        const headers = { ...(isTold && { "Content-Length": String(length) }) };
        return new Response(padded(length), { headers });
      };
      expect(await new Remote(respond(65_536)).code(ec)).toBe("");
      expect(await new Remote(respond(65_537)).code(ec)).toBe(UNAVAILABLE);
    }
  });

  test("is given up in the middle, though it never ends", async () => {
    let sent = 0;
    let isCancelled = false;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 8192;
        controller.enqueue(new Uint8Array(8192).fill(0x20));
      },
      cancel() {
        isCancelled = true;
      },
    });
    expect(await new Remote(() => new Response(endless)).code(ec)).toBe(UNAVAILABLE);
    expect(isCancelled).toBe(true);
    expect(sent).toBeLessThan(4 * 65_536);
  });
});

describe("a cold isolate", () => {
  /** A cache that all isolates of a location share. */
  function fakeCache() {
    const kept = new Map<string, Response>();
    return {
      kept,
      cache: () => ({
        match: async (name: RequestInfo | URL) => kept.get(String(name))?.clone(),
        put: async (name: RequestInfo | URL, response: Response) => {
          kept.set(String(name), response);
        },
      }),
    };
  }

  test("finds the last good set though the provider is down, up to its age", async () => {
    const { cache, kept } = fakeCache();
    const env = { GRANT_JWKS_MAX_AGE: "7200" };
    await warm(json(keySet(ec)), { cache, env });
    const [[name, response] = []] = kept;
    expect(name?.startsWith(`${JWKS_URL}?`)).toBe(true);
    expect(response?.headers.get("cache-control")).toBe("public, max-age=7200");
    for (const [time, code] of [
      [599, ""],
      [7200, ""],
      [7201, UNAVAILABLE],
    ] as const) {
      const cold = new Remote(down, { cache, env });
      cold.time = time;
      expect([time, await cold.code(ec)]).toEqual([time, code]);
    }
  });

  test("asks no provider where the set was fetched a moment ago, but for a newer key", async () => {
    const { cache } = fakeCache();
    await warm(json(keySet(ec)), { cache });
    const cold = new Remote(json(keySet(ec, ed)), { cache });
    cold.time = 10;
    expect(await cold.code(ec)).toBe("");
    expect(cold.requests).toBe(0);
    expect(await cold.code(ed)).toBe("");
    expect(cold.requests).toBe(1);
  });

  test("asks the provider before it trusts an old set", async () => {
    const { cache } = fakeCache();
    await warm(json(keySet(ec)), { cache });
    const cold = new Remote(json({ keys: [] }), { cache });
    cold.time = 10 * HOUR;
    expect(await cold.code(ec)).toBe("unauthenticated");
    expect(cold.requests).toBe(1);
  });

  test("takes an empty set for what it is", async () => {
    const { cache } = fakeCache();
    await new Remote(json({ keys: [] }), { cache }).code(ec);
    const cold = new Remote(down, { cache });
    expect(await cold.code(ec)).toBe(UNAVAILABLE);
    expect(await cold.findings()).toEqual([]);
  });

  test("does not take a set for younger than it is where another clock was ahead", async () => {
    const { cache } = fakeCache();
    const ahead = new Remote(json(keySet(ec)), { cache });
    ahead.time = 10 * HOUR;
    await ahead.code(ec);
    const cold = new Remote(json({ keys: [] }), { cache });
    expect(await cold.code(ec)).toBe("");
    cold.time = 901;
    expect(await cold.code(ec)).toBe("unauthenticated");
  });

  test.each<[string, string]>([
    ["the provider's own response", '{"keys":[]}'],
    ["a set that is none", '{"fetchedAt":1800000000,"jwks":{}}'],
    ["a set without a time", '{"jwks":{"keys":[]}}'],
    ["a set whose time is text", '{"fetchedAt":"1800000000","jwks":{"keys":[]}}'],
    ["null", "null"],
    ["what is not JSON", "<html>"],
  ])("that finds %s asks the provider", async (_name, text) => {
    const match = async () => new Response(text);
    const cache = () => ({ match, put: async () => undefined });
    expect(await new Remote(json(keySet(ec)), { cache }).code(ec)).toBe("");
  });

  test.each<[string, NonNullable<ReturnType<typeof workersHost.cache>>]>([
    [
      "fails",
      { match: () => Promise.reject(new Error("down")), put: () => Promise.reject(new Error("")) },
    ],
    ["never answers", { match: () => new Promise(() => undefined), put: async () => undefined }],
  ])("whose cache %s asks the provider", async (_name, cache) => {
    const remote = new Remote(json(keySet(ec)), { cache: () => cache });
    const credential = await ec.sign();
    const response = await remote.deployment.post(
      "/v1/keys",
      { channel: "room-1" },
      { credential },
    );
    expect(response.status).toBe(200);
  });

  test("finds it in workerd's own cache, by the address of the provider", async () => {
    const { cache } = workersHost;
    const at = (name: string) => ({
      env: { GRANT_JWKS_URL: `https://keys.example/${name}` },
      cache,
    });
    const name = randomHex(16);
    await warm(json(keySet(ec)), at(name));
    expect(await new Remote(down, at(name)).code(ec)).toBe("");
    expect(await new Remote(down, at(`${name}-other`)).code(ec)).toBe(UNAVAILABLE);
  });
});
