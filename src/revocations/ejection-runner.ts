// Carries out the steps of ejections: one request after the other, with a pause after each, so that
// Agora never gets more than 4 in a second.

import {
  EJECTION_PAUSE_MILLISECONDS,
  EJECTION_TOO_MANY_PAUSE_SECONDS,
  EJECTIONS_WAITING_MAX,
} from "../platform/limits.ts";
import { type Ejection, newEjection } from "./ejection.ts";
import type { KickingRules } from "./ejection-api.ts";
import {
  checked,
  created,
  creating,
  crowded,
  deleted,
  deleting,
  type EjectionOutcome,
  type EjectionStep,
  failed,
  nextStep,
  notCreated,
  notDeleted,
  wantedAgain,
} from "./ejection-plan.ts";
import type { EjectionTable, StoredEjection } from "./ejection-table.ts";

export interface EjectionTime {
  /** Unix milliseconds. */
  now(): number;
  wait(milliseconds: number): Promise<void>;
}

export type EjectionStore = Pick<
  EjectionTable,
  "get" | "due" | "waiting" | "nextDue" | "put" | "remove"
>;

/** How many ejections one look at Agora's list serves. */
const CHECKED_TOGETHER_MAX = 1_000;

export class EjectionRunner {
  readonly #table: EjectionStore;
  readonly #time: EjectionTime;
  #run: Promise<void> | undefined;
  /** Unix milliseconds. A process that ended just before this one may have sent a request. */
  #nextRequestAt: number;
  #pausedUntil = 0;

  constructor(table: EjectionStore, time: EjectionTime) {
    this.#table = table;
    this.#time = time;
    this.#nextRequestAt = time.now() + EJECTION_PAUSE_MILLISECONDS;
  }

  get isRunning(): boolean {
    return this.#run !== undefined;
  }

  /** Unix milliseconds; undefined where there is nothing to do. */
  get nextRunAt(): number | undefined {
    const due = this.#table.nextDue();
    return due === undefined ? undefined : Math.max(due * 1000, this.#pausedUntil);
  }

  /** Takes every step that is due. There is one run at a time. */
  run(rules: KickingRules): Promise<void> {
    this.#run ??= this.#runAll(rules).finally(() => {
      this.#run = undefined;
    });
    return this.#run;
  }

  /** A user is to be ejected. The same may have been asked for before. */
  want(revocationId: number, channel: string, uid: number, until: number): void {
    const now = this.#nowSeconds;
    const known = this.#table.get(channel, uid);
    const ejection = known ? wantedAgain(known.ejection, until) : newEjection(channel, uid, until);
    const isRoom = this.#table.waiting(now, EJECTIONS_WAITING_MAX) < EJECTIONS_WAITING_MAX;
    this.keep({ revocationId, ejection: known || isRoom ? ejection : crowded(ejection, now) });
  }

  /** Keeps an ejection, with the time of its next step. */
  keep(stored: StoredEjection): void {
    const step = nextStep(stored.ejection, this.#nowSeconds);
    if (step.do === "forget") this.#table.remove(stored.ejection);
    else if (step.do === "wait") this.#table.put({ ...stored, due: step.until });
    else this.#putInLine(stored);
  }

  /** What is due keeps its place among the others of its turn, whatever happens to it. */
  #putInLine(stored: StoredEjection): void {
    const { channel, uid, isAskedAgain } = stored.ejection;
    const now = this.#nowSeconds;
    const known = isAskedAgain ? undefined : this.#table.get(channel, uid);
    this.#table.put({ ...stored, due: Math.min(now, known?.due ?? now) });
  }

  async #runAll(rules: KickingRules): Promise<void> {
    while (this.#pausedUntil <= this.#time.now()) {
      const [stored] = this.#table.due(this.#nowSeconds, 1);
      if (!stored) return;
      const step = nextStep(stored.ejection, this.#nowSeconds);
      const pause = this.#nextRequestAt - this.#time.now();
      if (step.do === "wait" || step.do === "forget") this.keep(stored);
      // Chosen anew after the pause: meanwhile a revocation may have come or ended.
      else if (pause > 0) await this.#time.wait(pause);
      else {
        await this.#take(step, stored, rules);
        this.#nextRequestAt = this.#time.now() + EJECTION_PAUSE_MILLISECONDS;
      }
    }
  }

  async #take(step: EjectionStep, stored: StoredEjection, rules: KickingRules): Promise<void> {
    const { ejection, revocationId } = stored;
    const { channel, uid } = ejection;
    const now = this.#nowSeconds;
    let outcome: EjectionOutcome<unknown>;
    if (step.do === "create") {
      this.#putInLine({ revocationId, ejection: creating(ejection, step.seconds, now) });
      const made = await rules.create(channel, uid, step.seconds);
      outcome = made;
      this.#change(ejection, (current, at) =>
        made.ok ? created(current, made.value, at) : notCreated(current, made, at),
      );
    } else if (step.do === "delete") {
      const { id } = step;
      this.#putInLine({ revocationId, ejection: deleting(ejection, id) });
      const gone = await rules.delete(id);
      outcome = gone;
      this.#change(ejection, (current, at) =>
        gone.ok ? deleted(current, id) : notDeleted(current, id, gone, at),
      );
    } else {
      const listed = await rules.list();
      outcome = listed;
      const byTarget = Map.groupBy(listed.ok ? listed.value : [], targetOf);
      this.#changeAll(ejection, (current, at) =>
        listed.ok
          ? checked(current, byTarget.get(targetOf(current)) ?? [], at)
          : failed(current, listed, at),
      );
    }
    if (!outcome.ok && outcome.reason === "tooMany") {
      this.#pausedUntil = this.#time.now() + EJECTION_TOO_MANY_PAUSE_SECONDS * 1000;
    }
  }

  /** What came of a request, for the ejection as it is by now. */
  #change({ channel, uid }: Ejection, change: (current: Ejection, now: number) => Ejection): void {
    const stored = this.#table.get(channel, uid);
    if (stored) this.keep({ ...stored, ejection: change(stored.ejection, this.#nowSeconds) });
  }

  /** One look at the list serves every ejection that wants one, whatever came of it. */
  #changeAll(asking: Ejection, change: (current: Ejection, now: number) => Ejection): void {
    this.#change(asking, change);
    const now = this.#nowSeconds;
    for (const { revocationId, ejection } of this.#table.due(now, CHECKED_TOGETHER_MAX)) {
      if (nextStep(ejection, now).do !== "list") continue;
      this.keep({ revocationId, ejection: change(ejection, now) });
    }
  }

  get #nowSeconds(): number {
    return Math.floor(this.#time.now() / 1000);
  }
}

function targetOf({ channel, uid }: Pick<Ejection, "channel" | "uid">): string {
  return `${uid} ${channel}`;
}
