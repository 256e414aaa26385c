// Ejection as it is deployed: real workerd, a list on disk, and a fake of Agora on loopback.

import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { test as base, inject } from "vitest";
import { FakeKickingRules, type Fault } from "../support/fake-kicking-rules.ts";
import { signGrant } from "../support/grants.ts";
import { APP_ID, randomHex, readResponse, SECRETS, settings } from "../support/settings.ts";
import { FakeKv } from "../support/worker/fake-kv.ts";
import { type RunningWorker, startWorker } from "../support/worker/worker.ts";

const CUSTOMER = { AGORA_CUSTOMER_ID: randomHex(32), AGORA_CUSTOMER_SECRET: randomHex(32) };

/** The fake behind a server. */
class Agora {
  /** For the requests to come, in turn. */
  readonly faults: (Fault | undefined)[] = [];
  readonly fake: FakeKickingRules;
  readonly #server: Server;
  readonly #timers = new Set<NodeJS.Timeout>();

  private constructor() {
    const credentials = `${CUSTOMER.AGORA_CUSTOMER_ID}:${CUSTOMER.AGORA_CUSTOMER_SECRET}`;
    this.fake = new FakeKickingRules(APP_ID, credentials, {
      nowMs: () => Date.now(),
      after: (milliseconds, run) => {
        const timer = setTimeout(run, milliseconds);
        this.#timers.add(timer);
      },
      nextFault: () => this.faults.shift(),
      isLeftOut: () => false,
      latencyMilliseconds: () => 30,
      slowMilliseconds: 600_000,
    });
    this.#server = createServer(async (request, response) => {
      const { method = "", url = "", headers } = request;
      const body = await text(request);
      const init = {
        method,
        headers: headers as Record<string, string>,
        ...(body !== "" && { body }),
        // What workerd does with these is tested by what it does.
        redirect: "manual" as const,
        signal: new AbortController().signal,
      };
      await this.fake.fetch(`http://agora.test${url}`, init).then(
        async (answer) => response.writeHead(answer.status).end(await answer.text()),
        () => request.socket.destroy(),
      );
    });
  }

  static async start(): Promise<Agora> {
    const agora = new Agora();
    agora.#server.listen(0, "127.0.0.1");
    await once(agora.#server, "listening");
    return agora;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}

class Deployment {
  readonly agora: Agora;
  output = "";
  readonly kv: FakeKv;
  readonly #storage: string;
  #worker!: RunningWorker;

  private constructor(agora: Agora, kv: FakeKv, storage: string) {
    this.agora = agora;
    this.kv = kv;
    this.#storage = storage;
  }

  static async start(): Promise<Deployment> {
    const storage = await mkdtemp(`${tmpdir()}/latchkey-eject-`);
    const deployment = new Deployment(await Agora.start(), await FakeKv.start(), storage);
    await deployment.restart();
    return deployment;
  }

  async restart(): Promise<void> {
    const env = settings({ ...CUSTOMER, AGORA_API_URL: this.agora.url });
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
  agora.faults.push(
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
  agora.faults.push({ silent: "slow", done: "yes" });
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
  agora.faults.push({ silent: "slow", done: "no" });
  await deployment.eject(42);
  await expect.poll(() => agora.fake.arrivals.length).toBe(1);
  const startedAt = Date.now();
  await deployment.send("POST", "/v1/revocations", { uid: 4711 });
  await expect.poll(() => deployment.kv.latest, { timeout: 10_000 }).toContain("4711");
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
  agora.faults.push("401");
  await deployment.eject(42);
  await expect.poll(() => deployment.states()).toEqual(["failed"]);
  await sleep(1000);
  expect(agora.fake.arrivals).toHaveLength(1);
  await deployment.send("GET", "/ready");
  await deployment.kill();
  for (const secret of Object.values(CUSTOMER)) {
    expect(deployment.output).not.toContain(secret);
    expect(deployment.output).not.toContain(btoa(secret).slice(0, 30));
  }
  expect(deployment.output).toContain("Agora refuses AGORA_CUSTOMER_ID and AGORA_CUSTOMER_SECRET");
  await deployment.restart();
});
