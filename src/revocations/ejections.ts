// The ejections of a list, as its Durable Object needs them: what is asked for is kept, and carried
// out from the object's alarm, off the path of every request.

import { readConfig } from "../config/settings.ts";
import type { Revocation } from "../contract/responses.ts";
import { EJECTION_RESUME_SECONDS } from "../platform/limits.ts";
import { wait } from "../platform/timeout.ts";
import { ejectionState } from "./ejection.ts";
import { type KickingRuleSettings, KickingRules } from "./ejection-api.ts";
import { ended } from "./ejection-plan.ts";
import { EjectionRunner } from "./ejection-runner.ts";
import { EjectionTable } from "./ejection-table.ts";

export class Ejections {
  readonly #storage: DurableObjectStorage;
  readonly #readEnv: () => object;
  readonly #table: EjectionTable;
  readonly #runner: EjectionRunner;

  constructor(storage: DurableObjectStorage, readEnv: () => object) {
    this.#storage = storage;
    this.#readEnv = readEnv;
    this.#table = new EjectionTable(storage.sql);
    this.#runner = new EjectionRunner(this.#table, { now: Date.now, wait });
    this.#endOrphans();
    // The process before this one may have ended in the middle.
    this.setAlarm().catch(() => undefined);
  }

  /**
   * For a new revocation, and for one that was made to end later. `eject`: with an ejection from
   * now on. Returns the entry with the state of its ejection.
   */
  async follow(entry: Revocation, eject: boolean): Promise<Revocation> {
    const { id, channel, uid, until } = entry;
    const revocationId = Number(id);
    const stored = this.#table.ofRevocation(revocationId);
    if (eject && channel !== undefined && uid !== undefined) {
      this.#runner.want(revocationId, channel, uid, until);
    } else if (stored) {
      this.#runner.keep({ revocationId, ejection: { ...stored.ejection, until } });
    } else return entry;
    await this.setAlarm();
    return this.describe([entry])[0] ?? entry;
  }

  /**
   * The revocations were ended early: their rules go with them. Nothing is waited for before all of
   * that is kept, so that it is written together with the end of the revocations.
   */
  async end(revocationIds: readonly number[]): Promise<void> {
    for (const revocationId of revocationIds) {
      const stored = this.#table.ofRevocation(revocationId);
      if (!stored) continue;
      this.#runner.keep({ revocationId, ejection: ended(stored.ejection, nowSeconds()) });
    }
    await this.setAlarm();
  }

  /** No rule may outlive its revocation. Where the revocation's time is up, the rule's is too. */
  #endOrphans(): void {
    const now = nowSeconds();
    for (const { revocationId, ejection } of this.#table.withoutRevocation()) {
      if (!ejection.isWanted || ejection.until <= now) continue;
      this.#runner.keep({ revocationId, ejection: ended(ejection, now) });
    }
  }

  /** Entries, in the order of their ids, with the state of their ejections. */
  describe(entries: readonly Revocation[]): Revocation[] {
    const ids = entries.map(({ id }) => Number(id));
    const found = this.#table.ofRevocations(ids[0] ?? 0, ids.at(-1) ?? 0);
    if (found.size === 0) return [...entries];
    const hasCredentials = this.#settings !== undefined;
    return entries.map((entry) => {
      const ejection = found.get(Number(entry.id));
      if (!ejection) return entry;
      return { ...entry, ejection: ejectionState(ejection, hasCredentials, nowSeconds()) };
    });
  }

  get isDue(): boolean {
    const due = this.#runner.nextRunAt;
    return due !== undefined && due <= Date.now() && this.#settings !== undefined;
  }

  /** Carries out what is due, in the background: no publication of the list waits for Agora. */
  start(): void {
    this.#table.removeEnded(nowSeconds());
    const settings = this.#settings;
    if (!settings) return;
    const rules = new KickingRules(settings, (input, init) => fetch(input, init));
    // After a failure of our own the list's next publication starts it again.
    this.#runner.run(rules).then(
      () => this.setAlarm(),
      () => undefined,
    );
  }

  /** Sets the object's alarm to when there is something to do, if it would go off later. */
  async setAlarm(): Promise<void> {
    const due = this.#runner.nextRunAt;
    if (due === undefined || !this.#settings) return;
    // While it runs, the alarm is for the case that this process ends.
    const at = this.#runner.isRunning ? Date.now() + EJECTION_RESUME_SECONDS * 1000 : due;
    const alarm = await this.#storage.getAlarm();
    if (alarm === null || alarm > at) await this.#storage.setAlarm(at);
  }

  /** Undefined where the credentials are not set. */
  get #settings(): KickingRuleSettings | undefined {
    const config = readConfig(this.#readEnv());
    if (!config.ok || !config.value.agoraApi) return undefined;
    return { appId: config.value.appId, ...config.value.agoraApi };
  }
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
