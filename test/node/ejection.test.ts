// Ejections against a fake of Agora that fails in every way it may, in simulated time.

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EJECTION_RESPONSE_MAX_BYTES } from "../../src/platform/limits.ts";
import {
  EJECTION_REASONS,
  type Ejection,
  type EjectionReason,
  ejectionState,
} from "../../src/revocations/ejection.ts";
import { KickingRules } from "../../src/revocations/ejection-api.ts";
import { EJECTION_TURNS, ended, turnOf } from "../../src/revocations/ejection-plan.ts";
import { EjectionRunner, type EjectionStore } from "../../src/revocations/ejection-runner.ts";
import type { QueuedEjection } from "../../src/revocations/ejection-table.ts";
import { createRandom } from "../client/simulation/random.ts";
import { VirtualTime } from "../client/simulation/virtual-time.ts";
import { FakeKickingRules, type Fault } from "../support/fake-kicking-rules.ts";
import { randomHex } from "../support/settings.ts";

const APP_ID = randomHex(32);
const CUSTOMER = { customerId: randomHex(32), customerSecret: randomHex(32) };
const SETTINGS = { appId: APP_ID, ...CUSTOMER, url: new URL("https://agora.test") };
const DAY = 86_400;

/** What the Durable Object's table is to a process: all that a crash leaves. */
class MemoryTable implements EjectionStore {
  readonly #rows = new Map<string, { due: number; turn: number; text: string }>();

  get(channel: string, uid: number): QueuedEjection | undefined {
    const row = this.#rows.get(`${uid} ${channel}`);
    return row && JSON.parse(row.text);
  }
  due(now: number, atMost: number): QueuedEjection[] {
    const rows = [...this.#rows.values()].filter(({ due }) => due <= now);
    const isAgain = (turn: number) => turn === EJECTION_TURNS.again;
    const sorted = rows.sort(
      (a, b) => a.turn - b.turn || (isAgain(a.turn) ? b.due - a.due : a.due - b.due),
    );
    return sorted.slice(0, atMost).map(({ text }) => JSON.parse(text));
  }
  waiting(now: number, atMost: number): number {
    const isWaiting = (row: { turn: number; due: number }) =>
      row.turn === EJECTION_TURNS.first && row.due <= now;
    return Math.min(atMost, [...this.#rows.values()].filter(isWaiting).length);
  }
  nextDue(): number | undefined {
    const all = Array.from(this.#rows.values(), ({ due }) => due);
    return all.length > 0 ? Math.min(...all) : undefined;
  }
  put(queued: QueuedEjection): void {
    const { ejection, due } = queued;
    const row = { due, turn: turnOf(ejection), text: JSON.stringify(queued) };
    this.#rows.set(`${ejection.uid} ${ejection.channel}`, row);
  }
  remove({ uid, channel }: Ejection): void {
    this.#rows.delete(`${uid} ${channel}`);
  }
}

/** A list's process, its crashes, and Agora. */
class World {
  readonly time = new VirtualTime();
  readonly table = new MemoryTable();
  readonly agora: FakeKickingRules;
  faults: (method: string) => Fault | undefined = () => undefined;
  leavesOut = 0;
  #runner!: EjectionRunner;
  #rules!: KickingRules;
  #process = 0;

  constructor(seed = 1) {
    const random = createRandom(seed);
    this.agora = new FakeKickingRules(APP_ID, `${CUSTOMER.customerId}:${CUSTOMER.customerSecret}`, {
      nowMs: () => this.time.nowMs,
      after: (milliseconds, run) => this.time.after(milliseconds, run),
      nextFault: (method) => this.faults(method),
      isLeftOut: () => random() < this.leavesOut,
      latencyMilliseconds: () => 20 + Math.floor(random() * 400),
      slowMilliseconds: 20_000,
    });
    this.restart();
  }

  get now(): number {
    return Math.floor(this.time.nowMs / 1000);
  }

  /** A process that has ended gets no response, and no timer of it goes off. */
  restart(): void {
    const own = ++this.#process;
    const isAlive = () => own === this.#process;
    const silent = new Promise<never>(() => undefined);
    this.#runner = new EjectionRunner(this.table, {
      now: () => this.time.nowMs,
      wait: (milliseconds) =>
        new Promise((resolve) => this.time.after(milliseconds, () => isAlive() && resolve())),
    });
    this.#rules = new KickingRules(SETTINGS, async (input, init) => {
      const response = await this.agora.fetch(input as string, init).catch((error) => {
        if (isAlive()) throw error;
        return silent;
      });
      return isAlive() ? response : silent;
    });
    this.#wake();
  }

  /** As the object's alarm does. */
  #wake(): void {
    const own = this.#process;
    const at = this.#runner.nextRunAt;
    if (at === undefined) return;
    this.time.at(at, () => {
      if (own === this.#process) this.#runner.run(this.#rules).then(() => this.#wake());
    });
  }

  want(uid: number, until: number): void {
    const known = this.table.get("room-1", uid)?.ejection;
    const longer = known?.isWanted ? Math.max(until, known.until) : until;
    this.#runner.want(uid, "room-1", uid, longer);
    this.#wake();
  }

  /** The revocation was made to end later, without eject. */
  extend(uid: number, until: number): void {
    const known = this.table.get("room-1", uid)?.ejection;
    if (known) this.#runner.keep({ revocationId: uid, ejection: { ...known, until } });
    this.#wake();
  }

  end(uid: number): void {
    const known = this.table.get("room-1", uid)?.ejection;
    if (known) this.#runner.keep({ revocationId: uid, ejection: ended(known, this.now) });
    this.#wake();
  }

  live(uid: number): number {
    return this.agora.live("room-1", uid).length;
  }

  state(uid: number) {
    const stored = this.table.get("room-1", uid);
    return stored && ejectionState(stored.ejection, true, this.now);
  }

  isWanted(uid: number): boolean {
    const ejection = this.table.get("room-1", uid)?.ejection;
    return (ejection?.isWanted && ejection.until > this.now) ?? false;
  }
}

const done = fc.constantFrom("yes" as const, "no" as const, "late" as const);
const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.constantFrom<Fault>("429", "400"),
  fc.record({ status: fc.constantFrom(500, 502, 504, 302), done }),
  fc.record({ silent: fc.constantFrom("reset" as const, "slow" as const), done }),
  fc
    .constantFrom(
      "",
      "<html>",
      "{}",
      '{"status":"success"}',
      '{"status":"success","id":"x"}',
      "[1]",
    )
    .map((text) => ({ text })),
);
/** Of each request, in turn. */
const faults = fc.array(fc.option(fault, { nil: undefined, freq: 2 }), { maxLength: 60 });
const action = fc.record({
  at: fc.nat({ max: 900 }),
  what: fc.constantFrom("want" as const, "want" as const, "end" as const, "restart" as const),
  uid: fc.integer({ min: 1, max: 5 }),
  /** Short ones end by themselves meanwhile. */
  lifetime: fc.constantFrom(15, 300, DAY / 2, DAY + 60),
});

describe("whatever Agora does, and whenever the process ends,", () => {
  test("a revocation has exactly one rule once Agora is well again, an ended one has none, and no second sees 5 requests", async () => {
    await fc.assert(
      fc.asyncProperty(
        faults,
        fc.array(action, { minLength: 1, maxLength: 12 }),
        fc.nat(),
        fc.boolean(),
        async (script, actions, seed, isListBroken) => {
          const world = new World(seed);
          const left = [...script];
          const unreadable: Fault = { text: "<html>" };
          world.faults = (method) => (isListBroken && method === "GET" ? unreadable : left.shift());
          world.leavesOut = 0.4;
          const start = world.now;
          for (const { at, what, uid, lifetime } of actions) {
            world.time.at((start + at) * 1000, () => {
              if (what === "want") world.want(uid, world.now + lifetime);
              else if (what === "end") world.end(uid);
              else world.restart();
            });
          }
          for (let minute = 0; minute < 20; minute++) {
            await world.time.runFor(60);
            for (let uid = 1; uid <= 5; uid++) {
              // What is said to be done is done.
              if (world.isWanted(uid) && world.state(uid)?.state === "done")
                expect(world.live(uid)).toBeGreaterThan(0);
            }
          }
          world.faults = () => undefined;
          world.leavesOut = 0;
          await world.time.runFor(3 * 3600);
          for (let uid = 1; uid <= 5; uid++) {
            const expected = world.isWanted(uid) ? 1 : 0;
            expect({ uid, live: world.live(uid) }).toEqual({ uid, live: expected });
            if (expected === 1) expect(world.state(uid)).toEqual({ state: "done" });
          }
          expect(world.agora.mostInOneSecond).toBeLessThanOrEqual(5);
          expect(world.agora.complaints).toEqual([]);
        },
      ),
      { numRuns: 500 },
    );
  });
});

const PERSISTENT: readonly (readonly [string, Fault, EjectionReason])[] = [
  ["with 401", "401", "credentials"],
  ["with 403", "403", "credentials"],
  ["with 400", "400", "refused"],
  ["with 429", "429", "tooMany"],
  ["with 500", { status: 500, done: "no" }, "fails"],
  ["with 504", { status: 504, done: "no" }, "fails"],
  ["with a redirection", { status: 302, done: "no" }, "fails"],
  ["nothing", { silent: "reset", done: "no" }, "silent"],
  ["nothing in 20 s", { silent: "slow", done: "no" }, "silent"],
  ["with a page", { text: "<html>secret</html>" }, "unreadable"],
];

describe("where Agora answers", () => {
  test.for(PERSISTENT)(
    "%s each time, the state says so, and it goes on",
    async ([, fault, reason]) => {
      const world = new World();
      world.faults = () => fault;
      world.want(42, world.now + DAY);
      expect(world.state(42)).toEqual({ state: "pending" });
      await world.time.runFor(3600);
      expect(world.state(42)).toEqual({ state: "failed", reason: EJECTION_REASONS[reason] });
      const before = world.agora.arrivals.length;
      expect(before).toBeLessThan(30);
      await world.time.runFor(1300);
      expect(world.agora.arrivals.length).toBeGreaterThan(before);
      world.faults = () => undefined;
      await world.time.runFor(1300);
      expect(world.state(42)).toEqual({ state: "done" });
      await world.time.runFor(3700);
      expect(world.live(42)).toBe(1);
      expect(world.agora.complaints).toEqual([]);
    },
  );

  test("with 401 or 400, it is failed at once, and with anything else after two minutes", async () => {
    for (const [, fault, reason] of PERSISTENT) {
      const world = new World();
      world.faults = () => fault;
      world.want(42, world.now + DAY);
      await world.time.runFor(5);
      const isLasting = reason === "credentials" || reason === "refused";
      expect(world.state(42)?.state).toBe(isLasting ? "failed" : "pending");
      await world.time.runFor(300);
      expect(world.state(42)?.state).toBe("failed");
    }
  });

  test("with 401, one that is asked for again is tried at once", async () => {
    const world = new World();
    world.faults = () => "401";
    world.want(42, world.now + DAY);
    await world.time.runFor(5);
    world.faults = () => undefined;
    world.want(42, world.now + DAY);
    await world.time.runFor(5);
    expect(world.state(42)).toEqual({ state: "done" });
  });
});

describe("a rule", () => {
  test("is one request where all goes well, with what is left of the revocation", async () => {
    const world = new World();
    world.want(42, world.now + 3600);
    await world.time.runFor(30);
    expect(world.agora.methods).toEqual(["POST"]);
    const [rule] = world.agora.live("room-1", 42);
    const end = (rule?.endsAtMs ?? 0) / 1000;
    expect(end - (world.now - 30 + 3600)).toBeLessThan(2);
    expect(end - (world.now - 30 + 3600)).toBeGreaterThanOrEqual(0);
  });

  test("is renewed where the revocation outlives it, with no gap", async () => {
    const world = new World();
    const until = world.now + DAY + 60;
    world.want(42, until);
    await world.time.runFor(10);
    while (world.now < until - 1) {
      expect(world.live(42)).toBeGreaterThan(0);
      await world.time.runFor(world.now < until - 300 ? 60 : 1);
    }
    await world.time.runFor(20);
    expect(world.live(42)).toBe(0);
    expect(world.agora.methods).toEqual(["POST", "POST", "DELETE"]);
  });

  test("lasts 10 s at least, which is Agora's least", async () => {
    const world = new World();
    world.want(42, world.now + 3);
    await world.time.runFor(2);
    expect(world.live(42)).toBe(1);
    expect(world.agora.complaints).toEqual([]);
  });

  test("is replaced where the revocation is made to end later", async () => {
    const world = new World();
    world.want(42, world.now + 600);
    await world.time.runFor(30);
    world.want(42, world.now + 7200);
    await world.time.runFor(30);
    expect(world.agora.methods).toEqual(["POST", "POST", "DELETE"]);
    const [rule, ...others] = world.agora.live("room-1", 42);
    expect(others).toEqual([]);
    expect((rule?.endsAtMs ?? 0) / 1000).toBeGreaterThanOrEqual(world.now - 30 + 7200);
  });

  test("is deleted with its revocation", async () => {
    const world = new World();
    world.want(42, world.now + 600);
    await world.time.runFor(30);
    world.end(42);
    await world.time.runFor(5);
    expect(world.live(42)).toBe(0);
    expect(world.agora.methods).toEqual(["POST", "DELETE"]);
    expect(world.table.nextDue()).toBeUndefined();
  });

  test("that Agora made in spite of a 504, and leaves out of its list, is found later", async () => {
    const world = new World();
    const script: Fault[] = [{ status: 504, done: "yes" }];
    world.faults = () => script.shift();
    world.leavesOut = 1;
    world.want(42, world.now + DAY);
    await world.time.runFor(60);
    expect(world.state(42)).toEqual({ state: "done" });
    expect(world.live(42)).toBe(2);
    world.leavesOut = 0;
    await world.time.runFor(3600);
    expect(world.live(42)).toBe(1);
  });
});

describe("in a flood of ejections", () => {
  const SILENT: Fault = { silent: "slow", done: "yes" };

  test("one that is sent again goes first, however many wait", async () => {
    const world = new World();
    const until = world.now + DAY;
    for (let uid = 1; uid <= 500; uid++) world.want(uid, until);
    await world.time.runFor(5);
    world.want(999, until);
    await world.time.runFor(5);
    expect(world.live(999)).toBe(0);
    world.want(999, until);
    await world.time.runFor(2);
    expect(world.state(999)).toEqual({ state: "done" });
    expect(world.live(500)).toBe(0);
  });

  test("the same while Agora is silent, and while all of the flood is sent again", async () => {
    const world = new World();
    world.faults = () => SILENT;
    const until = world.now + DAY;
    for (let uid = 1; uid <= 500; uid++) world.want(uid, until);
    await world.time.runFor(600);
    for (let uid = 1; uid <= 500; uid++) world.want(uid, until);
    await world.time.runFor(60);
    world.want(999, until);
    world.want(999, until);
    await world.time.runFor(45);
    expect(world.live(999)).toBe(1);
    // Agora has it, and nobody knows. Once it answers, that is seen.
    world.faults = () => undefined;
    world.want(999, until);
    await world.time.runFor(30);
    expect(world.state(999)).toEqual({ state: "done" });
  });

  test("one that is sent again each minute is tried each minute", async () => {
    const world = new World();
    world.faults = () => ({ silent: "slow", done: "no" });
    const until = world.now + DAY;
    for (let uid = 1; uid <= 500; uid++) world.want(uid, until);
    world.want(999, until);
    for (let minute = 0; minute < 20; minute++) {
      world.want(999, until);
      await world.time.runFor(60);
      expect(world.state(999)?.state).toBe("pending");
      expect(world.table.get("room-1", 999)?.ejection.failures).toBeGreaterThan(0);
    }
  });

  test.for([
    ["once", 1],
    ["twice", 2],
  ] as const)(
    "requests that failed, asked for %s, do not hold up the ones that were never tried",
    async ([, times]) => {
      const world = new World();
      world.faults = () => "429";
      const until = world.now + DAY;
      for (let uid = 1; uid <= 200; uid++) {
        for (let i = 0; i < times; i++) world.want(uid, until);
      }
      await world.time.runFor(1500);
      let requests = 0;
      world.faults = () => (requests++ % 2 === 0 ? "400" : undefined);
      const before = world.agora.arrivals.length;
      for (let uid = 301; uid <= 310; uid++) world.want(uid, until);
      await world.time.runFor(15);
      expect(world.agora.arrivals.length - before).toBeGreaterThan(15);
      for (let uid = 301; uid <= 310; uid++) {
        const stored = world.table.get("room-1", uid)?.ejection;
        expect((stored?.rules.length ?? 0) + (stored?.failures ?? 0)).toBeGreaterThan(0);
      }
    },
  );

  test("one whose revocation is made to end later keeps its place", async () => {
    const world = new World();
    const until = world.now + DAY / 2;
    for (let uid = 1; uid <= 50; uid++) world.want(uid, until);
    await world.time.runFor(2);
    for (let uid = 51; uid <= 100; uid++) world.want(uid, until);
    while (world.live(51) === 0) {
      if (world.live(40) === 0) world.extend(40, until + 100);
      await world.time.runFor(1);
    }
    expect(world.live(40)).toBe(1);
  });

  test("beyond 1,000 that wait they are failed, and sent again, done at once", async () => {
    const world = new World();
    const until = world.now + DAY;
    for (let uid = 1; uid <= 1002; uid++) world.want(uid, until);
    expect(world.state(1000)).toEqual({ state: "pending" });
    const failed = { state: "failed", reason: EJECTION_REASONS.crowded };
    expect(world.state(1001)).toEqual(failed);
    world.want(1001, until);
    expect(world.state(1001)).toEqual({ state: "pending" });
    await world.time.runFor(3);
    expect(world.state(1001)).toEqual({ state: "done" });
    expect(world.state(1002)).toEqual(failed);
    // In time it is done by itself.
    await world.time.runFor(900);
    expect(world.state(1002)).toEqual({ state: "done" });
    expect(world.agora.mostInOneSecond).toBeLessThan(5);
  });
});

describe("where Agora's list can't be read,", () => {
  const rule = { appid: APP_ID, cname: "room-1", uid: 7, privileges: ["join_channel"] };
  const LONG = JSON.stringify({
    status: "success",
    rules: Array.from({ length: 60_000 }, (_, id) => ({ id, ...rule })),
  });

  test("since it is too long, a rule that got no clear response is sent again", async () => {
    expect(LONG.length).toBeGreaterThan(EJECTION_RESPONSE_MAX_BYTES);
    const world = new World(3);
    let posts = 0;
    world.faults = (method) => {
      if (method === "GET") return { text: LONG };
      return method === "POST" && posts++ === 0 ? { status: 504, done: "no" } : undefined;
    };
    world.want(42, world.now + DAY);
    await world.time.runFor(300);
    expect(world.state(42)).toEqual({ state: "done" });
    expect(world.live(42)).toBe(1);
    // It goes on being looked for, and is not sent a third time.
    await world.time.runFor(7200);
    expect(posts).toBe(2);
    expect(world.live(42)).toBe(1);
  }, 30_000);

  test("the rule that was too many is deleted once the list can be read", async () => {
    const world = new World();
    let posts = 0;
    world.faults = (method) => {
      if (method === "GET") return { text: "<html>" };
      return method === "POST" && posts++ === 0 ? { status: 504, done: "yes" } : undefined;
    };
    world.want(42, world.now + DAY);
    await world.time.runFor(300);
    expect(world.live(42)).toBe(2);
    world.faults = () => undefined;
    await world.time.runFor(3600);
    expect(world.state(42)).toEqual({ state: "done" });
    expect(world.live(42)).toBe(1);
  });

  test("a process that ends again and again does not send it each time", async () => {
    const world = new World();
    world.faults = (method) =>
      method === "GET" ? { text: "<html>" } : { silent: "slow", done: "yes" };
    world.want(42, world.now + DAY);
    while (world.live(42) < 2) await world.time.runFor(1);
    for (let i = 0; i < 10; i++) {
      world.restart();
      await world.time.runFor(5);
    }
    expect(world.live(42)).toBe(2);
  });

  test("one look at it counts for all that wait for it", async () => {
    const world = new World();
    world.faults = (method) =>
      method === "GET" ? { text: "<html>" } : { status: 504, done: "no" };
    const until = world.now + DAY;
    for (let uid = 1; uid <= 50; uid++) world.want(uid, until);
    await world.time.runFor(115);
    const looks = world.agora.methods.filter((method) => method === "GET").length;
    expect(looks).toBeLessThan(100);
  });
});

test("the credentials go to the host of AGORA_API_URL alone, whatever stands after it", async () => {
  const url = fc.webUrl({ withQueryParameters: true, withFragments: true });
  const path = fc.stringMatching(/^[/\\.a-z@:]{0,12}$/);
  await fc.assert(
    fc.asyncProperty(url, path, async (text, suffix) => {
      const base = URL.parse(text + suffix);
      fc.pre(base !== null);
      const addresses: URL[] = [];
      const rules = new KickingRules({ ...SETTINGS, url: base }, async (input) => {
        addresses.push(new URL(String(input)));
        return new Response("{}");
      });
      await rules.create("room-1", 42, 60);
      await rules.list();
      expect(addresses.map(({ origin }) => origin)).toEqual([base.origin, base.origin]);
    }),
  );
});

test("200 ejections at once, with failures: all are done, with never 5 requests in a second", async () => {
  const world = new World();
  const random = createRandom(7);
  world.faults = () => (random() < 0.1 ? { status: 504, done: "yes" } : undefined);
  const until = world.now + DAY;
  for (let uid = 1; uid <= 200; uid++) world.want(uid, until);
  await world.time.runFor(600);
  for (let uid = 1; uid <= 200; uid++) {
    expect([uid, world.state(uid)?.state, world.live(uid)]).toEqual([uid, "done", 1]);
  }
  expect(world.agora.mostInOneSecond).toBeLessThan(5);
});
