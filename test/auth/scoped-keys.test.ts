// What a named service key gets, by rules that take nothing from src/: operations, tokens, grants,
// and what comes of its grants. (Keys and batches: generated-matrix.test.ts.)

import * as fc from "fast-check";
import { decodeJwt } from "jose";
import { describe, expect, test } from "vitest";
import { ASSETS } from "../support/assets.ts";
import { NOW, SECRETS, TestDeployment, type TestResponse } from "../support/deployment.ts";
import { Edge, newAppId } from "../support/edge.ts";
import {
  ALL_OPERATIONS,
  type NamedKey,
  newKey,
  type ScopeSays,
  serviceKeys,
} from "../support/service-keys.ts";

const DAY = 86_400;

function within(pattern: string, channel: string): boolean {
  return pattern.endsWith("*") ? channel.startsWith(pattern.slice(0, -1)) : pattern === channel;
}

function deploymentOf(scope: ScopeSays): { deployment: TestDeployment; key: NamedKey } {
  const key = newKey("backend", scope);
  return { deployment: new TestDeployment({ env: { SERVICE_KEYS: serviceKeys(key) } }), key };
}

describe("operations: a key does what its allow names, and nothing else", () => {
  const edge = new Edge(newAppId());
  const ask = { channel: "room-1", uid: 42 };
  const OPERATIONS: Readonly<
    Record<string, readonly [method: string, path: string, body?: object][]>
  > = {
    keys: [["POST", "/v1/keys", ask]],
    batch: [["POST", "/v1/keys/batch", { channel: "room-1", uids: [42] }]],
    tokens: [["POST", "/v1/tokens", { services: [{ type: "rtm", userId: "a" }] }]],
    grants: [["POST", "/v1/grants", { channels: ["room-1"], uid: 42, expiresIn: 60 }]],
    inspect: [["POST", "/v1/keys/inspect", { key: "" }]],
    revocations: [
      ["POST", "/v1/revocations", { uid: 42 }],
      ["GET", "/v1/revocations"],
      ["DELETE", "/v1/revocations/999"],
    ],
  };

  test("the table has every operation, and every route that needs a credential", async () => {
    expect(Object.keys(OPERATIONS)).toEqual(ALL_OPERATIONS);
    const { json } = await new TestDeployment({ bindings: ASSETS }).get("/openapi.json");
    const described = Object.entries(json.paths as Record<string, Record<string, object>>)
      .flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, { security }]: [string, { security?: unknown }]) =>
          security === undefined ? `${method.toUpperCase()} ${path}` : "",
        ),
      )
      .filter((route) => route !== "" && route !== "GET /v1/caller");
    const known = Object.values(OPERATIONS)
      .flat()
      .map(([method, path]) => `${method} ${path.replace("999", "{id}")}`);
    expect(known.sort()).toEqual(described.sort());
  });

  const single = ALL_OPERATIONS.map((name) => [name]);
  const without = ALL_OPERATIONS.map((name) => ALL_OPERATIONS.filter((other) => other !== name));

  test.each([...single, ...without, ALL_OPERATIONS].map((allow) => [allow.join(), allow] as const))(
    "%s",
    async (_name, allow) => {
      const key = newKey("backend", { allow });
      edge.env.SERVICE_KEYS = serviceKeys(key);
      // Another environment is another deployment.
      const at = Object.assign(new Edge(String(edge.env.APP_ID)), { env: { ...edge.env } });
      const credential = key.key;
      for (const [name, requests] of Object.entries(OPERATIONS)) {
        for (const [method, path, body] of requests) {
          const { status, json } = await at.call(path, {
            method,
            credential,
            ...(body && { body }),
          });
          const isAllowed = allow.includes(name);
          expect([path, status === 403]).toEqual([path, !isAllowed]);
          if (!isAllowed) expect(json.code).toBe("forbidden");
          if (isAllowed || method !== "POST") continue;
          // It is refused before its body is read.
          for (const bad of ["{", "x".repeat(700_000)]) {
            expect((await at.post(path, bad, { credential })).json.code).toBe("forbidden");
          }
        }
      }
      const { json } = await at.get("/v1/caller", { credential });
      expect(json.allow).toEqual(allow);
    },
  );
});

const channels = fc.option(
  fc.subarray(["room-1", "team-*", "team-a*", "r", "*"], { minLength: 1, maxLength: 2 }),
  { nil: undefined, freq: 2 },
);
const SERVICES = ["mediaChannel", "recording", "rtm", "chat", "rtm2", "chatApp"];
const scopes: fc.Arbitrary<ScopeSays> = fc.record({
  channels,
  services: fc.option(fc.subarray(SERVICES, { minLength: 1 }), { nil: undefined, freq: 2 }),
  maxExpiresIn: fc.constantFrom(undefined, 60, 7000, 100_000),
  notAfter: fc.constantFrom(undefined, NOW + 30, NOW + 5000, NOW + 10 * DAY),
});

/** Services without a channel, of a key with channels, must be named. */
function mayHave({ channels, services }: ScopeSays, service: string, hasChannel: boolean): boolean {
  if (services) return services.includes(service);
  return hasChannel || channels === undefined;
}

function expectOutcome({ status, json }: TestResponse, refusals: ReadonlySet<string>): boolean {
  if (refusals.size === 0) expect([status, json.code]).toEqual([200, undefined]);
  else expect(refusals).toContain(json.code);
  return status === 200;
}

describe("tokens: by the rules, whatever services are asked for together", () => {
  const service = fc.oneof(
    fc.record({
      type: fc.constant("rtc"),
      channel: fc.constantFrom("room-1", "team-a1", "team-", "elsewhere"),
      uid: fc.constantFrom(0, 42),
      role: fc.constantFrom(undefined, "publisher", "subscriber"),
    }),
    fc.record({ type: fc.constantFrom("rtm", "chat"), userId: fc.constant("alice") }),
    fc.constant({ type: "chat", app: true }),
    fc.constant({
      type: "rtm2",
      userId: "alice",
      permissions: { messageChannels: { read: ["room-2"] } },
    }),
  );
  const services = fc.uniqueArray(service, {
    minLength: 1,
    maxLength: 4,
    selector: ({ type }) => type,
  });

  test("of 3,000 requests for tokens", async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        scopes,
        fc.array(fc.tuple(services, fc.constantFrom(undefined, 1, 59, 61, DAY)), {
          minLength: 10,
          maxLength: 10,
        }),
        async (scope, requests) => {
          const { deployment, key } = deploymentOf(scope);
          for (const [asked, expiresIn] of requests) {
            const refusals = new Set<string>();
            for (const each of asked) {
              const channel = "channel" in each ? each.channel : undefined;
              const isInside = scope.channels?.some((pattern) => within(pattern, channel ?? ""));
              if (channel !== undefined && isInside === false) refusals.add("forbidden_channel");
              const name = "app" in each ? "chatApp" : each.type;
              const isAllowed = mayHave(
                scope,
                name === "rtc" ? "mediaChannel" : name,
                name === "rtc",
              );
              if (!isAllowed) refusals.add("forbidden_service");
            }
            const body = { services: asked, expiresIn };
            const response = await deployment.post("/v1/tokens", body, { credential: key.key });
            const isIssued = expectOutcome(response, refusals);
            seen.add(isIssued ? "ok" : String(response.json.code));
            if (!isIssued) continue;
            const { maxExpiresIn = DAY, notAfter = Number.POSITIVE_INFINITY } = scope;
            const latest = Math.min(NOW + maxExpiresIn, NOW + DAY, notAfter);
            expect(response.json.expiresAt).toBe(Math.min(NOW + (expiresIn ?? 3600), latest));
          }
        },
      ),
      { numRuns: 300 },
    );
    expect([...seen].sort()).toEqual(["forbidden_channel", "forbidden_service", "ok"]);
  }, 60_000);

  test("a bound key has no token where GRANT_KEY_VERSIONS has no 7, and another key has", async () => {
    const bound = newKey("bound", { maxExpiresIn: 60 });
    const free = newKey("free", { services: ["rtm"] });
    const env = { GRANT_KEY_VERSIONS: "4,5", SERVICE_KEYS: serviceKeys(bound, free) };
    const deployment = new TestDeployment({ env });
    const body = { services: [{ type: "rtm", userId: "alice" }] };
    const codes = [bound, free].map(async ({ key: credential }) => {
      return (await deployment.post("/v1/tokens", body, { credential })).json.code;
    });
    expect(await Promise.all(codes)).toEqual(["forbidden", undefined]);
  });
});

describe("grants: within the key's scope, and so are their keys", () => {
  const requests = fc.record({
    channels: fc.subarray(["room-1", "team-*", "team-a*", "team-a1", "ro*", "r", "*"], {
      minLength: 1,
      maxLength: 2,
    }),
    services: fc.option(
      fc.subarray(["mediaChannel", "recording", "rtm", "chat"], { minLength: 1 }),
      { nil: undefined },
    ),
    maxKeyExpiresIn: fc.constantFrom(undefined, 1, 59, 61, 50_000),
    expiresIn: fc.constantFrom(1, 29, 31, 6000, DAY),
  });
  const NAMES = ["room-1", "room-2", "r", "ro", "team-", "team-a", "team-a1", "team-b", "x"];

  test("of 2,000 requests for grants, and requests for keys by each that was made", async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        scopes,
        fc.constantFrom("0", "600", "3600"),
        fc.array(requests, { minLength: 10, maxLength: 10 }),
        async (scope, DEFAULT_EXPIRES_IN, list) => {
          const key = newKey("backend", scope);
          const env = { DEFAULT_EXPIRES_IN, SERVICE_KEYS: serviceKeys(key) };
          const deployment = new TestDeployment({ env });
          const { maxExpiresIn: most = DAY, notAfter = Number.POSITIVE_INFINITY } = scope;
          for (const asked of list) {
            const refusals = new Set<string>();
            // What a pattern of the grant can be used for, the key can be: by the names themselves.
            const isInside = (name: string) =>
              scope.channels?.some((pattern) => within(pattern, name)) ?? true;
            const covered = asked.channels.every((pattern) => {
              const text = pattern.endsWith("*") ? `${pattern.slice(0, -1)}~` : pattern;
              return isInside(text) && (!pattern.endsWith("*") || isInside(`${text}~`));
            });
            if (!covered) refusals.add("forbidden_channel");
            for (const name of asked.services ?? ["mediaChannel"]) {
              const hasChannel = name !== "rtm" && name !== "chat";
              if (!mayHave(scope, name, hasChannel)) refusals.add("forbidden_service");
            }
            const body = { ...asked, uid: 42 };
            const response = await deployment.post("/v1/grants", body, { credential: key.key });
            const isMade = expectOutcome(response, refusals);
            seen.add(isMade ? "ok" : String(response.json.code));
            if (!isMade) continue;
            const claims = decodeJwt(String(response.json.grant));
            const end = Math.min(NOW + asked.expiresIn, notAfter);
            expect([claims.exp, response.json.expiresAt]).toEqual([end, end]);
            if (scope.maxExpiresIn !== undefined)
              expect(claims.maxKeyExpiresIn).toBeLessThanOrEqual(scope.maxExpiresIn);
            else expect(claims.maxKeyExpiresIn).toBe(asked.maxKeyExpiresIn);
            const credential = String(response.json.grant);
            for (const name of NAMES.slice(0, 3)) {
              const ask = { channel: name, version: 7, expiresIn: DAY };
              const { status, json } = await deployment.post("/v1/keys", ask, { credential });
              if (status !== 200) continue;
              seen.add("a key by grant");
              expect(isInside(name) && mayHave(scope, "mediaChannel", true)).toBe(true);
              const standard = Number(DEFAULT_EXPIRES_IN) || DAY;
              const longest = Math.min(asked.maxKeyExpiresIn ?? standard, most);
              expect(json.expiresAt).toBe(Math.min(NOW + longest, end));
            }
          }
        },
      ),
      { numRuns: 200 },
    );
    const outcomes = ["a key by grant", "forbidden_channel", "forbidden_service", "ok"];
    expect([...seen].sort()).toEqual(outcomes);
  }, 60_000);

  test("covers patterns as it covers names: every name of the one is a name of the other", () => {
    const pattern = fc.tuple(
      fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 3 }),
      fc.boolean(),
    );
    const text = ([prefix, isOpen]: [string, boolean]) =>
      isOpen ? `${prefix}*` : `${prefix || "a"}`;
    return fc.assert(
      fc.asyncProperty(pattern, pattern, async (own, asked) => {
        const { deployment, key } = deploymentOf({ channels: [text(own)] });
        const body = { channels: [text(asked)], uid: 42, expiresIn: 60 };
        const { status } = await deployment.post("/v1/grants", body, { credential: key.key });
        const names = ["", "a", "b", "aa", "ab", "ba", "bb"].flatMap((start) =>
          ["", "a", "b", "aa", "ab", "ba", "bb"].map((end) => start + end),
        );
        const isCovered = names
          .filter((name) => within(text(asked), name))
          .every((name) => within(text(own), name));
        expect([text(own), text(asked), status === 200]).toEqual([
          text(own),
          text(asked),
          isCovered,
        ]);
      }),
      { numRuns: 300 },
    );
  });
});

describe("a key for one channel", () => {
  const bound = newKey("bound", { channels: ["room-1"], notAfter: NOW + 600 });
  const env = { SERVICE_KEYS: serviceKeys(bound), EXACT_TIMES: "on" };
  const deployment = new TestDeployment({ env });
  const codeOf = async (path: string, body: object) =>
    (await deployment.post(path, body, { credential: bound.key })).json.code;

  test.each([1, 2, 3, 6])(
    "has none of version %i, of which one can make a key for another channel, or without an end",
    async (version) => {
      const user = version === 1 ? {} : { uid: 42 };
      expect(await codeOf("/v1/keys", { channel: "room-1", version, ...user })).toBe("forbidden");
      const SDKS: Readonly<Record<number, string>> = { 1: "1.0.0", 3: "1.2.5", 6: "4.5.0" };
      const sdkVersion = SDKS[version];
      if (sdkVersion === undefined) return;
      expect(await codeOf("/v1/keys", { channel: "room-1", sdkVersion, ...user })).toBe(
        "forbidden",
      );
    },
  );

  test("says which versions it has", async () => {
    const body = { channel: "room-1", uid: 42, version: 6 };
    const { json } = await deployment.post("/v1/keys", body, { credential: bound.key });
    expect(json.detail).toMatch(/^Here this service key yields keys of version 4, 5, 7 alone/);
  });

  test("has no RTM, RTM 2 or chat, which have no channel, unless its services name them", async () => {
    const others = [
      { type: "rtm", userId: "a" },
      { type: "chat", userId: "a" },
      { type: "chat", app: true },
      { type: "rtm2", userId: "a", permissions: {} },
    ];
    for (const service of others)
      expect(await codeOf("/v1/tokens", { services: [service] })).toBe("forbidden_service");
    const grant = { channels: ["room-1"], services: ["rtm"], uid: 42, expiresIn: 60 };
    expect(await codeOf("/v1/grants", grant)).toBe("forbidden_service");
  });

  test("inspects any key that is pasted, and learns no more of it than it shows", async () => {
    const body = { channel: "room-2", uid: 7, version: 5 };
    const { json } = await deployment.post("/v1/keys", body);
    const ask = { key: json.key, channel: "room-2", uid: 7 };
    const own = await deployment.post("/v1/keys/inspect", ask, { credential: bound.key });
    const { uid, ...all } = (await deployment.post("/v1/keys/inspect", ask)).json;
    expect([uid, all.signature]).toEqual([7, "valid"]);
    const unverifiedReason = "The service key's channels do not include this one.";
    const found = { verdict: "unknown", signature: "unverified", unverifiedReason };
    expect(own.json).toEqual({ ...all, ...found });
    for (const secret of Object.values(SECRETS)) expect(own.text).not.toContain(secret);
  });
});
