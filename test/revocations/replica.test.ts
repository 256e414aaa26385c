import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  REVOCATION_MAX_AGE_SECONDS,
  REVOCATION_MAX_PAUSE_SECONDS,
  REVOCATION_PUBLISH_DELAY_SECONDS,
  REVOCATION_PUBLISH_RETRY_SECONDS,
  REVOCATION_REFRESH_SECONDS,
  REVOCATION_REPUBLISH_SECONDS,
  REVOCATION_RETRY_SECONDS,
  REVOCATION_SNAPSHOT_CACHE_SECONDS,
} from "../../src/platform/limits.ts";
import { type FetchSnapshot, RevocationReplica } from "../../src/revocations/replica.ts";
import type { SnapshotUpdate } from "../../src/revocations/snapshot.ts";

const T = 1_000_000;
const access = { uid: 42, channel: "room-1", sub: "user-7", jti: "grant-1" };
const entry = { id: "1", uid: 42, until: T + 80_000 };
const empty = (asOf: number, version = 1): SnapshotUpdate => ({ version, asOf, entries: [] });
const nothing = () => undefined;

/** A copy whose fetches are counted and answered by `answer`, which a test may change. */
function watched(answer: FetchSnapshot) {
  const store = { answer, fetches: 0 };
  const replica = new RevocationReplica((knownVersion, now) => {
    store.fetches++;
    return store.answer(knownVersion, now);
  });
  const work: Promise<unknown>[] = [];
  return {
    store,
    replica,
    settled: () => Promise.all(work),
    ask: (now: number) => replica.isRevoked(access, now, (promise) => work.push(promise)),
  };
}

test("a revocation is enforced within 60 s at every edge, whenever its requests come and however stale Workers KV may be", async () => {
  const SECOND = 1000;
  const gaps = fc.array(fc.oneof(fc.nat({ max: 3 * SECOND }), fc.nat({ max: 90 * SECOND })), {
    minLength: 1,
    maxLength: 60,
  });
  await fc.assert(
    fc.asyncProperty(
      gaps,
      fc.nat({ max: 300 * SECOND }),
      fc.nat({ max: 120 * SECOND }),
      async (pauses, revokedAfter, phase) => {
        const start = T * SECOND;
        const revokedAt = start + revokedAfter;
        const publishedAt =
          revokedAt +
          (REVOCATION_PUBLISH_DELAY_SECONDS + REVOCATION_PUBLISH_RETRY_SECONDS) * SECOND;
        let ms = start;
        let cached: { readonly at: number; readonly snapshot: SnapshotUpdate } | undefined;
        // What Workers KV answers at worst: for 30 s whatever it has once answered here, and else
        // what was last published.
        const { ask, settled } = watched(async () => {
          if (!cached || ms - cached.at >= REVOCATION_SNAPSHOT_CACHE_SECONDS * SECOND) {
            const isOut = ms >= publishedAt;
            const period = REVOCATION_REPUBLISH_SECONDS * SECOND;
            const asOf = Math.floor((ms - ((ms + phase) % period)) / SECOND);
            cached = {
              at: ms,
              snapshot: isOut
                ? {
                    version: 2,
                    asOf: Math.max(asOf, Math.floor(publishedAt / SECOND)),
                    entries: [entry],
                  }
                : empty(asOf),
            };
          }
          return cached.snapshot;
        });
        for (const pause of pauses) {
          ms += pause;
          const isRevoked = await ask(Math.floor(ms / SECOND));
          await settled();
          if (ms >= revokedAt + 60 * SECOND) expect(isRevoked).toBe(true);
          if (ms < revokedAt) expect(isRevoked).toBe(false);
        }
      },
    ),
    { numRuns: 3000 },
  );
});

describe("a fresh replica", () => {
  test("is asked with no wait and no fetch, and refreshed behind a request later", async () => {
    const { ask, store } = watched(async (_, now) => empty(now));
    await ask(T);
    store.answer = () => new Promise(() => undefined);
    for (let later = 1; later <= REVOCATION_MAX_PAUSE_SECONDS; later++)
      expect(await ask(T + later)).toBe(false);
    expect(store.fetches).toBe(
      1 +
        Math.ceil(
          (REVOCATION_MAX_PAUSE_SECONDS + 1 - REVOCATION_REFRESH_SECONDS) /
            REVOCATION_RETRY_SECONDS,
        ),
    );
  });
});

describe("after a pause, or at the start", () => {
  test("all requests wait for one fetch: none is served from what is old", async () => {
    const { ask, store } = watched(async (_, now) => empty(now));
    await Promise.all([ask(T), ask(T), ask(T)]);
    expect(store.fetches).toBe(1);
    store.answer = async (_, now) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return { version: 2, asOf: now, entries: [entry] };
    };
    const later = T + REVOCATION_MAX_PAUSE_SECONDS + 1;
    expect(await Promise.all([ask(later), ask(later), ask(later + 1)])).toEqual([true, true, true]);
    expect(store.fetches).toBe(2);
  });

  test("a fetch that never ends, as one of a request that was aborted, holds nobody for longer than a fetch may take", async () => {
    const { ask, store } = watched(() => new Promise(() => undefined));
    await expect(ask(T)).rejects.toMatchObject({ code: "revocations_unavailable" });
    store.answer = async (_, now) => empty(now);
    expect(await ask(T + REVOCATION_RETRY_SECONDS)).toBe(false);
  }, 20_000);
});

describe("where snapshots can't be had", () => {
  const down = () => Promise.reject(new Error("down"));

  test("a replica is trusted for five minutes without making requests wait, then grants are refused, and then served again by themselves", async () => {
    const { ask, store } = watched(async (_, now) => ({ version: 2, asOf: now, entries: [entry] }));
    expect(await ask(T)).toBe(true);
    store.answer = down;
    for (let later = 1; later <= REVOCATION_MAX_AGE_SECONDS; later++)
      expect(await ask(T + later)).toBe(true);
    const closed = T + REVOCATION_MAX_AGE_SECONDS + 1;
    await expect(ask(closed)).rejects.toMatchObject({
      code: "revocations_unavailable",
      retryAfterSeconds: 5,
    });
    store.answer = async (_, now) => empty(now, 3);
    expect(await ask(closed + REVOCATION_RETRY_SECONDS)).toBe(false);
  });

  test("a closed door asks for a snapshot every 5 s, and not for every request", async () => {
    const { ask, store } = watched(down);
    for (let i = 0; i < 100; i++) await expect(ask(T)).rejects.toThrow();
    expect(store.fetches).toBe(1);
    await expect(ask(T + REVOCATION_RETRY_SECONDS)).rejects.toThrow();
    expect(store.fetches).toBe(2);
  });

  test("a snapshot that is no longer kept up to date closes the door as well", async () => {
    const { ask, store } = watched(async () => empty(T));
    expect(await ask(T + REVOCATION_MAX_AGE_SECONDS)).toBe(false);
    await expect(ask(T + REVOCATION_MAX_AGE_SECONDS + 1)).rejects.toMatchObject({
      code: "revocations_unavailable",
    });
    store.answer = async (_, now) => empty(now);
    expect(await ask(T + REVOCATION_MAX_AGE_SECONDS + 6)).toBe(false);
  });

  test("whoever comes back after a long pause waits for a new try, even where the last one failed", async () => {
    const { ask, store, settled } = watched(async (_, now) => empty(now));
    await ask(T);
    store.answer = down;
    await ask(T + REVOCATION_REFRESH_SECONDS);
    await settled();
    store.answer = async (_, now) => ({ version: 2, asOf: now, entries: [entry] });
    expect(await ask(T + 240)).toBe(true);
  });
});

describe("what an edge has written itself", () => {
  test("holds there at once, and though an older snapshot comes after it", async () => {
    const { replica, ask, settled } = watched(async (_, now) => empty(now, 5));
    await ask(T);
    replica.add(entry, 6, T, nothing);
    expect(await ask(T)).toBe(true);
    await ask(T + REVOCATION_REFRESH_SECONDS);
    await settled();
    expect(await ask(T + REVOCATION_REFRESH_SECONDS)).toBe(true);
  });

  test("is forgotten when a snapshot that knows it says that it was ended", async () => {
    const { replica, ask } = watched(async (_, now) => empty(now, now === T ? 5 : 7));
    await ask(T);
    replica.add(entry, 6, T, nothing);
    expect(await ask(T + REVOCATION_MAX_PAUSE_SECONDS + 1)).toBe(false);
  });

  test("is kept by snapshots, not by the edge: one that writes all day and is never asked fetches them too", async () => {
    let newest = 5;
    const { replica, store } = watched(async (_, now) => empty(now, newest));
    const work: Promise<unknown>[] = [];
    for (let i = 0; i < 10_000; i++) {
      newest++;
      replica.add({ ...entry, id: String(i) }, newest, T + i, (promise) => work.push(promise));
      await Promise.all(work.splice(0));
    }
    expect(store.fetches).toBeGreaterThan(10_000 / (REVOCATION_REFRESH_SECONDS + 1));
  });
});

test("an older snapshot, which Workers KV may answer after a newer one, changes nothing", async () => {
  const { ask, store } = watched(async (_, now) => ({ version: 9, asOf: now, entries: [entry] }));
  await ask(T);
  store.answer = async () => empty(T - 20, 8);
  expect(await ask(T + REVOCATION_MAX_PAUSE_SECONDS + 1)).toBe(true);
});

test("a snapshot of the version that the edge has keeps its entries, and counts as news", async () => {
  const { ask, store } = watched(async (_, now) => ({ version: 9, asOf: now, entries: [entry] }));
  await ask(T);
  store.answer = async (knownVersion, now) => ({
    version: knownVersion,
    asOf: now,
    entries: undefined,
  });
  for (let later = 0; later < 1000; later += 20) expect(await ask(T + later)).toBe(true);
});
