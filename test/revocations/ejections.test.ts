// Ejections in their Durable Object: what they share with the list. Agora is never reached here.

import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { EJECTIONS_WAITING_MAX, REVOCATION_REPUBLISH_SECONDS } from "../../src/platform/limits.ts";
import { CompactList } from "../../src/revocations/compact-list.ts";
import { EJECTION_REASONS } from "../../src/revocations/ejection.ts";
import { snapshotName } from "../../src/revocations/snapshot.ts";
import { randomHex, settings } from "../support/settings.ts";

// The object is in this isolate.
const fetcher = vi.spyOn(globalThis, "fetch");
beforeEach(() => void fetcher.mockReset().mockRejectedValue(new Error("no Agora in this test")));
afterEach(() => void fetcher.mockReset());

const now = () => Math.floor(Date.now() / 1000);

/** A list whose object has credentials, and counts its publications. */
function newList() {
  const appId = randomHex(32);
  const stub = env.REVOCATION_LIST.get(env.REVOCATION_LIST.idFromName(snapshotName(appId)));
  const publications: Uint8Array[] = [];
  const customer = { AGORA_CUSTOMER_ID: randomHex(32), AGORA_CUSTOMER_SECRET: randomHex(32) };
  const prepare = () =>
    runInDurableObject(stub, (list) => {
      const snapshots = {
        put: async (_: string, bytes: Uint8Array) => void publications.push(bytes),
      };
      const own = settings({ ...customer, APP_ID: appId });
      Object.assign(list, { env: { ...env, ...own, REVOCATION_SNAPSHOTS: snapshots } });
    });
  const secondsToAlarm = () =>
    runInDurableObject(
      stub,
      async (_, { storage }) => ((await storage.getAlarm()) ?? 0) / 1000 - Date.now() / 1000,
    );
  return { appId, stub, publications, prepare, secondsToAlarm };
}

test("an alarm for an ejection alone publishes nothing, and the list's own alarm comes in time", async () => {
  const { appId, stub, publications, prepare, secondsToAlarm } = newList();
  await prepare();
  const revocation = { uid: 42, channel: "room-1", until: now() + 3600 };
  await stub.add(appId, revocation, true);
  await runDurableObjectAlarm(stub);
  expect(publications).toEqual([CompactList.of([revocation]).bytes]);
  // It is tried again after 2 s, by the alarm.
  await vi.waitFor(() => expect(fetcher).toHaveBeenCalledTimes(2), { timeout: 6000 });
  expect(publications).toHaveLength(1);
  expect(await secondsToAlarm()).toBeLessThan(REVOCATION_REPUBLISH_SECONDS);
  await stub.add(appId, { uid: 43, until: now() + 3600 });
  await vi.waitFor(() => expect(publications).toHaveLength(2), { timeout: 3000 });
});

test("an ejection survives the object's eviction", async () => {
  const { appId, stub, prepare } = newList();
  await prepare();
  const until = now() + 3600;
  const added = await stub.add(appId, { uid: 42, channel: "room-1", until }, true);
  expect(added?.entry.ejection).toEqual({ state: "pending" });
  await evictDurableObject(stub);
  await prepare();
  const { entries } = await stub.page(0, now());
  expect(entries).toEqual([added?.entry]);
});

test("a list of an earlier release takes ejections", async () => {
  const { appId, stub, prepare } = newList();
  await stub.add(appId, { uid: 1, until: now() + 3600 });
  await runInDurableObject(stub, (_, { storage }) => void storage.sql.exec("DROP TABLE ejections"));
  await evictDurableObject(stub);
  await prepare();
  const until = now() + 3600;
  const added = await stub.add(appId, { uid: 42, channel: "room-1", until }, true);
  expect(added?.entry.ejection?.state).toBe("pending");
  expect((await stub.page(0, now())).entries).toHaveLength(2);
});

test("an ejection is forgotten with its revocation, without credentials too", async () => {
  const { appId, stub } = newList();
  await stub.add(appId, { uid: 42, channel: "room-1", until: now() + 1 }, true);
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  await runDurableObjectAlarm(stub);
  const left = await runInDurableObject(stub, (_, { storage }) =>
    storage.sql.exec("SELECT * FROM ejections").toArray(),
  );
  expect(left).toEqual([]);
});

/** Agora takes every request of this project. Returns what it is asked, as it comes. */
function takeAll(appId: string): { method: string | undefined; uid?: number; id?: number }[] {
  const asked: { method: string | undefined; uid?: number; id?: number }[] = [];
  fetcher.mockImplementation(async (input, init) => {
    const { appid, uid, id } = JSON.parse(String(init?.body ?? "{}"));
    // The objects of other tests may still be at work.
    if (appid !== appId && !String(input).includes(appId)) throw new Error("not of this test");
    asked.push({ method: init?.method, ...(uid && { uid }), ...(id && { id }) });
    return Response.json({ status: "success", id: 100 + asked.length, rules: [] });
  });
  return asked;
}

test("asked for again comes first, then what was never tried, then what has failed", async () => {
  const { appId, stub, prepare } = newList();
  await prepare();
  const asked = takeAll(appId);
  const until = now() + 3600;
  for (const uid of [1, 2, 3, 4, 3]) await stub.add(appId, { uid, channel: "room-1", until }, true);
  await runInDurableObject(stub, (_, { storage }) => {
    storage.sql.exec("UPDATE ejections SET turn = 2 WHERE uid = 1");
  });
  await runDurableObjectAlarm(stub);
  await vi.waitFor(() => expect(asked).toHaveLength(4), { timeout: 6000 });
  expect(asked.map(({ uid }) => uid)).toEqual([3, 2, 4, 1]);
});

test("where too many wait, an ejection is failed, its revocation stands, and again it is pending", async () => {
  const { appId, stub, prepare } = newList();
  await prepare();
  const until = now() + 3600;
  await stub.add(appId, { uid: 1, channel: "room-1", until }, true);
  await runInDurableObject(stub, (_, { storage }) => {
    storage.sql.exec(
      `WITH RECURSIVE more(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM more WHERE n < ?)
        INSERT INTO ejections SELECT 'room-' || n, uid, revocation, ends, due, state, turn
          FROM ejections, more WHERE channel = 'room-1'`,
      EJECTIONS_WAITING_MAX,
    );
  });
  const add = () => stub.add(appId, { uid: 2, channel: "room-1", until }, true);
  const first = await add();
  expect(first?.entry.ejection).toEqual({ state: "failed", reason: EJECTION_REASONS.crowded });
  expect((await stub.page(0, now())).entries).toHaveLength(2);
  const again = await add();
  expect(again?.entry).toEqual({ ...first?.entry, ejection: { state: "pending" } });
});

test("an ejection whose revocation has gone ends when the object starts, and its rule with it", async () => {
  const { appId, stub, prepare } = newList();
  await prepare();
  const until = now() + 3600;
  const ids = [41, 42].map((uid) => ({ uid, rule: 1000 + uid }));
  for (const { uid } of ids) await stub.add(appId, { uid, channel: "room-1", until }, true);
  await runInDurableObject(stub, (_, { storage }) => {
    for (const { uid, rule } of ids) {
      const [row] = storage.sql
        .exec<{ state: string }>("SELECT state FROM ejections WHERE uid = ?", uid)
        .toArray();
      const rules = [{ id: rule, endsAt: until }];
      const state = { ...JSON.parse(String(row?.state)), rules, allEndedAt: until };
      storage.sql.exec(
        "UPDATE ejections SET state = ?, due = ? WHERE uid = ?",
        ...[JSON.stringify(state), until, uid],
      );
    }
    storage.sql.exec("DELETE FROM revocations WHERE uid = 41");
  });
  await evictDurableObject(stub);
  const asked = takeAll(appId);
  await prepare();
  await runDurableObjectAlarm(stub);
  await vi.waitFor(() => expect(asked).toEqual([{ method: "DELETE", id: 1041 }]));
  const { entries } = await stub.page(0, now());
  expect(entries.map(({ uid, ejection }) => [uid, ejection?.state])).toEqual([[42, "done"]]);
});

test("ejections of a list without turns are kept, and carried out", async () => {
  const { appId, stub, prepare } = newList();
  await prepare();
  await stub.add(appId, { uid: 42, channel: "room-1", until: now() + 3600 }, true);
  await runInDurableObject(stub, (_, { storage }) => {
    storage.sql.exec("DROP INDEX ejections_turn; ALTER TABLE ejections DROP COLUMN turn");
  });
  await evictDurableObject(stub);
  const asked = takeAll(appId);
  await prepare();
  await runDurableObjectAlarm(stub);
  await vi.waitFor(() => expect(asked).toEqual([{ method: "POST", uid: 42 }]));
});
