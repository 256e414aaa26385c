// The limits of wrangler.toml, by the real binding in workerd. It counts in windows of wall-clock
// time, so a test that counts may have to begin again in the next one.

import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { networkOf } from "../../src/auth/rate-limits.ts";
import { Edge, newAppId, nowSeconds } from "../support/edge.ts";
import type { Claims } from "../support/grants.ts";
import type { TestResponse } from "../support/settings.ts";

const LIMITS = {
  RATE_LIMIT_BY_SUBJECT: env.RATE_LIMIT_BY_SUBJECT,
  RATE_LIMIT_BY_SERVICE_KEY: env.RATE_LIMIT_BY_SERVICE_KEY,
  RATE_LIMIT_BY_ADDRESS: env.RATE_LIMIT_BY_ADDRESS,
};
const LIMIT = 20;
const PERIOD_SECONDS = 10;
const edge = () => new Edge(newAppId(), LIMITS);
const key = { channel: "room-1", uid: 42 };
let counter = 0;
const newName = () => `user-${++counter}-${nowSeconds()}`;

/**
 * Asks until it is refused for asking too often. Two windows' worth is what it may take, if one
 * ends on the way.
 */
async function untilLimited(
  ask: () => Promise<TestResponse>,
): Promise<{ responses: TestResponse[]; limited: TestResponse | undefined }> {
  const responses: TestResponse[] = [];
  for (let i = 0; i < 3 * LIMIT; i++) {
    const response = await ask();
    if (response.status === 429) return { responses, limited: response };
    responses.push(response);
  }
  return { responses, limited: undefined };
}

async function expectLimited(response: TestResponse | undefined): Promise<void> {
  expect(response?.json.code).toBe("rate_limited");
  expect(response?.headers.get("retry-after")).toBe(String(PERIOD_SECONDS));
  expect(response?.headers.get("content-type")).toBe("application/problem+json");
}

describe("one grant's subject", () => {
  test("is limited, in all of its grants, and others are not", async () => {
    const at = edge();
    const sub = newName();
    const credential = await at.grant({ sub });
    const { responses, limited } = await untilLimited(() =>
      at.post("/v1/keys", key, { credential }),
    );
    expect(responses.every(({ status }) => status === 200)).toBe(true);
    expect(responses.length).toBeGreaterThanOrEqual(LIMIT);
    await expectLimited(limited);
    const another = await untilLimited(async () =>
      at.post("/v1/keys", key, { credential: await at.grant({ sub, jti: newName() }) }),
    );
    await expectLimited(another.limited);
    expect(
      (await at.post("/v1/keys", key, { credential: await at.grant({ sub: newName() }) })).status,
    ).toBe(200);
    expect(
      (await at.post("/v1/keys", key, { credential: await at.grant({ sub, iss: newName() }) }))
        .status,
    ).toBe(200);
  }, 30_000);
});

describe("failed authentication", () => {
  test.each([
    ["with no credential", null],
    ["with a wrong one", "x".repeat(40)],
    ["with a forged grant", "a.b.c"],
  ])(
    "%s is limited by address, and good callers at that address go on",
    async (_, credential) => {
      const at = edge();
      const headers = { "CF-Connecting-IP": `10.0.${++counter}.1` };
      const { responses, limited } = await untilLimited(() =>
        at.post("/v1/keys", key, { credential, headers }),
      );
      expect(responses.every(({ status }) => status === 401)).toBe(true);
      await expectLimited(limited);
      expect((await at.post("/v1/keys", key, { headers })).status).toBe(200);
      expect(
        (
          await at.post("/v1/keys", key, {
            headers,
            credential: await at.grant({ sub: newName() }),
          })
        ).status,
      ).toBe(200);
      const elsewhere = { "CF-Connecting-IP": `10.0.${++counter}.1` };
      expect((await at.post("/v1/keys", key, { credential, headers: elsewhere })).status).toBe(401);
    },
    30_000,
  );

  test("is counted for all of an IPv6 network together", async () => {
    const at = edge();
    let host = 0;
    const prefix = `2001:db8:${(++counter).toString(16)}:1`;
    const ask = () =>
      at.post("/v1/keys", key, {
        credential: null,
        headers: { "CF-Connecting-IP": `${prefix}::${++host}` },
      });
    await expectLimited((await untilLimited(ask)).limited);
  }, 30_000);

  test("is not what an expired grant is: its client is told so, however often", async () => {
    const at = edge();
    const credential = await at.grant({ iat: at.host.time - 100, exp: at.host.time - 50 });
    const { responses } = await untilLimited(() => at.post("/v1/keys", key, { credential }));
    expect(responses.every(({ json }) => json.code === "grant_expired")).toBe(true);
  }, 30_000);
});

describe("what is counted together", () => {
  /** The keys under which a deployment counts. */
  class Counted {
    readonly keys: string[] = [];
    readonly edge: Edge;

    constructor(appId = newAppId()) {
      const limit = async ({ key }: { key: string }) => {
        this.keys.push(key);
        return { success: true };
      };
      this.edge = new Edge(appId, {
        RATE_LIMIT_BY_SUBJECT: { limit },
        RATE_LIMIT_BY_SERVICE_KEY: { limit },
        RATE_LIMIT_BY_ADDRESS: { limit },
      });
    }

    /** Asks by grant, by service key, and with no credential. */
    async ask(claims: Claims = {}): Promise<string[]> {
      this.keys.length = 0;
      const headers = { "CF-Connecting-IP": "192.0.2.1" };
      for (const credential of [await this.edge.grant(claims), undefined, null]) {
        const call = { headers, ...(credential !== undefined && { credential }) };
        await this.edge.post("/v1/keys", key, call);
      }
      return [...this.keys];
    }
  }

  test("is one project's: two deployments of one account may share a limit's namespace", async () => {
    const [one, other] = [await new Counted().ask(), await new Counted().ask()];
    expect(new Set([...one, ...other]).size).toBe(6);
    const appId = newAppId();
    const lowerCase = await new Counted(appId).ask();
    expect(await new Counted(appId.toUpperCase()).ask()).toEqual(lowerCase);
  });

  test("is one issuer's and one subject's, however both are spelled", async () => {
    const counted = new Counted();
    const keyOf = async (claims: Claims) => (await counted.ask(claims))[0];
    const keys = [
      await keyOf({ iss: "a", sub: "b" }),
      await keyOf({ iss: "a", sub: "c" }),
      await keyOf({ iss: "ab", sub: "b" }),
      await keyOf({ iss: "a b", sub: "c" }),
      await keyOf({ iss: "a", sub: "b c" }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
    expect(await keyOf({ iss: "a", sub: "b", jti: "another" })).toBe(keys[0]);
  });

  test("is not two grants without a subject: strangers do not use up each other's requests", async () => {
    const counted = new Counted();
    for (let i = 0; i < 2; i++) {
      const request = { channels: ["room-1"], uid: 0, expiresIn: 600 };
      const { grant = "" } = (await counted.edge.post("/v1/grants", request)).json;
      await counted.edge.post("/v1/keys", key, { credential: grant });
    }
    const [, first, , second] = counted.keys;
    expect(first).not.toBe(second);
  });
});

test("a service key is not limited where a user would be", async () => {
  const at = edge();
  const responses = await Promise.all(
    Array.from({ length: 10 * LIMIT }, () => at.post("/v1/keys", key)),
  );
  expect(responses.every(({ status }) => status === 200)).toBe(true);
}, 30_000);

test("a limit that can't be asked limits nothing", async () => {
  const limit = () => Promise.reject(new Error("down"));
  const at = new Edge(newAppId(), {
    RATE_LIMIT_BY_SUBJECT: { limit },
    RATE_LIMIT_BY_SERVICE_KEY: { limit },
    RATE_LIMIT_BY_ADDRESS: { limit },
  });
  expect((await at.post("/v1/keys", key)).status).toBe(200);
  expect((await at.post("/v1/keys", key, { credential: await at.grant() })).status).toBe(200);
  expect((await at.post("/v1/keys", key, { credential: null })).status).toBe(401);
});

test("a binding that is absent limits nothing, and GET /ready says so", async () => {
  const at = new Edge(newAppId(), {});
  const { json, status } = await at.get("/ready");
  expect(status).toBe(200);
  const warnings = (json.warnings as { name: string; message: string }[]).map(
    ({ name, message }) => `${name} ${message}`,
  );
  expect(warnings).toContain("RATE_LIMIT_BY_SUBJECT is not bound: grants are not limited");
  expect(warnings).toContain(
    "RATE_LIMIT_BY_SERVICE_KEY is not bound: service keys are not limited",
  );
  expect(warnings).toContain(
    "RATE_LIMIT_BY_ADDRESS is not bound: failed authentication is not limited",
  );
  expect((await edge().get("/ready")).json.warnings).not.toContainEqual(
    expect.objectContaining({ name: expect.stringMatching(/^RATE/) }),
  );
});

test.for([
  ["192.0.2.1", "192.0.2.1"],
  ["2001:db8:1:2:3:4:5:6", "2001:0db8:0001:0002::/64"],
  ["2001:0DB8:0001:0002::1", "2001:0db8:0001:0002::/64"],
  ["2001:db8::1", "2001:0db8:0000:0000::/64"],
  ["2001:db8:1:2::", "2001:0db8:0001:0002::/64"],
  ["::1", "0000:0000:0000:0000::/64"],
  ["::ffff:192.0.2.1", "0000:0000:0000:0000::/64"],
  ["1:2:3:4:5:6:192.0.2.1", "0001:0002:0003:0004::/64"],
  ["no address at all", "no address at all"],
  [":".repeat(45), "0000:0000:0000:0000::/64"],
  ["a:".repeat(20), "a:".repeat(20)],
])("the network of %s is %s", ([address, network]) => {
  expect(networkOf(address as string)).toEqual(network);
});
