// Ejections in their Durable Object: what they share with the list. Agora is never reached here.

import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { REVOCATION_REPUBLISH_SECONDS } from "../../src/platform/limits.ts";
import { CompactList } from "../../src/revocations/compact-list.ts";
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
