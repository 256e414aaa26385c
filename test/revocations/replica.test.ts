import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  REVOCATION_CLOCK_DIFFERENCE_SECONDS,
  REVOCATION_CONFIRM_SECONDS,
  REVOCATION_ENFORCED_SECONDS,
  REVOCATION_LIST_TIMEOUT_SECONDS,
  REVOCATION_MAX_AGE_SECONDS,
  REVOCATION_MAX_PAUSE_SECONDS,
  REVOCATION_REFRESH_SECONDS,
  REVOCATION_RETRY_SECONDS,
} from "../../src/platform/limits.ts";
import { CompactList } from "../../src/revocations/compact-list.ts";
import { type ReplicaSources, RevocationReplica } from "../../src/revocations/replica.ts";
import type { StoredSnapshot } from "../../src/revocations/snapshot.ts";
import { type Request, runEdge } from "./edge-model.ts";

const T = 1_000_000;
const access = { uid: 42, channel: "room-1", sub: "user-7", jti: "grant-1", issuedAt: T - 100 };
const entry = { id: "1", uid: 42, until: T + 80_000 };
const NONE = CompactList.of([]);
const WITH_ENTRY = CompactList.of([entry]);
const empty = (asOf: number, version = 1): StoredSnapshot => ({ version, asOf, list: NONE });
const nothing = () => undefined;
const down = () => Promise.reject(new Error("down"));

type ReadSnapshot = (knownVersion: number, now: number) => Promise<StoredSnapshot>;

/**
 * A replica whose fetches are counted and answered by `answer`, which a test may change. The list
 * itself answers nothing, unless the test says what.
 */
function watched(response: ReadSnapshot, list: ReplicaSources["askList"] = down) {
  const store = { response, list, fetches: 0, questions: [] as (number | undefined)[] };
  let time = 0;
  const replica = new RevocationReplica({
    readSnapshot: (knownVersion) => {
      store.fetches++;
      return store.response(knownVersion, time);
    },
    askList: (knownVersion) => {
      store.questions.push(knownVersion);
      return store.list(knownVersion);
    },
  });
  const work: Promise<unknown>[] = [];
  return {
    store,
    replica,
    settled: () => Promise.all(work),
    ask: (now: number) => {
      time = now;
      return replica.isRevoked(access, now, (promise) => work.push(promise));
    },
    at: (now: number) => {
      time = now;
    },
  };
}

const SECOND = 1000;
const MINUTES_10 = 600 * SECOND;

/**
 * In quick succession and after pauses, for users who were revoked longer ago than the bound, or
 * will be.
 */
function requests(boundSeconds: number): fc.Arbitrary<Request[]> {
  const bound = boundSeconds * SECOND;
  const request = fc.record({
    pause: fc.oneof(
      fc.nat({ max: 3 * SECOND }),
      fc.integer({ min: 14 * SECOND, max: 36 * SECOND }),
      fc.integer({ min: 24 * SECOND, max: 26 * SECOND }),
      fc.nat({ max: 90 * SECOND }),
    ),
    revokedAgo: fc.constantFrom(bound, bound, bound + 10 * SECOND, -10 * SECOND),
  });
  return fc.array(request, { minLength: 1, maxLength: 60 }).map((all) => {
    let at = 0;
    return all.map(({ pause, revokedAgo }) => {
      at += pause;
      return { at, revokedAgo };
    });
  });
}

/** At any times, and some reach Workers KV minutes late, in any order. */
const anyPublications = fc.array(
  fc.record({
    at: fc.integer({ min: -MINUTES_10, max: 2 * MINUTES_10 }),
    lateBy: fc.oneof(fc.nat({ max: 5 * SECOND }), fc.nat({ max: MINUTES_10 })),
  }),
  { maxLength: 30 },
);

/** Every few seconds and at once: then only Workers KV makes snapshots old. */
const promptPublications = fc.constant(
  Array.from({ length: 450 }, (_, i) => ({ at: 4 * i * SECOND - MINUTES_10, lateBy: 0 })),
);
const publications = fc.oneof(anyPublications, promptPublications);

const farthest = REVOCATION_CLOCK_DIFFERENCE_SECONDS * SECOND;
const clockDifference = fc.oneof(
  fc.constantFrom(-farthest, farthest),
  fc.integer({ min: -farthest, max: farthest }),
);

/** Values that are up to so old, and replies that take up to so long. */
function replies(maxStale: number, maxTakes: number, fails: fc.Arbitrary<boolean>) {
  const staleBy = fc.oneof(fc.nat({ max: 36 * SECOND }), fc.nat({ max: maxStale }));
  const reply = fc.record({ staleBy, takes: fc.nat({ max: maxTakes }), fails });
  return fc.array(reply, { minLength: 1, maxLength: 20 });
}

const readsOfAnyAge = replies(MINUTES_10, 2 * SECOND, fc.boolean());

test("the bound is what the documents say", () => {
  expect(REVOCATION_ENFORCED_SECONDS).toBe(60);
  expect(REVOCATION_MAX_AGE_SECONDS).toBe(300);
});

test("a revocation is enforced within 60 s at every edge that the list answers, whenever its requests come and however late Workers KV is", async () => {
  const inTime = REVOCATION_LIST_TIMEOUT_SECONDS * SECOND - 1;
  const responses = replies(0, inTime, fc.constant(false));
  const faults = fc.record({ publications, reads: readsOfAnyAge, responses, clockDifference });
  await fc.assert(
    fc.asyncProperty(requests(REVOCATION_ENFORCED_SECONDS), faults, async (sent, faults) => {
      const served = await runEdge(sent, faults);
      expect(served).toHaveLength(sent.length);
      for (const { isRevoked, revokedAgo } of served) expect(isRevoked).toBe(revokedAgo > 0);
    }),
    { numRuns: 3_000 },
  );
}, 60_000);

test("where nothing is as it should be, no key is served five minutes after a revocation", async () => {
  const responses = replies(0, 2 * REVOCATION_LIST_TIMEOUT_SECONDS * SECOND, fc.boolean());
  const faults = fc.record({ publications, reads: readsOfAnyAge, responses, clockDifference });
  // Clocks may differ, and are read in whole seconds.
  const bound = REVOCATION_MAX_AGE_SECONDS + REVOCATION_CLOCK_DIFFERENCE_SECONDS + 1;
  await fc.assert(
    fc.asyncProperty(requests(bound), faults, async (sent, faults) => {
      const served = await runEdge(sent, faults);
      expect(served).toHaveLength(sent.length);
      for (const { isRevoked, revokedAgo } of served) expect(isRevoked).not.toBe(revokedAgo < 0);
    }),
    { numRuns: 3_000 },
  );
}, 60_000);

describe("a fresh replica", () => {
  test("is asked with no wait and no fetch, and refreshed behind a request later", async () => {
    const { ask, store } = watched(async (_, now) => empty(now));
    await ask(T);
    store.response = () => new Promise(() => undefined);
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
    store.response = async (_, now) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return { version: 2, asOf: now, list: WITH_ENTRY };
    };
    const later = T + REVOCATION_MAX_PAUSE_SECONDS + 1;
    expect(await Promise.all([ask(later), ask(later), ask(later + 1)])).toEqual([true, true, true]);
    expect(store.fetches).toBe(2);
  });

  test("a fetch that never ends, as one of a request that was aborted, holds nobody for longer than a fetch may take", async () => {
    const { ask, store } = watched(() => new Promise(() => undefined));
    await expect(ask(T)).rejects.toMatchObject({ code: "revocations_unavailable" });
    store.response = async (_, now) => empty(now);
    expect(await ask(T + REVOCATION_RETRY_SECONDS)).toBe(false);
  }, 20_000);
});

describe("where snapshots can't be had", () => {
  test("a replica is trusted for five minutes without making requests wait, then grants are refused, and then served again by themselves", async () => {
    const { ask, store } = watched(async (_, now) => ({ version: 2, asOf: now, list: WITH_ENTRY }));
    expect(await ask(T)).toBe(true);
    store.response = down;
    for (let later = 1; later <= REVOCATION_MAX_AGE_SECONDS; later++)
      expect(await ask(T + later)).toBe(true);
    const closed = T + REVOCATION_MAX_AGE_SECONDS + 1;
    await expect(ask(closed)).rejects.toMatchObject({
      code: "revocations_unavailable",
      retryAfterSeconds: 5,
    });
    store.response = async (_, now) => empty(now, 3);
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
    store.response = async (_, now) => empty(now);
    expect(await ask(T + REVOCATION_MAX_AGE_SECONDS + 6)).toBe(false);
  });

  test("whoever comes back after a long pause waits for a new try, even where the last one failed", async () => {
    const { ask, store, settled } = watched(async (_, now) => empty(now));
    await ask(T);
    store.response = down;
    await ask(T + REVOCATION_REFRESH_SECONDS);
    await settled();
    store.response = async (_, now) => ({ version: 2, asOf: now, list: WITH_ENTRY });
    expect(await ask(T + 240)).toBe(true);
  });
});

describe("what an edge has written itself", () => {
  test("holds there at once, and though an older snapshot comes after it", async () => {
    const { replica, ask, settled } = watched(async (_, now) => empty(now, 5));
    await ask(T);
    replica.add({ entry, version: 6 }, T, nothing);
    expect(await ask(T)).toBe(true);
    await ask(T + REVOCATION_REFRESH_SECONDS);
    await settled();
    expect(await ask(T + REVOCATION_REFRESH_SECONDS)).toBe(true);
  });

  test("is forgotten when a snapshot that knows it says that it was ended", async () => {
    const { replica, ask } = watched(async (_, now) => empty(now, now === T ? 5 : 7));
    await ask(T);
    replica.add({ entry, version: 6 }, T, nothing);
    expect(await ask(T + REVOCATION_MAX_PAUSE_SECONDS + 1)).toBe(false);
  });

  test("is kept by snapshots, not by the edge: one that writes all day and is never asked fetches them too", async () => {
    let newest = 5;
    const { replica, store, at } = watched(async (_, now) => empty(now, newest));
    const work: Promise<unknown>[] = [];
    for (let i = 0; i < 10_000; i++) {
      newest++;
      at(T + i);
      const added = { entry: { ...entry, id: String(i) }, version: newest };
      replica.add(added, T + i, (promise) => work.push(promise));
      await Promise.all(work.splice(0));
    }
    expect(store.fetches).toBeGreaterThan(10_000 / (REVOCATION_REFRESH_SECONDS + 1));
  });
});

test("an older snapshot, which Workers KV may answer after a newer one, changes nothing", async () => {
  const { ask, store } = watched(async (_, now) => ({ version: 9, asOf: now, list: WITH_ENTRY }));
  await ask(T);
  store.response = async () => empty(T - 20, 8);
  expect(await ask(T + REVOCATION_MAX_PAUSE_SECONDS + 1)).toBe(true);
});

test("a snapshot of the version that the edge has keeps its entries, and counts as news", async () => {
  const { ask, store } = watched(async (_, now) => ({ version: 9, asOf: now, list: WITH_ENTRY }));
  await ask(T);
  store.response = async (knownVersion, now) => ({
    version: knownVersion,
    asOf: now,
    list: undefined,
  });
  for (let later = 0; later < 1000; later += 20) expect(await ask(T + later)).toBe(true);
});

describe("a snapshot that does not prove itself recent", () => {
  const old = T - REVOCATION_CONFIRM_SECONDS - 1;
  const unchanged = async () => ({ version: 1, asOf: T, newer: NONE });

  test("makes the edge ask the list, which tells what the snapshot lacks", async () => {
    const { ask, store } = watched(
      async () => empty(old),
      async (knownVersion) => ({
        version: 2,
        asOf: T,
        newer: knownVersion === 1 ? WITH_ENTRY : NONE,
      }),
    );
    expect(await ask(T)).toBe(true);
    expect(store.questions).toEqual([undefined, 1]);
  });

  test("costs one question, asked while it is read, where the list has not changed since", async () => {
    const { ask, store } = watched(async () => {
      expect(store.questions).toEqual([undefined]);
      return empty(old);
    }, unchanged);
    expect(await ask(T)).toBe(false);
    expect(store.questions).toEqual([undefined]);
  });

  test("and one that does costs none", async () => {
    const { ask, store } = watched(async () => empty(T), unchanged);
    expect(await ask(T)).toBe(false);
    store.response = async (_, now) => empty(now - REVOCATION_CONFIRM_SECONDS);
    expect(await ask(T + REVOCATION_REFRESH_SECONDS)).toBe(false);
    expect(store.questions.slice(1)).toEqual([]);
  });

  test("is asked about every 45 s while requests keep coming, and no request waits for it", async () => {
    const { ask, store, settled } = watched(async () => empty(old), unchanged);
    await ask(T);
    let response: () => void = nothing;
    store.list = (knownVersion = 1) =>
      new Promise((resolve) => {
        response = () => resolve({ version: knownVersion, asOf: T, newer: NONE });
      });
    for (let later = 1; later <= 450; later++) {
      expect(await ask(T + later)).toBe(false);
      response();
      await settled();
    }
    expect(store.questions).toHaveLength(1 + 10);
  });

  test("such as one dated ahead, by a clock that is wrong, makes the edge ask the list", async () => {
    const { ask, store } = watched(
      async (_, now) => empty(now + REVOCATION_CLOCK_DIFFERENCE_SECONDS + 1),
      unchanged,
    );
    expect(await ask(T)).toBe(false);
    store.list = down;
    await expect(ask(T + REVOCATION_MAX_AGE_SECONDS + 1)).rejects.toMatchObject({
      code: "revocations_unavailable",
    });
  });

  test("does not take away what the list told, until a snapshot of that version comes", async () => {
    const { ask, store } = watched(async () => empty(old), unchanged);
    await ask(T);
    store.list = async () => ({ version: 3, asOf: T, newer: WITH_ENTRY });
    const later = T + REVOCATION_MAX_PAUSE_SECONDS + REVOCATION_CONFIRM_SECONDS;
    expect(await ask(later)).toBe(true);
    store.response = async (_, now) => empty(now, 1);
    expect(await ask(later + 60)).toBe(true);
    store.response = async (_, now) => empty(now, 3);
    expect(await ask(later + 120)).toBe(false);
  });
});
