import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  REVOCATION_BROAD_ROOM_BYTES,
  REVOCATION_LIST_MAX_BYTES,
} from "../../src/platform/limits.ts";
import {
  type Bindings,
  Edge,
  fallibleBindings,
  newAppId,
  publish,
  REVOCATION_BINDINGS,
} from "../support/edge.ts";
import { type ResponseBody, wrongFields } from "../support/settings.ts";

let edge: Edge;
let appId: string;
beforeEach(() => {
  appId = newAppId();
  edge = new Edge(appId);
});

// The list's clock as well as the edge's: both are in this isolate.
afterEach(() => vi.useRealTimers());
function travel(seconds: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + seconds * 1000 });
  edge.host.time += seconds;
}

const ANY_UID = { uid: 0 };
const list = async (query = "") =>
  (await edge.get(`/v1/revocations${query}`, { credential: edge.env.SERVICE_KEY as string })).json;
const idsOf = (response: ResponseBody) =>
  (response.revocations as { id: string }[]).map(({ id }) => id);

describe("a revocation stops exactly what it names:", () => {
  const rtc = (channel: string) => ({ type: "rtc", channel });
  const tokenFor = async (claims: object, ...services: readonly object[]) => {
    const all = ["mediaChannel", "rtm", "chat"];
    const credential = await edge.grant({ services: all, ...claims });
    return (await edge.post("/v1/tokens", { services }, { credential })).json.code ?? "";
  };

  test("a uid, whatever its grant", async () => {
    expect((await edge.revoke({ uid: 42 })).status).toBe(201);
    expect(await edge.ask()).toBe("grant_revoked");
    expect(await edge.ask({ sub: "user-8", jti: "grant-2" }, { channel: "team-1" })).toBe(
      "grant_revoked",
    );
    expect(await edge.ask(ANY_UID, { channel: "room-1", uid: 42 })).toBe("grant_revoked");
    expect(await edge.ask(ANY_UID, { channel: "room-1", uid: 43 })).toBe("");
  });

  test("a channel, for everybody", async () => {
    await edge.revoke({ channel: "room-1" });
    expect(await edge.ask()).toBe("grant_revoked");
    expect(await edge.ask(ANY_UID, { channel: "room-1", uid: 43 })).toBe("grant_revoked");
    expect(await edge.ask({}, { channel: "team-1" })).toBe("");
  });

  test("all channels whose names begin alike, each of a token's too; not RTM or chat", async () => {
    expect((await edge.revoke({ channel: "team-*" })).json.channel).toBe("team-*");
    expect(await edge.ask({}, { channel: "team-1" })).toBe("grant_revoked");
    expect(await edge.ask(ANY_UID, { channel: "team-", uid: 43 })).toBe("grant_revoked");
    expect(await edge.ask()).toBe("");
    expect(await tokenFor({}, rtc("team-1"), { type: "rtm" })).toBe("grant_revoked");
    expect(await tokenFor({}, rtc("room-1"), { type: "rtm" })).toBe("");
    expect(await tokenFor({}, { type: "rtm" }, { type: "chat" })).toBe("");
  });

  test("every grant that was issued before a time, and none that is issued from then on", async () => {
    const issuedBefore = edge.host.time;
    expect((await edge.revoke({ issuedBefore })).json).toMatchObject({ issuedBefore });
    expect(await edge.ask({ iat: issuedBefore - 1 })).toBe("grant_revoked");
    expect(await edge.ask({ iat: issuedBefore - 0.5, sub: "user-8" })).toBe("grant_revoked");
    expect(await edge.ask({ iat: issuedBefore })).toBe("");
    expect(await tokenFor({ iat: issuedBefore - 1 }, { type: "rtm" })).toBe("grant_revoked");
    expect((await edge.post("/v1/keys", { channel: "room-1", uid: 42 })).status).toBe(200);
    const issued = await edge.post("/v1/grants", { channels: ["*"], uid: 42, expiresIn: 60 });
    const { grant: credential = "" } = issued.json;
    expect((await edge.post("/v1/keys", { channel: "room-1" }, { credential })).status).toBe(200);
  });

  test("one user's grants of before a time, in one channel", async () => {
    const issuedBefore = edge.host.time;
    await edge.revoke({ uid: 42, channel: "room-1", issuedBefore });
    const before = { iat: issuedBefore - 1 };
    expect(await edge.ask(before)).toBe("grant_revoked");
    expect(await edge.ask()).toBe("");
    expect(await edge.ask({ ...before, uid: 43 })).toBe("");
    expect(await edge.ask(before, { channel: "team-1" })).toBe("");
  });

  test("a uid in a channel", async () => {
    await edge.revoke({ uid: 42, channel: "room-1" });
    expect(await edge.ask()).toBe("grant_revoked");
    expect(await edge.ask({}, { channel: "team-1" })).toBe("");
    expect(await edge.ask(ANY_UID, { channel: "room-1", uid: 43 })).toBe("");
  });

  test("a subject, in all of its grants", async () => {
    await edge.revoke({ sub: "user-7" });
    expect(await edge.ask({ jti: "grant-2", uid: 43 })).toBe("grant_revoked");
    expect(await edge.ask({ sub: "user-8" })).toBe("");
  });

  test("one grant", async () => {
    await edge.revoke({ jti: "grant-1" });
    expect(await edge.ask()).toBe("grant_revoked");
    expect(await edge.ask({ jti: "grant-2" })).toBe("");
  });

  test("an account, which is one user with the uid of its text", async () => {
    expect((await edge.revoke({ account: "alice" })).json).toMatchObject({ account: "alice" });
    const alice = { uid: undefined, account: "alice" };
    expect(await edge.ask(alice)).toBe("grant_revoked");
    expect(await edge.ask({ uid: undefined, account: "Alice" })).toBe("");
    expect(await edge.ask()).toBe("");
    const entries = (await list()).revocations as object[];
    expect(entries).toEqual([{ id: "1", account: "alice", until: expect.any(Number) }]);

    await edge.revoke({ account: "42" });
    expect(await edge.ask()).toBe("grant_revoked");
    const byAccount = { channel: "room-1", account: "42", version: 7 };
    expect(await edge.ask({}, byAccount)).toBe("grant_revoked");
    expect(await edge.ask(ANY_UID, { channel: "room-1", uid: 42 })).toBe("grant_revoked");
    expect(await edge.ask(ANY_UID, { channel: "room-1", uid: 43 })).toBe("");
  });

  test("a uid, whether its key is asked for by uid or by account", async () => {
    await edge.revoke({ uid: 42 });
    const byAccount = { channel: "room-1", account: "42", version: 7 };
    expect(await edge.ask({}, byAccount)).toBe("grant_revoked");
    expect(await edge.ask({ uid: undefined, account: "alice" })).toBe("");
  });

  test("a channel, also in a token of several services; not RTM or chat, which have none", async () => {
    await edge.revoke({ uid: 42, channel: "room-1" });
    expect(await tokenFor({}, rtc("room-1"))).toBe("grant_revoked");
    expect(await tokenFor({}, { type: "rtm" }, rtc("room-1"))).toBe("grant_revoked");
    expect(await tokenFor({}, rtc("team-1"))).toBe("");
    expect(await tokenFor({}, { type: "rtm" }, { type: "chat" })).toBe("");
  });

  test("a user, also at RTM and chat", async () => {
    await edge.revoke({ uid: 42 });
    for (const type of ["rtm", "chat"]) expect(await tokenFor({}, { type })).toBe("grant_revoked");
    await edge.revoke({ account: "alice" });
    const alice = { uid: undefined, account: "alice" };
    expect(await tokenFor(alice, { type: "rtm" })).toBe("grant_revoked");
    expect(await tokenFor({ uid: undefined, account: "bob" }, { type: "rtm" })).toBe("");
  });

  test("and no service key: a business server still gets what it asks for", async () => {
    await edge.revoke({ uid: 42 });
    expect((await edge.post("/v1/keys", { channel: "room-1", uid: 42 })).status).toBe(200);
  });

  test("and no other project's users", async () => {
    await edge.revoke({ uid: 42 });
    expect(await new Edge(newAppId()).ask()).toBe("");
  });
});

test("grants without a subject are nobody else's: by its subject one is revoked, and not the next", async () => {
  const issue = async () =>
    (await edge.post("/v1/grants", { channels: ["room-1"], uid: 0, expiresIn: 600 })).json;
  const [one, next] = [await issue(), await issue()];
  await edge.revoke({ sub: one.subject });
  const codeOf = async ({ grant = "" }: typeof one) =>
    (await edge.post("/v1/keys", { channel: "room-1", uid: 1 }, { credential: grant })).json.code;
  expect(await codeOf(one)).toBe("grant_revoked");
  expect(await codeOf(next)).toBeUndefined();
});

describe("until", () => {
  test("an entry ends by itself", async () => {
    const until = edge.host.time + 600;
    expect((await edge.revoke({ uid: 42, until })).json).toEqual({ id: "1", uid: 42, until });
    travel(599);
    expect(await edge.ask()).toBe("grant_revoked");
    travel(1);
    expect(await edge.ask()).toBe("");
    expect(idsOf(await list())).toEqual([]);
  });

  test("without an end, it lasts as long as the longest grant", async () => {
    expect((await edge.revoke({ uid: 42 })).json.until).toBe(edge.host.time + 86_460);
  });

  test.for([-86_400, 0, 60, 61])("issuedBefore: %i seconds from now", async (seconds) => {
    const response = await edge.revoke({ issuedBefore: edge.host.time + seconds });
    expect(response.status).toBe(seconds <= 60 ? 201 : 400);
    expect(wrongFields(response)).toEqual(seconds <= 60 ? [] : ["issuedBefore"]);
  });

  test.for([-1, 0, 1, 86_460, 86_461])("%i seconds from now", async (seconds) => {
    const response = await edge.revoke({ uid: 42, until: edge.host.time + seconds });
    const isWithin = seconds > 0 && seconds <= 86_460;
    expect(response.status).toBe(isWithin ? 201 : 400);
    expect(wrongFields(response)).toEqual(isWithin ? [] : ["until"]);
  });
});

test.for([
  [{}, [""]],
  [{ until: 1 }, ["", "until"]],
  [{ until: 1, issuedBefore: 4_000_000_000 }, ["until", "issuedBefore"]],
  [{ issuedBefore: "1" }, ["issuedBefore"]],
  [{ channel: "**" }, ["channel"]],
  [{ channel: "a*b" }, ["channel"]],
  [{ channel: `${"x".repeat(65)}*` }, ["channel"]],
  [{ uid: "42" }, ["uid"]],
  [{ uid: 42, account: "alice" }, ["account"]],
  [{ account: "" }, ["account"]],
  [{ account: 42 }, ["account"]],
  [{ uid: -1, channel: "", sub: "", jti: "x".repeat(257) }, ["uid", "channel", "sub", "jti"]],
  [{ sub: "user-\ud83d", jti: "\ude00" }, ["sub", "jti"]],
  [{ sub: "user\n7", jti: "\u0000" }, ["sub", "jti"]],
  [{ uid: 0 }, ["uid"]],
  [{ account: "0" }, ["account"]],
  [{ uid: 42, id: "7" }, ["id"]],
  [[], [""]],
] as const)(
  "a revocation that names nobody, or wrongly, is refused: %j",
  async ([body, fields]) => {
    const response = await edge.revoke(body);
    expect(response.status).toBe(400);
    expect(wrongFields(response)).toEqual(fields);
  },
);

test("a wrong field says what to give instead", async () => {
  const says = async (body: object) => (await edge.revoke(body)).json.errors?.[0]?.message;
  expect(await says({ uid: 0 })).toMatch(/from 1 to .*for any uid by its sub or jti$/);
  expect(await says({ uid: 42, until: edge.host.time * 1000 })).toMatch(/^must be Unix seconds/);
});

describe("the list", () => {
  test("is read page by page, each entry once, oldest first", async () => {
    await Promise.all(Array.from({ length: 250 }, (_, i) => edge.revoke({ uid: i + 1 })));
    const ids: string[] = [];
    const sizes: number[] = [];
    for (let query = ""; ; ) {
      const page = await list(query);
      ids.push(...idsOf(page));
      sizes.push(idsOf(page).length);
      if (page.cursor === undefined) break;
      query = `?cursor=${page.cursor}`;
    }
    expect(sizes).toEqual([100, 100, 50]);
    expect(ids).toEqual(Array.from({ length: 250 }, (_, i) => String(i + 1)));
  }, 60_000);

  test.for(["?cursor=x", "?cursor=-1", "?cursor=1e3", "?cursor=1&cursor=2&x=1", "?limit=5"])(
    "has no such page: %s",
    async (query) => {
      expect((await list(query)).code).toBe("invalid_request");
    },
  );

  test("loses an entry that is ended early, here and at every edge", async () => {
    const other = new Edge(appId);
    const { id } = (await edge.revoke({ uid: 42 })).json;
    expect(await other.ask()).toBe("grant_revoked");
    const response = await edge.call(`/v1/revocations/${id}`, { method: "DELETE" });
    expect([response.status, response.text]).toEqual([204, ""]);
    await publish(appId);
    for (const { host } of [edge, other]) host.time += 26;
    expect(await edge.ask()).toBe("");
    expect(await other.ask()).toBe("");
    expect(idsOf(await list())).toEqual([]);
  });

  test.for(["1", "0", "999999999999999", "abc", "-1", "1e0", "%00", `${"9".repeat(400)}`])(
    "has no entry %s to end: 404",
    async (id) => {
      const response = await edge.call(`/v1/revocations/${id}`, { method: "DELETE" });
      expect([response.status, response.json.code]).toEqual([404, "not_found"]);
    },
  );

  test("ends several at once, those that there are", async () => {
    const ids = [];
    for (const uid of [1, 2, 3, 4]) ids.push((await edge.revoke({ uid })).json.id);
    const end = async (path: string) =>
      (await edge.call(`/v1/revocations/${path}`, { method: "DELETE" })).status;
    expect(await end(`${ids[0]},${ids[2]},777,abc,`)).toBe(204);
    expect(idsOf(await list())).toEqual([ids[1], ids[3]]);
    expect(await end(`${ids[0]},${ids[2]}`)).toBe(404);
    const many = (count: number) => Array.from({ length: count }, (_, i) => i + 1).join();
    expect(await end(many(101))).toBe(400);
    expect(await end(`${",".repeat(5_000)}`)).toBe(400);
    expect(idsOf(await list())).toHaveLength(2);
    expect(await end(many(100))).toBe(204);
    expect(idsOf(await list())).toEqual([]);
  });

  test("ends an entry once", async () => {
    const { id } = (await edge.revoke({ uid: 42 })).json;
    const end = () => edge.call(`/v1/revocations/${id}`, { method: "DELETE" });
    expect((await Promise.all([end(), end(), end()])).map(({ status }) => status).sort()).toEqual([
      204, 404, 404,
    ]);
  });
});

describe("equal entries merge:", () => {
  test("201 with the id of the first, and the later end", async () => {
    const until = edge.host.time + 600;
    const first = await edge.revoke({ uid: 42, channel: "room-1", until });
    const longer = await edge.revoke({ channel: "room-1", uid: 42, until: until + 60 });
    const shorter = await new Edge(appId).revoke({ uid: 42, channel: "room-1", until: until + 1 });
    const merged = { id: first.json.id, uid: 42, channel: "room-1", until: until + 60 };
    for (const { status, json } of [longer, shorter]) expect([status, json]).toEqual([201, merged]);
    expect((await list()).revocations).toEqual([merged]);
  });

  test("and are enforced until the later end, at the edge that knew the earlier one too", async () => {
    const other = new Edge(appId);
    const until = edge.host.time + 600;
    await edge.revoke({ uid: 42, until });
    expect(await other.ask()).toBe("grant_revoked");
    await edge.revoke({ uid: 42, until: until + 600 });
    await publish(appId);
    travel(601);
    other.host.time = edge.host.time;
    expect(await other.ask()).toBe("grant_revoked");
    expect(await edge.ask()).toBe("grant_revoked");
  });
});

describe("a flood of entries", () => {
  const warnings = async () => {
    await publish(appId);
    travel(16);
    const { warnings: all } = (await edge.get("/ready")).json as { warnings: { name: string }[] };
    return all.filter(({ name }) => name === "REVOCATION_LIST");
  };
  /** As long as a name gets: 256 characters, of 3 bytes each but for the digits. */
  const longName = (serial: number) => String(serial).padStart(5, "0").padEnd(256, "\u3042");
  const entryBytes = 2 * (5 + 251 * 3) + '{"sub":"","jti":"","until":1795589769}'.length;

  test("leaves room for an emergency, and GET /ready warns in time", async () => {
    let next = 0;
    const send = async () => {
      const names = Array.from({ length: 20 }, () => longName(next++));
      const responses = await Promise.all(
        names.map((name) => edge.revoke({ sub: name, jti: name })),
      );
      return responses.map(({ status, json }) => (status === 201 ? "" : json.code));
    };
    const share = async (percent: number) => {
      const room = REVOCATION_LIST_MAX_BYTES - REVOCATION_BROAD_ROOM_BYTES;
      while (next < (percent / 100) * (room / entryBytes)) await send();
    };
    await share(78);
    expect(await warnings()).toEqual([]);
    await share(82);
    expect(await warnings()).toHaveLength(1);
    await share(102);
    expect(new Set(await send())).toEqual(new Set(["revocations_full"]));
    expect(await warnings()).toHaveLength(1);
    for (const entry of [{ uid: 42 }, { sub: "user-7" }, { channel: "room-1" }])
      expect((await edge.revoke(entry)).status).toBe(201);
    expect(await edge.ask()).toBe("grant_revoked");
  }, 60_000);
});

describe("is for service keys alone:", () => {
  test.for([
    ["POST", "/v1/revocations", { uid: 42 }],
    ["GET", "/v1/revocations", undefined],
    ["DELETE", "/v1/revocations/1", undefined],
  ] as const)("%s %s", async ([method, path, body]) => {
    const credential = await edge.grant();
    const call = { method, ...(body && { body }) };
    expect((await edge.call(path, { ...call, credential })).json.code).toBe("forbidden");
    expect((await edge.call(path, { ...call, credential: null })).json.code).toBe(
      "unauthenticated",
    );
  });
});

describe("two edges, each with its own memory, over one list:", () => {
  test("a revocation made at one is enforced there at once, and at the other after its next refresh", async () => {
    const other = new Edge(appId);
    expect(await other.ask()).toBe("");
    await edge.revoke({ uid: 42 });
    expect(await edge.ask()).toBe("grant_revoked");
    await publish(appId);
    other.host.time += 15;
    expect(await other.ask()).toBe("");
    expect(await other.ask()).toBe("grant_revoked");
  });

  test("an edge that was idle waits for the news: its first request after a pause is refused already", async () => {
    const other = new Edge(appId);
    expect(await other.ask()).toBe("");
    await edge.revoke({ sub: "user-7" });
    await publish(appId);
    other.host.time += 26;
    expect(await Promise.all([other.ask(), other.ask(), other.ask()])).toEqual(
      Array(3).fill("grant_revoked"),
    );
  });

  test("1,000 made at once at both are all kept, and hold at a third", async () => {
    const edges = [edge, new Edge(appId)];
    const responses = await Promise.all(
      Array.from({ length: 1000 }, (_, uid) => edges[uid % 2]?.revoke({ uid: uid + 1 })),
    );
    expect(responses.filter((response) => response?.status === 201)).toHaveLength(1000);
    const third = new Edge(appId);
    const codes = await Promise.all(
      Array.from({ length: 1001 }, (_, uid) => third.ask({ uid: uid + 1 })),
    );
    expect(codes).toEqual([...Array(1000).fill("grant_revoked"), ""]);
  }, 120_000);
});

describe("where the list can't be read", () => {
  const minutes = (count: number) => count * 60;

  test("grants are served for five minutes, then refused, and served again by itself once it can be read", async () => {
    const link = fallibleBindings();
    edge = new Edge(appId, link.bindings);
    expect(await edge.ask()).toBe("");
    link.isDown = true;
    travel(minutes(5) - 5);
    expect(await edge.ask()).toBe("");
    travel(10);
    const closed = await edge.post(
      "/v1/keys",
      { channel: "room-1" },
      { credential: await edge.grant() },
    );
    expect([closed.status, closed.json.code, closed.headers.get("retry-after")]).toEqual([
      503,
      "revocations_unavailable",
      "5",
    ]);
    expect(closed.json.key).toBeUndefined();
    link.isDown = false;
    travel(5);
    expect(await edge.ask()).toBe("");
  });

  test("a revocation that was made meanwhile is enforced as soon as grants are served again", async () => {
    const link = fallibleBindings();
    edge = new Edge(appId, link.bindings);
    await edge.ask();
    link.isDown = true;
    travel(minutes(6));
    expect(await edge.ask()).toBe("revocations_unavailable");
    const { host } = edge;
    const other = new Edge(appId);
    other.host.time = host.time;
    await other.revoke({ uid: 42 });
    link.isDown = false;
    travel(5);
    expect(await edge.ask()).toBe("grant_revoked");
  });

  test("an edge that starts then serves no grant, and a service key as ever", async () => {
    const link = fallibleBindings();
    link.isDown = true;
    edge = new Edge(appId, link.bindings);
    expect(await edge.ask()).toBe("revocations_unavailable");
    expect((await edge.post("/v1/keys", { channel: "room-1", uid: 42 })).status).toBe(200);
  });

  test("nothing is said to be kept, listed or ended", async () => {
    const link = fallibleBindings();
    link.isDown = true;
    edge = new Edge(appId, link.bindings);
    const responses = [
      await edge.revoke({ uid: 42 }),
      await edge.get("/v1/revocations", { credential: edge.env.SERVICE_KEY as string }),
      await edge.call("/v1/revocations/1", { method: "DELETE" }),
    ];
    for (const { status, json, headers } of responses) {
      expect([status, json.code, headers.get("retry-after")]).toEqual([
        503,
        "revocations_unavailable",
        "5",
      ]);
    }
  });
});

describe("while a deployment is upgraded,", () => {
  const entry = { id: "1", uid: 42, until: 4_000_000_000 };
  /** As the release before has it: JSON in Workers KV, and a list that answers in JSON. */
  function earlier(list: object) {
    const stub = { changes: async () => list };
    const asOf = edge.host.time;
    const stored = { version: 5, asOf };
    const json = JSON.stringify({ ...stored, entries: [entry] });
    return {
      REVOCATION_LIST: { idFromName: () => "", get: () => stub },
      REVOCATION_SNAPSHOTS: {
        getWithMetadata: async () => ({
          value: new Response(json).body,
          metadata: stored,
        }),
      },
    } as never;
  }

  test("an edge that finds only a snapshot of the release before asks the list itself", async () => {
    await edge.revoke({ uid: 42 });
    const { REVOCATION_SNAPSHOTS } = earlier({}) as Required<Bindings>;
    const other = new Edge(appId, { ...REVOCATION_BINDINGS, REVOCATION_SNAPSHOTS });
    expect(await other.ask()).toBe("grant_revoked");
    expect(await other.ask({ uid: 43 })).toBe("");
  });

  test("also where the list is of the release before", async () => {
    const changed = [{ entry, version: 5 }];
    const other = new Edge(appId, earlier({ version: 5, asOf: edge.host.time, changed }));
    expect(await other.ask()).toBe("grant_revoked");
    expect(await other.ask({ uid: 43 })).toBe("");
  });
});

test("a deployment whose REVOCATIONS is off revokes nothing, and serves grants", async () => {
  for (const bindings of [{}, REVOCATION_BINDINGS]) {
    edge = new Edge(appId, bindings);
    edge.env.REVOCATIONS = "off";
    const refusal = await edge.revoke({ uid: 42 });
    expect([refusal.status, refusal.json.code]).toEqual([503, "not_configured"]);
    expect(refusal.json.detail).toContain("REVOCATIONS");
    expect(await edge.ask()).toBe("");
    expect((await edge.get("/ready")).status).toBe(200);
  }
});

describe("an isolate that has no replica yet", () => {
  /** Counts the reads of Workers KV, which find nothing; the list itself is then asked. */
  function counted(): { readonly edge: Edge; readonly reads: () => number } {
    let reads = 0;
    const getWithMetadata = async () => {
      reads++;
      return { value: null, metadata: null };
    };
    const bindings = { ...REVOCATION_BINDINGS, REVOCATION_SNAPSHOTS: { getWithMetadata } };
    return { edge: new Edge(newAppId(), bindings as never), reads: () => reads };
  }

  test("reads the list while it verifies a grant's signature, and not after that", async () => {
    const { edge, reads } = counted();
    // The signature is wrong: whatever comes after its check is never reached.
    const credential = `${(await edge.grant()).slice(0, -4)}AAAA`;
    const { status } = await edge.post("/v1/keys", { channel: "room-1" }, { credential });
    expect([status, reads()]).toEqual([401, 1]);
    await edge.post("/v1/keys", { channel: "room-1" }, { credential });
    expect(reads()).toBe(1);
  });

  test("reads nothing for a service key", async () => {
    const { edge, reads } = counted();
    expect((await edge.post("/v1/keys", { channel: "room-1", uid: 1 })).status).toBe(200);
    expect(reads()).toBe(0);
  });
});
