// What the log says of each request, and of which requests it says nothing.

import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { type AuditLine, loggedDeployment } from "../support/audit-log.ts";
import { NOW, SECRETS, type TestResponse } from "../support/deployment.ts";
import { signGrant } from "../support/grants.ts";

/** For tests of many requests, on a machine with other work. */
const BUSY = { timeout: 60_000 };
const SERVICE_KEY_CALLER = { kind: "serviceKey", id: "SERVICE_KEY" };

describe("what a service key gives is written:", () => {
  const rows: readonly [name: string, path: string, body: object, line: object][] = [
    [
      "a channel key",
      "/v1/keys",
      { channel: "room-1", uid: 42 },
      {
        operation: "issueKey",
        channel: "room-1",
        uid: 42,
        version: 5,
        service: "mediaChannel",
        expiresAt: NOW + 3600,
      },
    ],
    [
      "a channel key that never ends",
      "/v1/keys",
      { channel: "room-1", uid: 0, expiresIn: 0 },
      {
        operation: "issueKey",
        channel: "room-1",
        uid: 0,
        version: 5,
        service: "mediaChannel",
        expiresAt: null,
      },
    ],
    [
      "an access token for a channel",
      "/v1/keys",
      { channel: "room-1", account: "alice", version: 7, role: "subscriber", expiresIn: 60 },
      {
        operation: "issueKey",
        channel: "room-1",
        account: "alice",
        version: 7,
        service: "mediaChannel",
        role: "subscriber",
        expiresAt: NOW + 60,
      },
    ],
    [
      "a batch, by its count and the hash of its uids",
      "/v1/keys/batch",
      { channel: "room-1", uids: [1, 70_000, 4_294_967_295] },
      {
        operation: "issueKeys",
        channel: "room-1",
        version: 5,
        service: "mediaChannel",
        expiresAt: NOW + 3600,
        count: 3,
        sha256: sha256(Buffer.from("0100000070110100ffffffff", "hex")),
      },
    ],
    [
      "a batch of accounts",
      "/v1/keys/batch",
      { channel: "room-1", accounts: ["alice", "bob"], version: 7 },
      {
        operation: "issueKeys",
        channel: "room-1",
        version: 7,
        service: "mediaChannel",
        role: "publisher",
        expiresAt: NOW + 3600,
        count: 2,
        sha256: sha256("alice\nbob"),
      },
    ],
    [
      "a token for several services",
      "/v1/tokens",
      {
        services: [
          { type: "rtc", channel: "room-1", uid: 42, role: "subscriber" },
          { type: "rtm", userId: "alice" },
          { type: "chat", app: true },
        ],
      },
      {
        operation: "issueToken",
        services: [
          { type: "rtc", channel: "room-1", uid: 42, role: "subscriber" },
          { type: "rtm", userId: "alice" },
          { type: "chat" },
        ],
        version: 7,
        expiresAt: NOW + 3600,
      },
    ],
    [
      "a grant",
      "/v1/grants",
      {
        channels: ["room-1", "team-*"],
        uid: 42,
        services: ["mediaChannel", "rtm"],
        role: "subscriber",
        maxKeyExpiresIn: 600,
        expiresIn: 7200,
        subject: "user-7",
      },
      {
        operation: "issueGrant",
        jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
        subject: "user-7",
        channels: ["room-1", "team-*"],
        uid: 42,
        services: ["mediaChannel", "rtm"],
        role: "subscriber",
        maxKeyExpiresIn: 600,
        expiresAt: NOW + 7200,
      },
    ],
    [
      "a revocation",
      "/v1/revocations",
      { uid: 42, channel: "room-1", until: NOW + 60 },
      {
        operation: "revoke",
        revocation: { id: "1", uid: 42, channel: "room-1", until: NOW + 60 },
      },
    ],
  ];

  test.each(rows)("%s", async (_, path, body, line) => {
    const { deployment, lines } = loggedDeployment();
    const response = await deployment.post(path, body);
    expect(lines()).toEqual([
      {
        type: "audit",
        time: NOW,
        requestId: response.headers.get("request-id"),
        outcome: "ok",
        caller: SERVICE_KEY_CALLER,
        ...line,
      },
    ]);
  });

  test("the end of a revocation, and the previous service key by its own name", async () => {
    const { deployment, lines } = loggedDeployment();
    await deployment.post("/v1/revocations", { uid: 42 });
    lines();
    const credential = SECRETS.SERVICE_KEY_PREVIOUS;
    await deployment.call("/v1/revocations/1", { method: "DELETE", credential });
    expect(lines()).toMatchObject([
      {
        operation: "endRevocation",
        outcome: "ok",
        caller: { kind: "serviceKey", id: "SERVICE_KEY_PREVIOUS" },
        revocation: { id: "1" },
      },
    ]);
  });

  test("the end of several revocations at once, and what they were for", async () => {
    const { deployment, lines } = loggedDeployment();
    await deployment.post("/v1/revocations", { issuedBefore: NOW });
    await deployment.post("/v1/revocations", { channel: "team-*", jti: "grant-1" });
    await deployment.call("/v1/revocations/1,2", { method: "DELETE" });
    expect(lines().map(({ operation, revocation }) => [operation, revocation])).toMatchObject([
      ["revoke", { id: "1", issuedBefore: NOW }],
      ["revoke", { id: "2", channel: "team-*", jti: "grant-1" }],
      ["endRevocation", { id: "1,2" }],
    ]);
  });

  test("but no inspection, no list, no question who it is, and no status", async () => {
    const { deployment, lines } = loggedDeployment();
    const responses = [
      await deployment.post("/v1/keys/inspect", { key: "005" }),
      await deployment.call("/v1/revocations", { method: "GET" }),
      await deployment.call("/v1/caller", { method: "GET" }),
      await deployment.get("/health"),
      await deployment.get("/ready"),
      await deployment.get("/nothing"),
    ];
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 404]);
    expect(lines()).toEqual([]);
  });
});

function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

describe("the log tells what each service key gave", () => {
  const name = fc.string({
    unit: fc.constantFrom(..."abcXYZ019 !#$%&()+-:;<=.>?@[]^_{}|~,"),
    minLength: 1,
    maxLength: 64,
  });
  const uid = fc.integer({ min: 1, max: 4_294_967_295 });
  const subject = fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }).filter(isIdentifier);
  const expiresIn = fc.integer({ min: 1, max: 86_400 });
  const credential = fc.constantFrom(SECRETS.SERVICE_KEY, SECRETS.SERVICE_KEY_PREVIOUS);
  const ask = fc.oneof(
    fc.record({
      path: fc.constant("/v1/keys"),
      credential,
      body: fc.record({
        channel: name,
        uid,
        version: fc.constantFrom(2, 3, 4, 5, 6, 7),
        expiresIn,
      }),
    }),
    fc.record({
      path: fc.constant("/v1/tokens"),
      credential,
      body: fc.record({
        services: fc.tuple(
          fc.record({ type: fc.constant("rtc"), channel: name, account: name }),
          fc.record({ type: fc.constant("rtm"), userId: fc.constantFrom("alice", "bob") }),
        ),
        expiresIn,
      }),
    }),
    fc.record({
      path: fc.constant("/v1/grants"),
      credential,
      body: fc.record({
        channels: fc.array(name, { minLength: 1, maxLength: 5 }),
        uid,
        subject,
        expiresIn,
      }),
    }),
    fc.record({
      path: fc.constant("/v1/keys/batch"),
      credential,
      body: fc.record({
        channel: name,
        uids: fc.array(uid, { minLength: 1, maxLength: 20 }),
        expiresIn,
      }),
    }),
  );

  function isIdentifier(text: string): boolean {
    // A body with U+FFFD itself is refused (http/body.ts).
    return text.isWellFormed() && !/[\p{Cc}\ufffd]/u.test(text);
  }

  /** Beside the keys themselves, all that a response says of what was given. */
  function given(response: TestResponse, credential: string, body: Record<string, unknown>) {
    const { json } = response;
    const services = json.services as readonly Record<string, unknown>[] | undefined;
    return {
      requestId: response.headers.get("request-id"),
      caller: credential === SECRETS.SERVICE_KEY ? "SERVICE_KEY" : "SERVICE_KEY_PREVIOUS",
      channel: json.channel,
      uid: json.keys ? undefined : (json.uid ?? body.uid),
      version: json.version,
      expiresAt: json.expiresAt,
      jti: json.jti,
      subject: json.subject,
      channels: body.channels,
      users: services?.map(({ type, channel, account, userId }) => ({
        type,
        channel,
        account,
        userId,
      })),
      count: json.keys?.length,
      sha256:
        json.keys &&
        sha256(new Uint8Array(Uint32Array.from(json.keys, ({ uid }) => uid as number).buffer)),
    };
  }

  function told(line: AuditLine) {
    const { requestId, caller, channel, uid, version, expiresAt, jti, subject, channels } = line;
    const services = line.services as readonly Record<string, unknown>[] | undefined;
    return {
      ...{ requestId, caller: caller.id, channel, uid, version, expiresAt, jti, subject, channels },
      users: services?.map(({ type, channel, account, userId }) => ({
        type,
        channel,
        account,
        userId,
      })),
      count: line.count,
      sha256: line.sha256,
    };
  }

  test("grants, tokens, keys and batches, whatever the names", BUSY, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(ask, { minLength: 1, maxLength: 8 }), async (asks) => {
        const { deployment, lines } = loggedDeployment();
        const all = [];
        for (const { path, credential, body } of asks) {
          const response = await deployment.post(path, body, { credential });
          expect(response.status).toBe(200);
          all.push(given(response, credential, body));
        }
        expect(lines().map(told)).toEqual(all);
      }),
      { numRuns: 60 },
    );
  });
});

describe("a refusal of a valid credential is written, with what was asked:", () => {
  const asGrant = { kind: "grant", id: "grant-1", subject: "user-7" };
  const byGrant: readonly [code: string, path: string, body: object, facts: object, object?][] = [
    ["forbidden_channel", "/v1/keys", { channel: "room-2" }, { channel: "room-2" }],
    ["forbidden_uid", "/v1/keys", { channel: "room-1", uid: 43 }, { channel: "room-1", uid: 43 }],
    [
      "forbidden_service",
      "/v1/keys",
      { channel: "room-1", service: "recording" },
      { channel: "room-1" },
    ],
    [
      "forbidden_role",
      "/v1/keys",
      { channel: "room-1", version: 5 },
      { channel: "room-1", version: 5 },
      { role: "subscriber" },
    ],
    ["forbidden", "/v1/keys/batch", { channel: "room-1", uids: [1] }, {}],
    [
      "forbidden_service",
      "/v1/tokens",
      { services: [{ type: "rtc", channel: "room-1" }, { type: "rtm" }] },
      { services: [{ type: "rtc", channel: "room-1" }, { type: "rtm" }], version: 7 },
    ],
    ["invalid_request", "/v1/keys", { channel: "room\n1" }, {}],
  ];

  test.each(byGrant)("by grant, %s at %s %j", async (code, path, body, facts, claims = {}) => {
    const { deployment, lines } = loggedDeployment({ REVOCATIONS: "off" }, {});
    const credential = await signGrant(claims as Readonly<Record<string, unknown>>);
    const response = await deployment.post(path, body, { credential });
    expect(response.json.code).toBe(code);
    expect(lines()).toEqual([
      {
        type: "audit",
        time: NOW,
        requestId: response.headers.get("request-id"),
        operation: expect.any(String),
        outcome: code,
        caller: asGrant,
        ...facts,
      },
    ]);
  });

  test("by service key: a wrong field, a wrong body, an id of nothing", async () => {
    const { deployment, lines } = loggedDeployment();
    await deployment.post("/v1/keys", { channel: "room-1" });
    await deployment.post("/v1/keys", "{");
    await deployment.call("/v1/revocations/7", { method: "DELETE" });
    await deployment.call("/v1/revocations/abc", { method: "DELETE" });
    const written = lines();
    expect(written.map(({ outcome }) => outcome)).toEqual([
      "invalid_request",
      "invalid_request",
      "not_found",
      "not_found",
    ]);
    expect(written.map(({ revocation }) => revocation)).toEqual([
      undefined,
      undefined,
      { id: "7" },
      undefined,
    ]);
  });

  test("an internal failure, beside the line about the defect, both with the request's id", async () => {
    const { deployment, host, lines } = loggedDeployment();
    host.randomInts = () => {
      throw new Error("entropy is out");
    };
    const defects: string[] = [];
    const log = vi.spyOn(console, "error").mockImplementation((line) => defects.push(line));
    const response = await deployment.post("/v1/keys", { channel: "room-1", uid: 42 });
    log.mockRestore();
    const requestId = response.headers.get("request-id");
    expect(response.json.code).toBe("internal");
    expect(lines()).toMatchObject([{ outcome: "internal", requestId, channel: "room-1" }]);
    expect(defects.map((line) => JSON.parse(line))).toMatchObject([{ type: "defect", requestId }]);
  });
});

describe("nothing is written", () => {
  test("of 10,000 requests without a valid credential", BUSY, async () => {
    const { deployment, lines } = loggedDeployment();
    const expired = await signGrant({ iat: NOW - 100, exp: NOW - 50 });
    const early = await signGrant({ iat: NOW + 100, exp: NOW + 200 });
    const credentials = [null, "x".repeat(40), "a.b.c", expired, early, `${expired}x`];
    for (let i = 0; i < 10_000; i++) {
      const credential = credentials[i % credentials.length] ?? null;
      const response = await deployment.post("/v1/keys", { channel: "room-1" }, { credential });
      if (response.status !== 401) throw new Error(`${response.status}: ${response.text}`);
    }
    expect(lines()).toEqual([]);
  });

  test("of keys and tokens by grant", async () => {
    const { deployment, lines } = loggedDeployment({ REVOCATIONS: "off" }, {});
    const credential = await signGrant();
    for (let i = 0; i < 100; i++) {
      const body =
        i % 2 ? { channel: "room-1" } : { services: [{ type: "rtc", channel: "room-1" }] };
      const path = i % 2 ? "/v1/keys" : "/v1/tokens";
      expect((await deployment.post(path, body, { credential })).status).toBe(200);
    }
    await deployment.call("/v1/caller", { method: "GET", credential });
    expect(lines()).toEqual([]);
  });

  test("of requests beyond a limit, but for a caller's first in each period", async () => {
    const limit = { limit: async () => ({ success: false }) };
    const { deployment, host, lines } = loggedDeployment(
      { REVOCATIONS: "off" },
      { RATE_LIMIT_BY_SUBJECT: limit, RATE_LIMIT_BY_SERVICE_KEY: limit },
    );
    const [one, other] = [await signGrant(), await signGrant({ jti: "grant-2" })];
    const ask = async (credential: string) => {
      const response = await deployment.post("/v1/keys", { channel: "room-1" }, { credential });
      expect(response.status).toBe(429);
    };
    for (let i = 0; i < 50; i++) await ask(i % 2 ? one : other);
    for (let i = 0; i < 50; i++) await ask(SECRETS.SERVICE_KEY);
    const ids = () => lines().map(({ caller }) => caller.id);
    expect(ids()).toEqual(["grant-2", "grant-1", "SERVICE_KEY"]);
    host.time += 10;
    await ask(one);
    await ask(one);
    expect(ids()).toEqual(["grant-1"]);
  });

  test("of more than 1,000 callers beyond a limit in one period", BUSY, async () => {
    const limit = { limit: async () => ({ success: false }) };
    const { deployment, lines } = loggedDeployment(
      { REVOCATIONS: "off" },
      { RATE_LIMIT_BY_SUBJECT: limit },
    );
    for (let i = 0; i < 1_100; i++) {
      const credential = await signGrant({ jti: `grant-${i}` });
      await deployment.post("/v1/keys", { channel: "room-1" }, { credential });
    }
    expect(lines().length).toBe(1_000);
  });
});
