import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  REVOCATION_BROAD_ROOM_BYTES,
  REVOCATION_CHANNEL_ROOM_BYTES,
  REVOCATION_EVERYBODY_ROOM_BYTES,
  REVOCATION_LIST_MAX_BYTES,
  REVOCATION_PUBLISH_RETRY_SECONDS,
  REVOCATION_REPUBLISH_SECONDS,
} from "../../src/platform/limits.ts";
import { CompactList } from "../../src/revocations/compact-list.ts";
import type { NewRevocation } from "../../src/revocations/entry.ts";
import { SNAPSHOT_FORMAT, snapshotName } from "../../src/revocations/snapshot.ts";
import { randomHex } from "../support/settings.ts";
import { anAccess, anEntry, isRevokedByRule, NOW } from "./plain-rule.ts";

const until = () => Math.floor(Date.now() / 1000) + 1000;
const now = () => Math.floor(Date.now() / 1000);

function newList() {
  const appId = randomHex(32);
  const name = snapshotName(appId);
  const stub = env.REVOCATION_LIST.get(env.REVOCATION_LIST.idFromName(name));
  return {
    appId,
    stub,
    published: async () => {
      const bytes = await env.REVOCATION_SNAPSHOTS.get(name, "arrayBuffer");
      return bytes && new CompactList(new Uint8Array(bytes));
    },
  };
}

async function all(stub: ReturnType<typeof newList>["stub"]) {
  const entries = [];
  for (let cursor: number | undefined = 0; cursor !== undefined; ) {
    const page: { entries: { id: string; uid?: number }[]; cursor: number | undefined } =
      await stub.page(cursor, now());
    entries.push(...page.entries);
    cursor = page.cursor;
  }
  return entries;
}

test("1,000 revocations at once are all kept, each with an id of its own, and published together", async () => {
  const { appId, stub, published } = newList();
  const added = await Promise.all(
    Array.from({ length: 1000 }, (_, uid) => stub.add(appId, { uid, until: until() })),
  );
  expect(new Set(added.map((one) => one?.entry.id)).size).toBe(1000);
  expect(new Set(added.map((one) => one?.version)).size).toBe(1000);
  expect(new Set((await all(stub)).map(({ uid }) => uid)).size).toBe(1000);
  await runDurableObjectAlarm(stub);
  expect((await published())?.length).toBe(1000);
}, 60_000);

test("what was kept survives the object's eviction, and its version goes on growing", async () => {
  const { appId, stub } = newList();
  const before = await stub.add(appId, { sub: "user-7", until: until() });
  await evictDurableObject(stub);
  expect(await all(stub)).toEqual([before?.entry]);
  const after = await stub.add(appId, { sub: "user-8", until: until() });
  expect(after?.version).toBeGreaterThan(before?.version ?? Number.POSITIVE_INFINITY);
});

test("a list begun anew is newer than what edges have of the lost one", async () => {
  const { appId, stub } = newList();
  const before = await stub.add(appId, { uid: 1, until: until() });
  await runInDurableObject(stub, async (_, state) => {
    await state.storage.deleteAll();
  });
  await evictDurableObject(stub);
  const { version, changed } = await stub.changes(appId, before?.version ?? 0);
  expect(version).toBeGreaterThan(before?.version ?? Number.POSITIVE_INFINITY);
  expect(changed).toEqual([]);
});

test("a publication that fails is tried again in seconds, and one that succeeds is repeated in minutes", async () => {
  const { appId, stub, published } = newList();
  await stub.add(appId, { uid: 42, until: until() });
  const secondsToAlarm = () =>
    runInDurableObject(
      stub,
      async (_, state) => ((await state.storage.getAlarm()) ?? 0) / 1000 - Date.now() / 1000,
    );
  await runInDurableObject(stub, async (list) => {
    const broken = { put: () => Promise.reject(new Error("429")) };
    Object.assign(list, { env: { ...env, REVOCATION_SNAPSHOTS: broken } });
  });
  await runDurableObjectAlarm(stub);
  expect(await published()).toBeNull();
  expect(await secondsToAlarm()).toBeLessThanOrEqual(REVOCATION_PUBLISH_RETRY_SECONDS);
  await runInDurableObject(stub, async (list) => {
    Object.assign(list, { env });
  });
  await runDurableObjectAlarm(stub);
  expect((await published())?.length).toBe(1);
  expect(await secondsToAlarm()).toBeGreaterThan(REVOCATION_REPUBLISH_SECONDS - 20);
});

test("a change during a publication is published next, not with the repetition", async () => {
  const { appId, stub, published } = newList();
  await stub.add(appId, { uid: 1, until: until() });
  await runInDurableObject(stub, async (list) => {
    const slow = {
      put: async (...args: Parameters<KVNamespace["put"]>) => {
        await list.add(appId, { uid: 2, until: until() });
        return env.REVOCATION_SNAPSHOTS.put(...args);
      },
    };
    Object.assign(list, { env: { ...env, REVOCATION_SNAPSHOTS: slow } });
    await list.alarm();
    Object.assign(list, { env });
  });
  expect((await published())?.length).toBe(1);
  const alarm = await runInDurableObject(stub, (_, state) => state.storage.getAlarm());
  expect((alarm ?? Number.POSITIVE_INFINITY) - Date.now()).toBeLessThanOrEqual(
    REVOCATION_PUBLISH_RETRY_SECONDS * 1000,
  );
  await runDurableObjectAlarm(stub);
  expect((await published())?.length).toBe(2);
});

/** Leaves one entry, which counts as this long. */
async function fill({ stub }: ReturnType<typeof newList>, bytes: number): Promise<void> {
  await runInDurableObject(stub, (_, state) => {
    state.storage.sql.exec("DELETE FROM revocations");
    state.storage.sql.exec(
      "INSERT INTO revocations (sub, until, bytes) VALUES ('filling', ?, ?)",
      now() + 600,
      bytes,
    );
  });
  await evictDurableObject(stub);
}

test("ended entries are forgotten, and make room in a list that is full", async () => {
  const list = newList();
  const { appId, stub } = list;
  await stub.add(appId, { uid: 1, until: until() });
  await fill(list, REVOCATION_LIST_MAX_BYTES - 10);
  const entry = { sub: "x".repeat(256), until: until() };
  expect(await stub.add(appId, entry)).toBeUndefined();
  await runInDurableObject(stub, (_, state) => {
    state.storage.sql.exec("UPDATE revocations SET until = ?", now() - 1);
  });
  expect((await stub.add(appId, entry))?.entry.sub).toBe(entry.sub);
  expect(await all(stub)).toHaveLength(1);
});

describe("room is kept for an emergency:", () => {
  const NARROW = [
    { jti: "grant-1" },
    { uid: 42, channel: "room-1" },
    { uid: 42, sub: "user-7" },
    { channel: "room-1", sub: "user-7", jti: "grant-1" },
    { channel: "room-*", uid: 42 },
  ];
  const USER = [{ uid: 42 }, { uid: 0 }, { sub: "user-7" }, { account: "a", issuedBefore: 1 }];
  const CHANNEL = [{ channel: "room-1" }, { channel: "room-*" }, { channel: "a", issuedBefore: 1 }];
  const EVERYBODY = [{ issuedBefore: 1 }];

  test.for([
    ["nothing narrower", REVOCATION_LIST_MAX_BYTES - REVOCATION_BROAD_ROOM_BYTES, NARROW, USER],
    ["no user", REVOCATION_LIST_MAX_BYTES - REVOCATION_CHANNEL_ROOM_BYTES, USER, CHANNEL],
    ["no channel", REVOCATION_LIST_MAX_BYTES - REVOCATION_EVERYBODY_ROOM_BYTES, CHANNEL, EVERYBODY],
    ["nothing at all", REVOCATION_LIST_MAX_BYTES, EVERYBODY, []],
  ] as const)(
    "a list that takes %s any more, at %i bytes",
    async ([, bytes, isRefused, isTaken]) => {
      const list = newList();
      const { appId, stub } = list;
      await stub.add(appId, { uid: 1, until: until() });
      await fill(list, bytes);
      for (const fields of isRefused)
        expect(await stub.add(appId, { ...fields, until: until() })).toBeUndefined();
      for (const fields of isTaken)
        expect((await stub.add(appId, { ...fields, until: until() }))?.entry).toMatchObject(fields);
    },
  );

  test("an entry that is on the list already needs none", async () => {
    const list = newList();
    const { appId, stub } = list;
    await stub.add(appId, { uid: 1, until: until() });
    await fill(list, REVOCATION_LIST_MAX_BYTES);
    const later = until() + 60;
    expect((await stub.add(appId, { sub: "filling", until: later }))?.entry.until).toBe(later);
  });
});

describe("equal entries merge:", () => {
  const fields = { uid: 42, channel: "room-1" };

  test("into the one that is there, which ends when the later of them does", async () => {
    const { appId, stub } = newList();
    const first = await stub.add(appId, { ...fields, until: until() });
    const longer = await stub.add(appId, { ...fields, until: until() + 60 });
    const shorter = await stub.add(appId, { ...fields, until: until() + 30 });
    expect(longer?.entry).toEqual({ ...first?.entry, until: longer?.entry.until });
    expect(longer?.entry.until).toBeGreaterThan(first?.entry.until ?? Number.POSITIVE_INFINITY);
    expect(shorter).toEqual(longer);
    expect(await all(stub)).toEqual([longer?.entry]);
    const { changed } = await stub.changes(appId, first?.version);
    expect(changed).toEqual([longer]);
  });

  test("so that one that is sent again and again fills no list", async () => {
    const { appId, stub } = newList();
    for (let i = 0; i < 100; i++) await stub.add(appId, { ...fields, until: until() + i });
    expect(await all(stub)).toHaveLength(1);
    const { bytes } = await stub.changes(appId);
    expect(bytes).toBeLessThan(100);
  });

  test("and others do not, whatever they share", async () => {
    const { appId, stub } = newList();
    const others = [
      { uid: 42 },
      { channel: "room-1" },
      { ...fields, sub: "user-7" },
      { ...fields, jti: "user-7" },
      { uid: 0, channel: "room-1" },
      { ...fields, channel: "Room-1" },
      { ...fields, channel: "room-1*" },
      { ...fields, issuedBefore: 1 },
      { ...fields, issuedBefore: 2 },
      { account: "42", channel: "room-1" },
      { sub: "42" },
      { sub: "\u00e9" },
      { sub: "e\u0301" },
    ];
    await stub.add(appId, { ...fields, until: until() });
    for (const other of others) await stub.add(appId, { ...other, until: until() });
    expect(await all(stub)).toHaveLength(1 + others.length);
  });

  test("by time and by the start of a name, too", async () => {
    const { appId, stub } = newList();
    for (const entry of [{ issuedBefore: 7 }, { channel: "team-*", issuedBefore: 7 }]) {
      const first = await stub.add(appId, { ...entry, until: until() });
      const longer = await stub.add(appId, { ...entry, until: until() + 60 });
      expect(longer?.entry).toEqual({ id: first?.entry.id, ...entry, until: until() + 60 });
    }
    expect(await all(stub)).toHaveLength(2);
  });

  test("not with one that has ended", async () => {
    const { appId, stub } = newList();
    const ended = await stub.add(appId, { ...fields, until: now() - 1 });
    const next = await stub.add(appId, { ...fields, until: until() });
    expect(next?.entry.id).not.toBe(ended?.entry.id);
  });
});

test("several are ended at once: those that there are, and no others", async () => {
  const { appId, stub, published } = newList();
  for (let uid = 1; uid <= 5; uid++) await stub.add(appId, { uid, until: until() });
  expect(await stub.remove(appId, [2, 4, 4, 99], now())).toBe(2);
  expect((await all(stub)).map(({ uid }) => uid)).toEqual([1, 3, 5]);
  await runDurableObjectAlarm(stub);
  expect((await published())?.length).toBe(3);
  expect((await stub.changes(appId)).bytes).toBe(3 * '{"uid":1,"until":1795589769}'.length);
});

test("what is published, and what edges are told, decides as the plain rule does", async () => {
  const entries = fc.array(anEntry, { minLength: 1, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(entries, fc.array(anAccess, { maxLength: 20 }), async (list, asked) => {
      const { appId, stub, published } = newList();
      // The rule's times are small numbers, and the list's are now.
      const later = now() + 1_000 - NOW;
      for (const { id: _, issuedBefore, until, ...rest } of list) {
        const times = { ...(issuedBefore && { issuedBefore: issuedBefore + later }) };
        await stub.add(appId, { ...rest, ...times, until: until + later });
      }
      await runDurableObjectAlarm(stub);
      const { compact = new Uint8Array() } = await stub.changes(appId, 1, true);
      const { changed } = await stub.changes(appId, 1);
      const lists = [
        (await published()) as CompactList,
        new CompactList(compact),
        CompactList.of(changed.map(({ entry }) => entry)),
      ];
      for (const access of asked) {
        const expected = isRevokedByRule(list, access, NOW);
        const who = { ...access, issuedAt: access.issuedAt + later };
        for (const one of lists) expect(one.isRevoked(who, NOW + later)).toBe(expected);
      }
    }),
    { numRuns: 30 },
  );
}, 60_000);

describe("while edges of two releases run,", () => {
  test("each is told in the form that it asks for", async () => {
    const { appId, stub } = newList();
    const one = await stub.add(appId, { uid: 1, until: until() });
    const two = await stub.add(appId, { uid: 2, until: until() });
    const ofBefore = await stub.changes(appId, one?.version);
    expect([ofBefore.changed, ofBefore.compact]).toEqual([[two], undefined]);
    const ofNow = await stub.changes(appId, one?.version, true);
    const compact = CompactList.of([two?.entry as NewRevocation]).bytes;
    expect([ofNow.changed, ofNow.compact]).toEqual([[], compact]);
  });

  test("the list is published in the new form as soon as an edge asks for it", async () => {
    const { appId, stub, published } = newList();
    await stub.add(appId, { uid: 1, until: until() });
    await runDurableObjectAlarm(stub);
    const secondsToAlarm = () =>
      runInDurableObject(
        stub,
        async (_, state) => ((await state.storage.getAlarm()) ?? 0) / 1000 - now(),
      );
    await stub.changes(appId);
    expect(await secondsToAlarm()).toBeGreaterThan(60);
    // As a list of the release before is: it has published, and set its alarm.
    const name = snapshotName(appId);
    await env.REVOCATION_SNAPSHOTS.put(name, "{}", { metadata: { version: 1, asOf: 1 } });
    await runInDurableObject(stub, (_, { storage }) => {
      storage.sql.exec("DELETE FROM settings WHERE name = 'format'");
    });
    await stub.changes(appId);
    expect(await secondsToAlarm()).toBeLessThanOrEqual(2);
    await runDurableObjectAlarm(stub);
    expect((await published())?.length).toBe(1);
    const { metadata } = await env.REVOCATION_SNAPSHOTS.getWithMetadata(name);
    expect(metadata).toMatchObject({ format: SNAPSHOT_FORMAT });
  });
});

test("a list of an earlier release goes on: its entries are kept, told to edges, and merged with", async () => {
  const { appId, stub, published } = newList();
  const made = await stub.add(appId, { uid: 1, until: until() });
  const version = (made?.version ?? 0) + 1;
  await runInDurableObject(stub, (_, { storage: { sql } }) => {
    sql.exec("DROP TABLE revocations");
    sql.exec(`CREATE TABLE revocations (
      id INTEGER PRIMARY KEY AUTOINCREMENT, uid INTEGER, channel TEXT, sub TEXT, jti TEXT, until INTEGER NOT NULL,
      bytes INTEGER NOT NULL
    )`);
    sql.exec("CREATE INDEX revocations_until ON revocations (until)");
    const insert =
      "INSERT INTO revocations (uid, channel, sub, jti, until, bytes) VALUES (?, ?, ?, ?, ?, ?)";
    sql.exec(insert, 42, "room-1", null, null, until(), 50);
    sql.exec(insert, null, null, "user-7", null, until(), 50);
    sql.exec("UPDATE settings SET value = ? WHERE name = 'version'", String(version));
  });
  await evictDurableObject(stub);
  expect(await all(stub)).toMatchObject([
    { id: "1", uid: 42, channel: "room-1" },
    { id: "2", sub: "user-7" },
  ]);
  expect((await stub.changes(appId, version - 1)).changed).toHaveLength(2);
  expect((await stub.changes(appId, version)).changed).toHaveLength(0);
  const kept = await stub.add(appId, { sub: "user-7", until: until() + 60 });
  expect(kept?.entry.id).toBe("2");
  await evictDurableObject(stub);
  expect((await stub.changes(appId, version)).changed).toHaveLength(1);
  expect(await stub.remove(appId, [1], now())).toBe(1);
  await runDurableObjectAlarm(stub);
  expect((await published())?.bytes).toEqual(
    CompactList.of([{ sub: "user-7", until: kept?.entry.until ?? 0 }]).bytes,
  );
});

test("an edge is told what is newer than the version it has, and no more", async () => {
  const { appId, stub } = newList();
  const one = await stub.add(appId, { uid: 1, until: until() });
  const two = await stub.add(appId, { uid: 2, until: until() });
  const versions = [0, one?.version, two?.version, undefined] as const;
  const told = await Promise.all(versions.map((version) => stub.changes(appId, version)));
  expect(told.map(({ changed }) => changed)).toEqual([[one, two], [two], [], []]);
  for (const { version } of told) expect(version).toBe(two?.version);
});
