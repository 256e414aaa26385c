// Ejection as it is deployed: real workerd, a list on disk, and a fake of Agora on loopback.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { test as base, inject } from "vitest";
import type { Fault } from "../support/fake-kicking-rules.ts";
import { signGrant } from "../support/grants.ts";
import { readResponse, SECRETS, settings } from "../support/settings.ts";
import { FakeAgora } from "../support/worker/fake-agora.ts";
import { FakeKv } from "../support/worker/fake-kv.ts";
import { type RunningWorker, startWorker } from "../support/worker/worker.ts";

class Deployment {
  readonly agora: FakeAgora;
  output = "";
  readonly kv: FakeKv;
  readonly #storage: string;
  #worker!: RunningWorker;

  private constructor(agora: FakeAgora, kv: FakeKv, storage: string) {
    this.agora = agora;
    this.kv = kv;
    this.#storage = storage;
  }

  static async start(): Promise<Deployment> {
    const storage = await mkdtemp(`${tmpdir()}/latchkey-eject-`);
    const deployment = new Deployment(await FakeAgora.start(), await FakeKv.start(), storage);
    await deployment.restart();
    return deployment;
  }

  async restart(): Promise<void> {
    const env = settings(this.agora.settings);
    const options = { settings: env, kv: this.kv, storage: this.#storage };
    this.#worker = await startWorker(inject("bundle"), options);
  }

  async kill(): Promise<void> {
    this.output += this.#worker.output();
    await this.#worker.kill();
  }

  async stop(): Promise<void> {
    await this.kill();
    await this.kv.stop();
    await this.agora.stop();
    await rm(this.#storage, { recursive: true, force: true });
  }

  async send(
    method: string,
    path: string,
    body?: object,
    credential: string = SECRETS.SERVICE_KEY,
  ) {
    const headers = { Authorization: `Bearer ${credential}`, "Content-Type": "application/json" };
    const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
    const response = await readResponse(await fetch(this.#worker.url + path, init));
    this.output += response.text;
    return response;
  }

  eject(uid: number) {
    return this.send("POST", "/v1/revocations", { uid, channel: "room-1", eject: true });
  }

  async states(): Promise<string[]> {
    const { json } = await this.send("GET", "/v1/revocations");
    const entries = json.revocations as { ejection?: { state: string } }[];
    return entries.map(({ ejection }) => ejection?.state ?? "none");
  }
}

/** So the next requests go wrong, one by one. */
function fail(agora: FakeAgora, ...faults: Fault[]): void {
  agora.nextFault = () => faults.shift();
}

const test = base.extend<{ deployment: Deployment }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest asks for the pattern
  deployment: async ({}, use) => {
    const deployment = await Deployment.start();
    await use(deployment);
    await deployment.stop();
  },
}).concurrent;

test("users are ejected whatever Agora answers, one rule each, and a key takes no request to Agora", async ({
  deployment,
  expect,
}) => {
  const { agora } = deployment;
  fail(
    agora,
    { status: 504, done: "yes" },
    { status: 500, done: "no" },
    "429",
    { silent: "reset", done: "yes" },
    { text: "<html>" },
  );
  const uids = [1, 2, 3, 4, 5, 6];
  const made = await Promise.all(uids.map((uid) => deployment.eject(uid)));
  expect(made.map(({ json }) => json.ejection)).toEqual(uids.map(() => ({ state: "pending" })));
  await expect
    .poll(() => deployment.states(), { timeout: 60_000, interval: 500 })
    .toEqual(uids.map(() => "done"));
  for (const uid of uids) expect(agora.fake.live("room-1", uid)).toHaveLength(1);
  const requests = agora.fake.arrivals.length;
  const iat = Math.floor(Date.now() / 1000);
  const grant = await signGrant({ iat, exp: iat + 3600, uid: 77 });
  for (let i = 0; i < 50; i++) {
    const { status } = await deployment.send("POST", "/v1/keys", { channel: "room-1" }, grant);
    expect(status).toBe(200);
  }
  await deployment.send("DELETE", `/v1/revocations/${made[2]?.json.id}`);
  await expect.poll(() => agora.fake.live("room-1", 3), { timeout: 30_000 }).toHaveLength(0);
  expect(agora.fake.methods.slice(requests).filter((method) => method === "POST")).toEqual([]);
  expect(agora.fake.mostInOneSecond).toBeLessThanOrEqual(5);
  expect(agora.fake.complaints).toEqual([]);
}, 120_000);

test("a process that ends in the middle of a request leaves one rule, and revocations are published meanwhile", async ({
  deployment,
  expect,
}) => {
  const { agora } = deployment;
  // Agora has the rule, and the process never hears of it.
  fail(agora, { silent: "slow", done: "yes" });
  await deployment.eject(42);
  await expect.poll(() => agora.fake.arrivals.length).toBe(1);
  await deployment.kill();
  await deployment.restart();
  await expect
    .poll(() => deployment.states(), { timeout: 60_000, interval: 500 })
    .toEqual(["done"]);
  expect(agora.fake.methods.slice(0, 2)).toEqual(["POST", "GET"]);
  expect(agora.fake.live("room-1", 42)).toHaveLength(1);
}, 120_000);

test("a slow Agora holds up no publication, and is given up after 20 s", async ({
  deployment,
  expect,
}) => {
  const { agora } = deployment;
  fail(agora, { silent: "slow", done: "no" });
  await deployment.eject(42);
  await expect.poll(() => agora.fake.arrivals.length).toBe(1);
  const startedAt = Date.now();
  await deployment.send("POST", "/v1/revocations", { uid: 4711 });
  await expect.poll(() => deployment.kv.publishedEntries, { timeout: 10_000 }).toBe(2);
  expect(Date.now() - startedAt).toBeLessThan(10_000);
  await expect
    .poll(() => deployment.states(), { timeout: 60_000, interval: 500 })
    .toEqual(["done", "none"]);
}, 120_000);

test("credentials that Agora refuses are said to be so, and nothing shows them", async ({
  deployment,
  expect,
}) => {
  const { agora } = deployment;
  fail(agora, "401");
  await deployment.eject(42);
  await expect.poll(() => deployment.states()).toEqual(["failed"]);
  await sleep(1000);
  expect(agora.fake.arrivals).toHaveLength(1);
  await deployment.send("GET", "/ready");
  await deployment.kill();
  const { AGORA_CUSTOMER_ID: id = "", AGORA_CUSTOMER_SECRET: secret = "" } = agora.settings;
  for (const hidden of [id, secret, btoa(`${id}:${secret}`)]) {
    expect(deployment.output).not.toContain(hidden);
  }
  expect(deployment.output).toContain("Agora refuses AGORA_CUSTOMER_ID and AGORA_CUSTOMER_SECRET");
  await deployment.restart();
});
