// A key source: holds the last key and decides when to request the next one. It is always in one
// of four phases:
//
//   idle        nothing is planned: at the start, or with a key that needs no renewal
//   requesting  a round of requests is under way; everything else waits for it
//   waiting     the alarm is set for the next round: a planned renewal, or a retry
//   ended       refused or closed: there are no more requests

import type { IssuedKey } from "../contract/responses.ts";
import { assertRenewable } from "./agora-client.ts";
import { createAlarm } from "./alarm.ts";
import { createDemand } from "./demand.ts";
import { createEnvironment } from "./environment.ts";
import { createEvents } from "./events.ts";
import { isRefusal, KeySourceError } from "./key-source-error.ts";
import { checkOptions } from "./options.ts";
import type { KeySource, KeySourceEvents, KeySourceOptions } from "./public-types.ts";
import {
  isFresh,
  joinableSeconds,
  needsRenewal,
  renewalDelaySeconds,
  retryDelaySeconds,
  secondsLeft,
} from "./renewal-plan.ts";
import { createRounds, type RoundResult } from "./round.ts";
import { createServerClock } from "./server-clock.ts";
import {
  JOIN_LAST_CALL_SECONDS,
  REPLACE_SPREAD_SECONDS,
  REQUEST_INTERVAL_MIN_SECONDS,
  WAKE_SHARE_OF_LIFE,
} from "./timing.ts";
import { onWake } from "./wake.ts";

/** What an event leads to. An event that a phase leaves out has no effect in that phase. */
interface Phase {
  /** Somebody needs a key, and nobody did before. */
  needed?(): void;
  /** Whoever needed one does not any more. */
  calmed?(): void;
  /** The alarm went off. */
  due?(): void;
  /** The device may have slept, or may be online again. */
  woken?(): void;
  /** The round gave a key. */
  received?(result: RoundResult): void;
  /** The round gave none, for now. */
  failed?(error: KeySourceError): void;
  /** The service refused for good. */
  refused?(error: KeySourceError): void;
  /** In the phase `ended` alone: why. */
  endedBy?: KeySourceError;
}

/**
 * Requests nothing until the first `get()`, or until an attached client needs a key. Throws a
 * TypeError that names the option that is missing, wrong or unknown.
 */
export function createKeySource(options: KeySourceOptions): KeySource {
  const checked = checkOptions(options);
  const environment = createEnvironment(options);
  const clock = createServerClock(environment);
  const rounds = createRounds(checked, environment, clock);
  const events = createEvents<KeySourceEvents>();
  const alarm = createAlarm(environment, clock, () => phase.due?.());
  const stopWaking = onWake(() => phase.woken?.());
  const demand = createDemand(environment, {
    onNeed: () => phase.needed?.(),
    onCalm: () => phase.calmed?.(),
    // Another key would expire with the grant as well, and the SDK would ask again at once.
    canServe: () => !(isLastKey && spareSeconds()),
    onReject(cause, attempt, delaySeconds) {
      const error = new KeySourceError("sdk", { cause });
      events.emit("retrying", { error, attempt, delaySeconds });
    },
  });

  const idle: Phase = { needed: startNow };
  const requesting: Phase = { received, failed: retry, refused: end };
  const waitingUntil = (due: number): Phase => ({
    needed: startNow,
    calmed: () => calm(due),
    due: start,
    woken: () => reconsider(due),
  });
  const ended = (endedBy: KeySourceError): Phase => ({ endedBy });

  let phase = idle;
  let current: IssuedKey | undefined;
  /** No key can follow the current one: the grant expires with it and can't be renewed. */
  let isLastKey = false;
  /** Rounds that failed since the last key came. */
  let failures = 0;
  /** In elapsed seconds: when the next round may start. */
  let notBefore = 0;

  function start(): void {
    phase = requesting;
    rounds.request().then(
      (result) => phase.received?.(result),
      (error) =>
        isRefusal(error) && !rounds.canReplace(error)
          ? phase.refused?.(error)
          : phase.failed?.(error),
    );
  }

  function startNow(): void {
    startAfter(0);
  }

  /** In Node, the process stays alive for those who wait, but not for a planned renewal. */
  function startAfter(delaySeconds: number): void {
    const due = Math.max(clock.elapsed() + delaySeconds, notBefore, rounds.heldUntil());
    phase = waitingUntil(due);
    alarm.set(due, demand.isUrgent());
  }

  /** A retry for nobody is left out. Whoever comes next waits as long as it would have taken. */
  function calm(due: number): void {
    alarm.clear();
    phase = idle;
    notBefore = due;
    if (willExpire()) startNow();
  }

  function finishRound(): void {
    phase = idle;
    notBefore = clock.elapsed() + REQUEST_INTERVAL_MIN_SECONDS;
  }

  function received({ issued, isLast }: RoundResult): void {
    const isRenewal = current !== undefined;
    finishRound();
    current = issued;
    isLastKey = isLast;
    failures = 0;
    demand.release();
    if (needsRenewal(issued)) {
      // After the last key, one more request is planned for when it expires. The service will
      // refuse it, and that is the end.
      const planned = isLast ? { ...issued, renewAt: null } : issued;
      startAfter(renewalDelaySeconds(planned, clock.now(), environment.random()));
    }
    demand.serve(issued, isRenewal);
    events.emit("renewed", issued);
  }

  function retry(error: KeySourceError): void {
    finishRound();
    failures++;
    if (isJoinable()) demand.release();
    // Nobody needs another key: this one never expires, and every get() that waited has got it.
    if (!demand.isUrgent() && !willExpire()) return;
    const heldSeconds = Math.max(0, rounds.heldUntil() - clock.elapsed());
    const random = environment.random();
    const retrySeconds = isRefusal(error)
      ? random * REPLACE_SPREAD_SECONDS + REQUEST_INTERVAL_MIN_SECONDS
      : retryDelaySeconds(failures, spareSeconds() - heldSeconds, random);
    const delaySeconds = Math.max(heldSeconds + retrySeconds, REQUEST_INTERVAL_MIN_SECONDS);
    startAfter(delaySeconds);
    events.emit("retrying", { error, attempt: failures, delaySeconds });
  }

  /** The alarm may have slept with the device. After a failure, an earlier try may succeed. */
  function reconsider(due: number): void {
    const delaySeconds = due - clock.elapsed();
    const sooner = environment.random() * spareSeconds() * WAKE_SHARE_OF_LIFE;
    startAfter(failures ? Math.min(delaySeconds, sooner) : delaySeconds);
  }

  function end(error: KeySourceError): void {
    phase = ended(error);
    alarm.clear();
    rounds.close(error);
    stopWaking();
    demand.end();
    events.emit("stopped", { error });
    events.clear();
  }

  /** How long the key stays valid while nobody waits for another. */
  function spareSeconds(): number {
    return demand.isUrgent() || !current ? 0 : secondsLeft(current, clock.now());
  }

  function willExpire(): boolean | undefined {
    return current && needsRenewal(current);
  }

  function isJoinable(): boolean | undefined {
    return current && joinableSeconds(current, clock.now()) > JOIN_LAST_CALL_SECONDS;
  }

  return {
    async get({ signal } = {}) {
      // During an outage, a key that is a little old is better than none.
      const isGood = current && (isFresh(current, clock.now()) || (failures && isJoinable()));
      if (!phase.endedBy && !isGood && !signal?.aborted) await demand.wait(signal);
      if (signal?.aborted) throw signal.reason;
      if (phase.endedBy) throw phase.endedBy;
      return (current as IssuedKey).key;
    },
    get current() {
      return current;
    },
    attach(client) {
      assertRenewable(client);
      return phase.endedBy ? () => {} : demand.add(client);
    },
    on: events.on,
    close() {
      // An app that calls close() needs no event about it.
      events.clear();
      if (!phase.endedBy) end(new KeySourceError("closed"));
    },
  };
}
