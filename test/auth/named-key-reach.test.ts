// What a named service key can't reach: the requests of another server's users, the time after its
// own end, keys that are not its own, and a default that is no longer in force.

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NOW, randomHex, TestDeployment, testHost } from "../support/deployment.ts";
import { Edge, newAppId, nowSeconds } from "../support/edge.ts";
import { type NamedKey, newKey, type ScopeSays, serviceKeys } from "../support/service-keys.ts";

describe("the limit of requests by subject", () => {
  const guest = newKey("guest", { allow: ["grants"], channels: ["demo-1"], maxExpiresIn: 60 });
  const other = newKey("other");
  const counted: string[] = [];
  const RATE_LIMIT_BY_SUBJECT = {
    limit: async ({ key }: { key: string }) => {
      counted.push(key);
      return { success: true };
    },
  };
  const env = { SERVICE_KEYS: serviceKeys(guest, other) };
  const deployment = new TestDeployment({ env, bindings: { RATE_LIMIT_BY_SUBJECT } });

  /** Under which name the clients of this subject are counted. */
  async function countedAs(subject: string, credential: string | undefined): Promise<string> {
    const body = { channels: ["demo-1"], uid: 1, subject, expiresIn: 60 };
    const call = credential === undefined ? {} : { credential };
    const { json } = await deployment.post("/v1/grants", body, call);
    await deployment.post("/v1/keys", { channel: "demo-1" }, { credential: String(json.grant) });
    return String(counted.at(-1));
  }

  test("is each named key's own, whatever subject it names", async () => {
    const makers = [undefined, guest.key, other.key];
    const subjects = fc.oneof(
      fc.constantFrom("user-7", "guest", "other", "user-7 guest", "latchkey", "user-7\u2028guest"),
      fc.string({ minLength: 1, maxLength: 8, unit: fc.constantFrom("a", " ", "\\", "n", "|") }),
    );
    const asked = fc.tuple(fc.constantFrom(...makers), subjects);
    await fc.assert(
      fc.asyncProperty(asked, asked, async (one, another) => {
        const isSame = one[0] === another[0] && one[1] === another[1];
        const names = [await countedAs(one[1], one[0]), await countedAs(another[1], another[0])];
        expect(names[0] === names[1]).toBe(isSame);
      }),
      { numRuns: 200 },
    );
    expect(counted.join()).not.toContain("lk_");
  });

  test("tells no key's name but that of the key that made the grant", async () => {
    expect((await countedAs("user-7", undefined)).split("\n")).toHaveLength(3);
    expect((await countedAs("user-7", guest.key)).split("\n").at(-1)).toBe("guest");
  });

  test("and a revocation by sub ends the grants of every maker", async () => {
    const edge = new Edge(newAppId());
    edge.env.SERVICE_KEYS = serviceKeys(guest);
    const body = { channels: ["demo-1"], uid: 1, subject: "user-7", expiresIn: 60 };
    const made = [edge.post("/v1/grants", body)];
    made.push(edge.post("/v1/grants", body, { credential: guest.key }));
    const grants = (await Promise.all(made)).map(({ json }) => String(json.grant));
    grants.push(await edge.grant({ sub: "user-7", channels: ["demo-1"] }));
    await edge.revoke({ sub: "user-7" });
    for (const credential of grants) {
      const { json } = await edge.post("/v1/keys", { channel: "demo-1" }, { credential });
      expect(json.code).toBe("grant_revoked");
    }
  });
});

describe("what a named key revokes", () => {
  test("ends with the key, and what others revoke does not", async () => {
    const edge = new Edge(newAppId());
    const now = nowSeconds();
    const temporary = newKey("temporary", { allow: ["revocations"], notAfter: now + 60 });
    const lasting = newKey("lasting", { allow: ["revocations"], maxExpiresIn: 60 });
    edge.env.SERVICE_KEYS = serviceKeys(temporary, lasting);
    const untilOf = async (jti: string, credential: string, until?: number) => {
      const body = { jti, ...(until !== undefined && { until }) };
      const { status, json } = await edge.post("/v1/revocations", body, { credential });
      expect(status).toBe(201);
      return Number(json.until) - now;
    };
    expect(await untilOf("a", temporary.key)).toBe(60);
    expect(await untilOf("b", temporary.key, now + 3600)).toBe(60);
    expect(await untilOf("c", temporary.key, now + 59)).toBe(59);
    expect(await untilOf("d", lasting.key)).toBeGreaterThan(86_000);
    // It shortens no revocation that is there.
    expect(await untilOf("d", temporary.key)).toBeGreaterThan(86_000);
    edge.host.time = now + 4000;
    const claims = { iat: now + 3990, exp: now + 8000 };
    expect(await edge.ask({ ...claims, jti: "b" })).toBe("");
    expect(await edge.ask({ ...claims, jti: "d" })).toBe("grant_revoked");
  });
});

describe("inspection by a key with channels or services", () => {
  const SERVICES = ["mediaChannel", "recording", "publicSharing", "inChannelPermission"];
  const CHANNELS = ["demo-1", "demo-14", "board", "b"];
  const APP_ID = randomHex(32);
  /** The same key of two certificates: all that differs is the signature. */
  const certificates = [randomHex(32), randomHex(32)] as const;
  const makers = certificates.map(
    (APP_CERTIFICATE) => new TestDeployment({ env: { APP_ID, APP_CERTIFICATE }, host: testHost() }),
  );

  const keyAsks = fc.record({
    channel: fc.constantFrom(...CHANNELS),
    uid: fc.constantFrom(2, 42),
    version: fc.constantFrom(1, 2, 3, 4, 5, 5, 6, 7),
    service: fc.constantFrom(...SERVICES),
  });
  const tokenService = fc.oneof(
    fc.record({
      type: fc.constant("rtc"),
      channel: fc.constantFrom(...CHANNELS),
      uid: fc.constant(42),
    }),
    fc.record({ type: fc.constantFrom("rtm", "chat"), userId: fc.constant("alice") }),
    fc.constantFrom(
      { type: "chat", app: true },
      { type: "rtm2", userId: "alice", permissions: {} },
    ),
  );
  const tokenAsks = fc.uniqueArray(tokenService, {
    minLength: 1,
    maxLength: 3,
    selector: ({ type }) => type,
  });
  const scopes: fc.Arbitrary<ScopeSays> = fc.record({
    channels: fc.option(
      fc.subarray(["demo-1", "demo-*", "b*", "board"], { minLength: 1, maxLength: 2 }),
      { nil: undefined },
    ),
    services: fc.option(
      fc.subarray([...SERVICES, "rtm", "chat", "rtm2", "chatApp"], { minLength: 1 }),
      { nil: undefined },
    ),
  });

  const isWithin = (patterns: readonly string[] | undefined, name: string) =>
    patterns?.some((pattern) =>
      pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : pattern === name,
    ) ?? true;
  function mayHave({ channels, services }: ScopeSays, service: string, channel?: string): boolean {
    if (services && !services.includes(service)) return false;
    return channel === undefined ? !!services || !channels : isWithin(channels, channel);
  }

  function inspectorOf(key: NamedKey): TestDeployment {
    const [APP_CERTIFICATE] = certificates;
    return new TestDeployment({
      env: { APP_ID, APP_CERTIFICATE, SERVICE_KEYS: serviceKeys(key) },
    });
  }

  async function inspected(scope: ScopeSays, path: string, body: object, asked: object) {
    const own = newKey("own", scope);
    const inspector = inspectorOf(own);
    const results = makers.map(async (maker) => {
      const { status, json } = await maker.post(path, body);
      if (status !== 200) return undefined;
      const ask = { key: json.key ?? json.token, ...asked };
      const call = { credential: own.key };
      return (await inspector.post("/v1/keys/inspect", ask, call)).json;
    });
    const [genuine, forged] = await Promise.all(results);
    return { genuine, forged };
  }

  test("of 500 channel keys and 006 and 007 tokens: outside its scope it can't tell a true one from a forged one", async () => {
    const seen = new Map<string, number>();
    const count = (name: string) => seen.set(name, (seen.get(name) ?? 0) + 1);
    await fc.assert(
      fc.asyncProperty(scopes, keyAsks, fc.boolean(), async (scope, asked, isByUid) => {
        const { uid, ...rest } = asked;
        const body = asked.version === 1 ? rest : asked;
        const user = isByUid && asked.version !== 1 ? { uid } : {};
        const named = { channel: asked.channel, ...user };
        const { genuine, forged } = await inspected(scope, "/v1/keys", body, named);
        if (!genuine || !forged) return;
        const isSafe = !scope.channels || [4, 5, 7].includes(asked.version);
        const isOwn = isSafe && mayHave(scope, asked.service, asked.channel);
        count(`${asked.version} ${isOwn ? genuine.signature : "outside"}`);
        if (isOwn) {
          const canTell = isByUid || ![4, 5, 6].includes(asked.version);
          expect(genuine.signature).toBe(canTell ? "valid" : "unverified");
          expect(forged.signature).not.toBe("valid");
        } else {
          expect(genuine).toEqual(forged);
          expect(genuine.signature).toBe("unverified");
          expect(genuine.verdict).not.toBe("accepted");
          expect(genuine.unverifiedReason).toMatch(/./);
        }
      }),
      { numRuns: 500 },
    );
    for (const version of [4, 5, 7]) {
      expect(seen.get(`${version} valid`)).toBeGreaterThan(1);
      expect(seen.get(`${version} outside`)).toBeGreaterThan(1);
    }
  }, 60_000);

  test("of tokens with several services: each must be within its scope", async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(scopes, tokenAsks, async (scope, services) => {
        const { genuine, forged } = await inspected(scope, "/v1/tokens", { services }, {});
        const isOwn = services.every((service) => {
          if ("channel" in service) return mayHave(scope, "mediaChannel", service.channel);
          return mayHave(scope, "app" in service ? "chatApp" : service.type);
        });
        seen.add(String(genuine?.signature));
        expect(genuine?.signature).toBe(isOwn ? "valid" : "unverified");
        if (!isOwn) expect(genuine).toEqual(forged);
      }),
      { numRuns: 200 },
    );
    expect([...seen].sort()).toEqual(["unverified", "valid"]);
  }, 60_000);

  test("learns of a key's channel by no channel that it names", async () => {
    const own = newKey("own", { allow: ["inspect"], channels: ["demo-*"] });
    const at = inspectorOf(own);
    const { json } = await at.post("/v1/keys", { channel: "board", uid: 7 });
    const states = [undefined, "board", "demo-1"].map(async (channel) => {
      const ask = { key: json.key, uid: 7, ...(channel && { channel }) };
      const { json: found } = await at.post("/v1/keys/inspect", ask, { credential: own.key });
      return [found.signature, found.unverifiedReason];
    });
    expect(await Promise.all(states)).toEqual([
      ["unverified", "A key does not show its channel. Name the channel to verify it."],
      ["unverified", "The service key's channels do not include this one."],
      ["invalid", undefined],
    ]);
  });
});

test("a default that is lowered counts for grants of every maker that named no maxKeyExpiresIn", async () => {
  const bound = newKey("bound", { maxExpiresIn: 7200 });
  const SERVICE_KEYS = serviceKeys(bound, newKey("free"));
  const made = new TestDeployment({ env: { SERVICE_KEYS, DEFAULT_EXPIRES_IN: "3600" } });
  for (const [maxKeyExpiresIn, ends] of [
    [undefined, { 0: 7200, 60: 60, 3600: 3600, 80000: 7200 }],
    [5000, { 0: 5000, 60: 5000, 3600: 5000, 80000: 5000 }],
    [50_000, { 0: 7200, 60: 7200, 3600: 7200, 80000: 7200 }],
  ] as const) {
    const body = { channels: ["a"], uid: 1, expiresIn: 80_000, maxKeyExpiresIn };
    const { json } = await made.post("/v1/grants", body, { credential: bound.key });
    for (const [standard, lasts] of Object.entries(ends)) {
      const later = new TestDeployment({ env: { SERVICE_KEYS, DEFAULT_EXPIRES_IN: standard } });
      for (const expiresIn of [undefined, 80_000]) {
        const ask = { channel: "a", expiresIn };
        const key = (await later.post("/v1/keys", ask, { credential: String(json.grant) })).json;
        expect([standard, Number(key.expiresAt) - NOW]).toEqual([standard, lasts]);
      }
    }
  }
});
