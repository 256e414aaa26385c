// An operator who ejects users while workerd is killed and Agora fails. In the end each has one
// rule at Agora.

import type { Fault } from "../test/support/fake-kicking-rules.ts";
import { SECRETS } from "../test/support/settings.ts";
import { FakeAgora } from "../test/support/worker/fake-agora.ts";
import type { Deployment } from "./deployment.ts";

/** These users are in no other part of the soak. */
const FIRST_UID = 3_000_000_000;
const CHANNEL = "ejections";
const EVERY_MILLISECONDS = 2_000;
const LIFETIME_SECONDS = 7_200;
/** Rules that nobody knows are looked for within this. */
const SETTLED_SECONDS = 90;
const FAULTS: readonly Fault[] = [
  "429",
  { status: 500, done: "no" },
  { status: 504, done: "yes" },
  { status: 504, done: "late" },
  { silent: "reset", done: "yes" },
  { silent: "reset", done: "no" },
  { text: "<html>" },
];
const SLOW: Fault = { silent: "slow", done: "yes" };
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export class Ejections {
  readonly agora: FakeAgora;
  /** What should not have been. */
  readonly failures: string[] = [];
  /** Users whose ejection was acknowledged. */
  readonly ejected: number[] = [];
  #isOver = false;
  #requests = 0;

  private constructor(agora: FakeAgora) {
    this.agora = agora;
    agora.nextFault = () => {
      const request = this.#requests++;
      if (this.#isOver) return undefined;
      if (request % 23 === 22) return SLOW;
      return request % 3 === 2 ? FAULTS[Math.floor(request / 3) % FAULTS.length] : undefined;
    };
  }

  static async start(): Promise<Ejections> {
    return new Ejections(await FakeAgora.start());
  }

  async run(deployment: Deployment): Promise<void> {
    for (let uid = FIRST_UID; !this.#isOver; uid++) {
      const until = Math.floor(Date.now() / 1000) + LIFETIME_SECONDS;
      const body = { uid, channel: CHANNEL, until, eject: true };
      const key = SECRETS.SERVICE_KEY;
      const made = await deployment.ask("POST", "/v1/revocations", key, body, [201]);
      if (made?.id !== undefined) this.ejected.push(uid);
      await pause(EVERY_MILLISECONDS);
    }
  }

  /** Agora is well from now on. */
  end(): void {
    this.#isOver = true;
  }

  async check(): Promise<void> {
    const { fake } = this.agora;
    const wrong = () => this.ejected.filter((uid) => fake.live(CHANNEL, uid).length !== 1);
    const until = Date.now() + SETTLED_SECONDS * 1000;
    while (wrong().length > 0 && Date.now() < until) await pause(1_000);
    for (const uid of wrong())
      this.failures.push(`uid ${uid} has ${fake.live(CHANNEL, uid).length} rules at Agora`);
    if (fake.mostInOneSecond > 5)
      this.failures.push(`Agora got ${fake.mostInOneSecond} requests in a second`);
    this.failures.push(...fake.complaints);
  }
}
