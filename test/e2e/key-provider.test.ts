// Grants under keys that a real HTTP server on loopback provides, in a real workerd whose clock the
// test can move. The tests run at the same time, each with a provider and a Worker of its own: some
// wait until the service gives up on the provider.

import { test as base, beforeAll, describe, inject } from "vitest";
import { type GrantSigner, grantSigner, keySet } from "../support/grants.ts";
import { hangs, Provider, sends } from "../support/provider.ts";
import { readResponse, settings, type TestResponse } from "../support/settings.ts";
import { CLOCK_HEADER } from "../support/worker/fake-bindings.ts";
import { type RunningWorker, startWorker } from "../support/worker/worker.ts";

let ec: GrantSigner;
let ed: GrantSigner;

beforeAll(async () => {
  [ec, ed] = await Promise.all([grantSigner("ES256", "ec"), grantSigner("EdDSA", "ed")]);
});

/** Asks for a key with a grant that this signer signs now. */
type Offer = (
  signer: GrantSigner,
  options?: { readonly later?: number; readonly kid?: string },
) => Promise<TestResponse>;

const test = base.extend<{ provider: Provider; offer: Offer }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest asks for the pattern
  provider: async ({}, use) => {
    const provider = await Provider.start(sends(keySet(ec)));
    await use(provider);
    await provider.stop();
  },
  offer: async ({ provider }, use) => {
    const worker = await startWorker(inject("bundle"), {
      settings: settings({
        GRANT_JWKS_URL: `http://127.0.0.1:${provider.port}/jwks.json`,
        GRANT_SECRET: undefined,
        GRANT_SECRET_PREVIOUS: undefined,
        REVOCATIONS: "off",
      }),
      // Without revocations: half a day later no list would be up to date.
      hasBindings: false,
      hasTestClock: true,
    });
    await use((signer, options) => offer(worker, signer, options));
    await worker.stop();
  },
}).concurrent;

async function offer(
  worker: RunningWorker,
  signer: GrantSigner,
  { later = 0, kid = String(signer.jwk.kid) } = {},
): Promise<TestResponse> {
  const iat = Math.floor(Date.now() / 1000) + later;
  const credential = await signer.sign({ iat, exp: iat + 7200 }, { kid });
  const headers = {
    "Content-Type": "application/json",
    Authorization: `Bearer ${credential}`,
    [CLOCK_HEADER]: String(later),
  };
  return readResponse(
    await fetch(`${worker.url}/v1/keys`, { method: "POST", headers, body: '{"channel":"room-1"}' }),
  );
}

describe("the provider's keys", () => {
  test("are fetched at first use, once", async ({ expect, offer, provider }) => {
    expect((await offer(ec)).json.key).toMatch(/^005/);
    expect((await offer(ec)).status).toBe(200);
    expect(provider.requests).toEqual([`127.0.0.1:${provider.port}/jwks.json`]);
  });

  test("may be rotated: a grant under the new key is good at once, under the old one no longer", async ({
    expect,
    offer,
    provider,
  }) => {
    await offer(ec);
    provider.respondWith(sends(keySet(ed)));
    expect((await offer(ed, { later: 40 })).status).toBe(200);
    // In the cool-down the old key could still be one that is newer than the copy.
    expect((await offer(ec, { later: 40 })).status).toBe(503);
    expect(provider.requests).toHaveLength(2);
    expect((await offer(ec, { later: 80 })).status).toBe(401);
  });

  test("are refreshed in the background when the cached ones are old", async ({
    expect,
    offer,
    provider,
  }) => {
    await offer(ec);
    provider.respondWith(sends(keySet(ec, ed)));
    expect((await offer(ec, { later: 700 })).status).toBe(200);
    await expect.poll(() => provider.requests.length).toBe(2);
    await expect.poll(async () => (await offer(ed, { later: 701 })).status).toBe(200);
    expect(provider.requests).toHaveLength(2);
  });

  test("that are known keep working while the provider is down, and new ones work once it is up again", async ({
    expect,
    offer,
    provider,
  }) => {
    await offer(ec);
    const { port } = provider;
    await provider.stop();
    for (const later of [1, 700, 7000, 50_000])
      expect((await offer(ec, { later })).status).toBe(200);
    expect((await offer(ed, { later: 50_000 })).json.code).toBe("grant_keys_unavailable");
    provider.respondWith(sends(keySet(ec, ed)));
    await provider.listen(port);
    expect((await offer(ed, { later: 50_040 })).status).toBe(200);
  });

  test("can't be told from none while the provider is down at first use: 503, and when to ask again", async ({
    expect,
    offer,
    provider,
  }) => {
    const { port } = provider;
    await provider.stop();
    const first = await offer(ec);
    expect(first.status).toBe(503);
    expect(first.headers.get("retry-after")).toBe("30");
    await provider.listen(port);
    expect((await offer(ec, { later: 10 })).status).toBe(503);
    expect((await offer(ec, { later: 40 })).status).toBe(200);
  });

  test("are given up when the provider takes the request and never responds", async ({
    expect,
    offer,
    provider,
  }) => {
    provider.respondWith(hangs);
    expect((await offer(ec)).status).toBe(503);
    provider.respondWith(sends(keySet(ec)));
    expect((await offer(ec, { later: 40 })).status).toBe(200);
  });

  test("are given up when the provider begins a response and never ends it, and no known key waits for it", async ({
    expect,
    offer,
    provider,
  }) => {
    await offer(ec);
    provider.respondWith((_request, response) => {
      response.writeHead(200, { "Content-Type": "application/json" });
      response.write('{"keys":[');
    });
    expect((await offer(ec, { later: 700 })).status).toBe(200);
    expect((await offer(ed, { later: 701 })).status).toBe(503);
    expect((await offer(ec, { later: 702 })).status).toBe(200);
    expect(provider.requests).toHaveLength(2);
  });

  test("that are malformed change nothing, at first use or where good ones are cached", async ({
    expect,
    offer,
    provider,
  }) => {
    const malformed = [
      sends("out of order", { status: 500 }),
      sends("<!doctype html><title>Sign in</title>", { type: "text/html" }),
      sends({}),
      sends({ keys: [] }, { status: 404 }),
      sends({ keys: [ec.jwk, null] }),
      sends(JSON.stringify(keySet(ec)).padEnd(65_537)),
    ];
    let later = 0;
    for (const respond of malformed) {
      provider.respondWith(respond);
      expect((await offer(ec, { later })).status).toBe(503);
      later += 40;
    }
    provider.respondWith(sends(keySet(ec)));
    expect((await offer(ec, { later })).status).toBe(200);
    for (const [i, respond] of malformed.entries()) {
      later += 700;
      provider.respondWith(respond);
      expect((await offer(ec, { later })).status).toBe(200);
      await expect.poll(() => provider.requests.length).toBe(malformed.length + 1 + i + 1);
    }
  });
});

describe("a key that the provider withdraws", () => {
  test("verifies nothing once an empty set has been fetched, nor after idle hours", async ({
    expect,
    offer,
    provider,
  }) => {
    await offer(ec);
    provider.respondWith(sends({ keys: [] }));
    expect((await offer(ec, { later: 36_000 })).status).toBe(401);
    expect(provider.requests).toHaveLength(2);
  });

  test("verifies nothing a day after the provider was last seen", async ({
    expect,
    offer,
    provider,
  }) => {
    await offer(ec);
    await provider.stop();
    expect((await offer(ec, { later: 80_000 })).status).toBe(200);
    expect((await offer(ec, { later: 86_500 })).json.code).toBe("grant_keys_unavailable");
  });

  test("leaves the keys beside it as they are, whatever else the set holds", async ({
    expect,
    offer,
    provider,
  }) => {
    await offer(ec);
    const { kid, alg } = ec.jwk;
    const unusable = [{ kty: "EC", crv: "P-256", kid, alg, x: "AAAA", y: "AAAA" }, ec.privateJwk];
    provider.respondWith(sends({ keys: [...unusable, ed.jwk] }));
    expect((await offer(ed, { later: 1000 })).status).toBe(200);
    expect((await offer(ec, { later: 1040 })).status).toBe(401);
  });
});

describe("a burst of grants", () => {
  test("at a cold start causes one request, and each gets its key", async ({
    expect,
    offer,
    provider,
  }) => {
    const responses = await Promise.all(Array.from({ length: 40 }, () => offer(ec)));
    expect(responses.map(({ status }) => status)).toEqual(Array(40).fill(200));
    expect(provider.requests).toHaveLength(1);
  });

  test("under unknown keys causes one request", async ({ expect, offer, provider }) => {
    await offer(ec);
    const responses = await Promise.all(
      Array.from({ length: 40 }, (_, i) => offer(ed, { later: 40, kid: `unknown-${i}` })),
    );
    // Those that come when the fetch has ended are told to ask again after the cool-down.
    const codes = new Set(responses.map(({ json }) => json.code));
    expect([...codes].filter((code) => code !== "grant_keys_unavailable")).toEqual([
      "unauthenticated",
    ]);
    expect(provider.requests).toHaveLength(2);
  });
});
