// Revocation as it is deployed: real workerd, a list on disk, and two edges that share nothing but
// the list and Workers KV. The tests run at the same time, each with edges of its own: one of them
// waits for real time to pass.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { test as base, inject } from "vitest";
import { signGrant } from "../support/grants.ts";
import { type ResponseBody, readResponse, SECRETS, settings } from "../support/settings.ts";
import { CLOCK_HEADER } from "../support/worker/fake-bindings.ts";
import { FakeKv } from "../support/worker/fake-kv.ts";
import { type RunningWorker, startWorker } from "../support/worker/worker.ts";

class TwoEdges {
  readonly kv: FakeKv;
  readonly #storage: string;
  #worker: RunningWorker;

  private constructor(kv: FakeKv, storage: string, worker: RunningWorker) {
    this.kv = kv;
    this.#storage = storage;
    this.#worker = worker;
  }

  static async start(): Promise<TwoEdges> {
    const kv = await FakeKv.start();
    const storage = await mkdtemp(`${tmpdir()}/latchkey-list-`);
    return new TwoEdges(kv, storage, await startEdges(kv, storage));
  }

  async restart(): Promise<void> {
    this.#worker = await startEdges(this.kv, this.#storage);
  }

  kill(): Promise<void> {
    return this.#worker.kill();
  }

  async stop(): Promise<void> {
    await this.kill();
    await this.kv.stop();
    await rm(this.#storage, { recursive: true, force: true });
  }

  revoke(edge: number, body: object): Promise<ResponseBody> {
    return this.#send(edge, "POST", "/v1/revocations", SECRETS.SERVICE_KEY, body);
  }

  /** The error code of a request for a key; undefined where it gets one. */
  async codeOf(edge: number, grant: string, secondsLater = 0): Promise<string | undefined> {
    const body = { channel: "room-1" };
    return (await this.#send(edge, "POST", "/v1/keys", grant, body, secondsLater)).code;
  }

  async listedUids(edge: number): Promise<Set<number>> {
    const uids = new Set<number>();
    for (let query = ""; ; ) {
      const path = `/v1/revocations${query}`;
      const page = await this.#send(edge, "GET", path, SECRETS.SERVICE_KEY);
      for (const { uid } of page.revocations as { uid: number }[]) uids.add(uid);
      if (page.cursor === undefined) return uids;
      query = `?cursor=${page.cursor}`;
    }
  }

  async #send(
    edge: number,
    method: string,
    path: string,
    credential: string,
    body?: object,
    secondsLater = 0,
  ): Promise<ResponseBody> {
    const headers = {
      Authorization: `Bearer ${credential}`,
      "Content-Type": "application/json",
      [CLOCK_HEADER]: String(secondsLater),
    };
    const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
    return (await readResponse(await fetch(this.#worker.urls[edge] + path, init))).json;
  }
}

function startEdges(kv: FakeKv, storage: string): Promise<RunningWorker> {
  const options = { settings: settings(), edges: 2, kv, storage, hasTestClock: true };
  return startWorker(inject("bundle"), options);
}

const test = base.extend<{ edges: TwoEdges }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest asks for the pattern
  edges: async ({}, use) => {
    const edges = await TwoEdges.start();
    await use(edges);
    await edges.stop();
  },
}).concurrent;

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** For user-7 and uid 42. */
function newGrant(): Promise<string> {
  const iat = Math.floor(Date.now() / 1000);
  return signGrant({ iat, exp: iat + 3600 });
}

test("a revocation made at one edge is enforced at the other within 60 s of real time", async ({
  edges,
  expect,
}) => {
  const grant = await newGrant();
  expect([await edges.codeOf(0, grant), await edges.codeOf(1, grant)]).toEqual([
    undefined,
    undefined,
  ]);
  await edges.revoke(0, { sub: "user-7" });
  const until = Date.now() + 60_000;
  expect(await edges.codeOf(0, grant)).toBe("grant_revoked");
  let code: string | undefined;
  while (code === undefined && Date.now() < until) {
    await pause(250);
    code = await edges.codeOf(1, grant);
  }
  expect(code).toBe("grant_revoked");
}, 90_000);

test("killing the process in the middle of writes loses no revocation that was acknowledged", async ({
  edges,
  expect,
}) => {
  const acknowledged = new Set<number>();
  let nextUid = 1;
  for (let crash = 1; crash <= 3; crash++) {
    let isKilled = false;
    const writer = async (edge: number) => {
      while (!isKilled) {
        const uid = nextUid++;
        const entry = await edges.revoke(edge, { uid }).catch(() => undefined);
        if (entry?.id !== undefined) acknowledged.add(uid);
      }
    };
    const writers = Array.from({ length: 16 }, (_, i) => writer(i % 2));
    while (acknowledged.size < crash * 100) await pause(5);
    await edges.kill();
    isKilled = true;
    await Promise.all(writers);
    await edges.restart();
    const listed = await edges.listedUids(crash % 2);
    expect([...acknowledged].filter((uid) => !listed.has(uid))).toEqual([]);
  }
}, 90_000);

test("1,000 revocations at once, at two edges, are all kept", async ({ edges, expect }) => {
  const uids = Array.from({ length: 1000 }, (_, i) => i + 1);
  const entries = await Promise.all(uids.map((uid) => edges.revoke(uid % 2, { uid })));
  expect(new Set(entries.map(({ id }) => id)).size).toBe(1000);
  expect((await edges.listedUids(0)).size).toBe(1000);
}, 60_000);

test("after a crash edges enforce what was kept, with Workers KV down as well", async ({
  edges,
  expect,
}) => {
  await edges.revoke(0, { uid: 42 });
  await edges.kill();
  edges.kv.isDown = true;
  await edges.restart();
  const grant = await newGrant();
  for (const edge of [0, 1]) expect(await edges.codeOf(edge, grant)).toBe("grant_revoked");
});

// A snapshot that lacks a revocation is trusted only while it is recent.
test("where Workers KV takes no writes, a revocation is in force within 60 s all the same", async ({
  edges,
  expect,
}) => {
  const grant = await newGrant();
  const arePublished = (entries: number) =>
    expect.poll(() => edges.kv.publishedEntries, { timeout: 60_000 }).toBe(entries);
  await edges.revoke(0, { uid: 1 });
  await arePublished(1);
  edges.kv.isReadOnly = true;
  await edges.revoke(0, { sub: "user-7" });
  await edges.kill();
  await edges.restart();
  expect(await edges.codeOf(1, grant)).toBeUndefined();
  for (const edge of [1, 0]) expect(await edges.codeOf(edge, grant, 60)).toBe("grant_revoked");
  edges.kv.isReadOnly = false;
  await arePublished(2);
  await edges.kill();
  await edges.restart();
  expect(await edges.codeOf(1, grant)).toBe("grant_revoked");
}, 180_000);
