import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import {
  REVOCATION_LIST_MAX_BYTES,
  REVOCATION_PUBLISH_RETRY_SECONDS,
  REVOCATION_REPUBLISH_SECONDS,
} from "../../src/platform/limits.ts";
import { type RevocationSnapshot, snapshotName } from "../../src/revocations/snapshot.ts";
import { randomHex } from "../support/settings.ts";

const until = () => Math.floor(Date.now() / 1000) + 1000;
const now = () => Math.floor(Date.now() / 1000);

function newList() {
  const appId = randomHex(32);
  const name = snapshotName(appId);
  const stub = env.REVOCATION_LIST.get(env.REVOCATION_LIST.idFromName(name));
  return {
    appId,
    stub,
    published: () => env.REVOCATION_SNAPSHOTS.get<RevocationSnapshot>(name, "json"),
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
  expect((await published())?.entries).toHaveLength(1000);
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
  const { version, entries } = await stub.snapshot(appId, before?.version ?? 0);
  expect(version).toBeGreaterThan(before?.version ?? Number.POSITIVE_INFINITY);
  expect(entries).toEqual([]);
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
  expect((await published())?.entries).toHaveLength(1);
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
  expect((await published())?.entries).toHaveLength(1);
  const alarm = await runInDurableObject(stub, (_, state) => state.storage.getAlarm());
  expect((alarm ?? Number.POSITIVE_INFINITY) - Date.now()).toBeLessThanOrEqual(
    REVOCATION_PUBLISH_RETRY_SECONDS * 1000,
  );
  await runDurableObjectAlarm(stub);
  expect((await published())?.entries).toHaveLength(2);
});

test("ended entries are forgotten, and make room in a list that is full", async () => {
  const { appId, stub } = newList();
  const sub = "x".repeat(256);
  await runInDurableObject(stub, (_, state) => {
    state.storage.sql.exec(
      "INSERT INTO revocations (sub, until, bytes) VALUES (?, ?, ?)",
      sub,
      now() + 600,
      REVOCATION_LIST_MAX_BYTES - 10,
    );
  });
  await evictDurableObject(stub);
  expect(await stub.add(appId, { sub, until: until() })).toBeUndefined();
  await runInDurableObject(stub, (_, state) => {
    state.storage.sql.exec("UPDATE revocations SET until = ?", now() - 1);
  });
  expect((await stub.add(appId, { sub, until: until() }))?.entry.sub).toBe(sub);
  expect(await all(stub)).toHaveLength(1);
});

test("a snapshot for an edge that has this version comes without entries", async () => {
  const { appId, stub } = newList();
  const added = await stub.add(appId, { uid: 1, until: until() });
  expect((await stub.snapshot(appId, 0)).entries).toHaveLength(1);
  expect((await stub.snapshot(appId, added?.version ?? 0)).entries).toBeUndefined();
});
