// Grants under keys that a real HTTP server on loopback provides, in a real workerd whose clock the test can put forward.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type GrantSigner, grantSigner, keySet } from "../support/grants.ts";
import { hangs, Provider, sends } from "../support/provider.ts";
import { type Answer, answerOf, settings } from "../support/settings.ts";
import { type Bundle, bundleWorker, startWorker, type WorkerProcess } from "../support/workerd.ts";

let bundle: Bundle;
let worker: WorkerProcess;
let provider: Provider;
let ec: GrantSigner;
let ed: GrantSigner;

beforeAll(async () => {
  bundle = await bundleWorker("test/e2e/fixtures/worker-with-clock.ts");
  [ec, ed] = await Promise.all([grantSigner("ES256", "ec"), grantSigner("EdDSA", "ed")]);
});

beforeEach(async () => {
  provider = await Provider.start(sends(keySet(ec)));
  const GRANT_JWKS_URL = `http://127.0.0.1:${provider.port}/jwks.json`;
  worker = await startWorker(
    bundle,
    settings({ GRANT_JWKS_URL, GRANT_SECRET: undefined, GRANT_SECRET_PREVIOUS: undefined }),
  );
});

afterEach(async () => {
  await worker?.stop();
  await provider?.stop();
});

afterAll(() => bundle?.remove());

async function offer(
  signer: GrantSigner,
  { later = 0, kid = String(signer.jwk.kid) } = {},
): Promise<Answer> {
  const iat = Math.floor(Date.now() / 1000);
  const credential = await signer.sign({ iat, exp: iat + 80_000 }, { kid });
  const headers = {
    "Content-Type": "application/json",
    Authorization: `Bearer ${credential}`,
    "test-seconds-later": String(later),
  };
  return answerOf(
    await fetch(`${worker.url}/v1/keys`, { method: "POST", headers, body: '{"channel":"room-1"}' }),
  );
}

describe("the provider's keys", () => {
  test("are fetched at first use, once", async () => {
    expect((await offer(ec)).json.key).toMatch(/^005/);
    expect((await offer(ec)).status).toBe(200);
    expect(provider.requests).toEqual([`127.0.0.1:${provider.port}/jwks.json`]);
  });

  test("may be turned over: a grant under the new key is good at once, under the old one no longer", async () => {
    await offer(ec);
    provider.answer(sends(keySet(ed)));
    expect((await offer(ed, { later: 40 })).status).toBe(200);
    expect((await offer(ec, { later: 40 })).status).toBe(401);
    expect(provider.requests).toHaveLength(2);
  });

  test("are refreshed in the background when the copy is old", async () => {
    await offer(ec);
    provider.answer(sends(keySet(ec, ed)));
    expect((await offer(ec, { later: 700 })).status).toBe(200);
    await expect.poll(() => provider.requests.length).toBe(2);
    await expect.poll(async () => (await offer(ed, { later: 701 })).status).toBe(200);
    expect(provider.requests).toHaveLength(2);
  });

  test("that are known keep working while the provider is down, and new ones work once it is up again", async () => {
    await offer(ec);
    const { port } = provider;
    await provider.stop();
    for (const later of [1, 700, 7000, 50_000])
      expect((await offer(ec, { later })).status).toBe(200);
    expect((await offer(ed, { later: 50_000 })).json.code).toBe("grant_keys_unavailable");
    provider.answer(sends(keySet(ec, ed)));
    await provider.listen(port);
    expect((await offer(ed, { later: 50_040 })).status).toBe(200);
  });

  test("can't be told from none while the provider is down at first use: 503, and when to come again", async () => {
    const { port } = provider;
    await provider.stop();
    const answer = await offer(ec);
    expect(answer.status).toBe(503);
    expect(answer.headers.get("retry-after")).toBe("30");
    await provider.listen(port);
    expect((await offer(ec, { later: 10 })).status).toBe(503);
    expect((await offer(ec, { later: 40 })).status).toBe(200);
  });

  test("are given up on when the provider takes the request and never answers", async () => {
    provider.answer(hangs);
    expect((await offer(ec)).status).toBe(503);
    provider.answer(sends(keySet(ec)));
    expect((await offer(ec, { later: 40 })).status).toBe(200);
  });

  test("are given up on when the provider begins an answer and never ends it, and no known key waits for it", async () => {
    await offer(ec);
    provider.answer((_request, response) => {
      response.writeHead(200, { "Content-Type": "application/json" });
      response.write('{"keys":[');
    });
    expect((await offer(ec, { later: 700 })).status).toBe(200);
    expect((await offer(ed, { later: 701 })).status).toBe(503);
    expect((await offer(ec, { later: 702 })).status).toBe(200);
    expect(provider.requests).toHaveLength(2);
  });

  test("that are rubbish change nothing, at first use or over a good copy", async () => {
    const rubbish = [
      sends("out of order", { status: 500 }),
      sends("<!doctype html><title>Sign in</title>", { type: "text/html" }),
      sends({}),
      sends({ keys: [] }),
      sends({ keys: [ec.privateJwk] }),
      sends({ keys: [ec.jwk, { kty: "oct", k: "c2VjcmV0" }] }),
    ];
    let later = 0;
    for (const answer of rubbish) {
      provider.answer(answer);
      expect((await offer(ec, { later })).status).toBe(503);
      later += 40;
    }
    provider.answer(sends(keySet(ec)));
    expect((await offer(ec, { later })).status).toBe(200);
    for (const [i, answer] of rubbish.entries()) {
      later += 700;
      provider.answer(answer);
      expect((await offer(ec, { later })).status).toBe(200);
      await expect.poll(() => provider.requests.length).toBe(rubbish.length + 1 + i + 1);
    }
  });
});

describe("a burst of grants", () => {
  test("at a cold start causes one request, and each gets its key", async () => {
    const answers = await Promise.all(Array.from({ length: 40 }, () => offer(ec)));
    expect(answers.map(({ status }) => status)).toEqual(Array(40).fill(200));
    expect(provider.requests).toHaveLength(1);
  });

  test("under unknown keys causes one request", async () => {
    await offer(ec);
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, i) => offer(ed, { later: 40, kid: `unknown-${i}` })),
    );
    expect(answers.map(({ json }) => json.code)).toEqual(Array(40).fill("unauthenticated"));
    expect(provider.requests).toHaveLength(2);
  });
});
