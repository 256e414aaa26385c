// A key source: holds the last answer, and decides at every event (an answer, a failure, somebody who needs a key, a device
// that wakes) when the next round begins. One round at a time; everything else waits for it.

import { type AgoraClient, type Attachment, attachTo } from "./agora-client.ts";
import { createAlarm } from "./alarm.ts";
import { createEnvironment } from "./environment.ts";
import { createEvents } from "./events.ts";
import { isRefusal, KeySourceError } from "./key-source-error.ts";
import type { KeyAnswer, KeySource, KeySourceEvents, KeySourceOptions } from "./public-types.ts";
import {
  isFresh,
  joinableSeconds,
  renewalDelaySeconds,
  retryDelaySeconds,
  secondsLeft,
} from "./renewal-plan.ts";
import { createRounds } from "./round.ts";
import { createServerClock } from "./server-clock.ts";
import {
  JOIN_LAST_CALL_SECONDS,
  REQUEST_INTERVAL_MIN_SECONDS,
  WAKE_SHARE_OF_LIFE,
} from "./timing.ts";
import { onWake } from "./wake.ts";

/** Asks for nothing until the first `get()`, or until an attached client needs a key. Throws a TypeError if the set-up can't work. */
export function createKeySource(options: KeySourceOptions): KeySource {
  const environment = createEnvironment(options);
  const clock = createServerClock(environment);
  const rounds = createRounds(options, environment, clock);
  const events = createEvents<KeySourceEvents>();
  /** Called when a key is there, or none will ever be. */
  const waiters = new Set<() => void>();
  const attachments = new Set<Attachment>();
  /** Those whose SDK asked for a key that has not come yet. */
  const asking = new Set<Attachment>();
  let current: KeyAnswer | undefined;
  /** The grant ends with the current key, and can't be renewed. */
  let isLastKey = false;
  let attempt = 0;
  let isAsking = false;
  let earliest = 0;
  let ended: KeySourceError | undefined;

  const alarm = createAlarm(environment, clock, ask);
  const isUrgent = () => waiters.size + asking.size > 0;
  /** How long nobody is put out, while nobody waits. */
  const spareSeconds = () =>
    isUrgent() || !current ? 0 : Math.max(0, secondsLeft(current, clock.now()) ?? 0);

  /** In Node, the process stays alive for those who wait; not for a renewal to come. */
  function askAfter(delaySeconds: number): void {
    alarm.set(Math.max(clock.elapsed() + delaySeconds, earliest, rounds.heldUntil()), isUrgent());
  }

  function ask(): void {
    isAsking = true;
    const finish = () => {
      isAsking = false;
      earliest = clock.elapsed() + REQUEST_INTERVAL_MIN_SECONDS;
      return !ended;
    };
    rounds.ask().then(
      ({ answer, isLast }) => finish() && accept(answer, isLast),
      (error) => finish() && fail(error),
    );
  }

  function accept(answer: KeyAnswer, isLast: boolean): void {
    const isRenewal = current !== undefined;
    current = answer;
    isLastKey = isLast;
    attempt = 0;
    settle();
    if (secondsLeft(answer, 0) !== undefined) {
      // The last key has no successor: what is left is to hear so, when it ends.
      const planned = isLast ? { ...answer, renewAt: null } : answer;
      askAfter(renewalDelaySeconds(planned, clock.now(), environment.random()));
    }
    for (const attachment of attachments) {
      const hasAsked = asking.delete(attachment);
      if (answer.key !== null && (isRenewal || hasAsked)) attachment.handOver(answer.key, hasAsked);
    }
    events.emit("renewed", answer);
  }

  function fail(error: KeySourceError): void {
    if (isRefusal(error)) {
      end(error);
      events.emit("stopped", { error });
      events.clear();
      return;
    }
    attempt++;
    if (isStillJoinable()) settle();
    // Nobody needs the next key: this one never ends, and served who asked.
    if (!isUrgent() && (!current || secondsLeft(current, 0) === undefined)) return;
    const heldSeconds = Math.max(0, rounds.heldUntil() - clock.elapsed());
    const retrySeconds = retryDelaySeconds(
      attempt,
      spareSeconds() - heldSeconds,
      environment.random(),
    );
    const delaySeconds = Math.max(heldSeconds + retrySeconds, REQUEST_INTERVAL_MIN_SECONDS);
    askAfter(delaySeconds);
    events.emit("retrying", { error, attempt, delaySeconds });
  }

  function settle(): void {
    for (const waiter of waiters) waiter();
    waiters.clear();
  }

  function isStillJoinable(): boolean {
    return current !== undefined && joinableSeconds(current, clock.now()) > JOIN_LAST_CALL_SECONDS;
  }

  /** Somebody needs a key now. One who joins others that wait already does not cut their backoff short. */
  function need<Who>(needy: Set<Who>, who: Who): void {
    const wasUrgent = isUrgent();
    needy.add(who);
    if (!isAsking && !wasUrgent) askAfter(0);
  }

  function wake(): void {
    const due = alarm.due();
    if (due === undefined) return;
    const delaySeconds = due - clock.elapsed();
    // Overdue if the timer slept with the device. After a failure it may be worth trying sooner than was planned.
    const sooner = environment.random() * spareSeconds() * WAKE_SHARE_OF_LIFE;
    askAfter(attempt ? Math.min(delaySeconds, sooner) : delaySeconds);
  }

  function end(error: KeySourceError): void {
    ended = error;
    alarm.clear();
    rounds.close(error);
    stopWaking();
    for (const attachment of attachments) attachment.detach();
    attachments.clear();
    asking.clear();
    settle();
  }

  const stopWaking = onWake(wake);

  return {
    async get() {
      // In the middle of an outage, a key that is a little old is better than none yet.
      const isGood = current && (isFresh(current, clock.now()) || (attempt && isStillJoinable()));
      if (!ended && !isGood) await new Promise<void>((resolve) => need(waiters, resolve));
      if (ended) throw ended;
      return (current as KeyAnswer).key;
    },
    get current() {
      return current;
    },
    attach(client: AgoraClient) {
      if (ended) return () => {};
      const attachment: Attachment = attachTo(client, environment, {
        onAsk() {
          // While the last key lasts, another would end no later, and the SDK would ask again at once.
          if (attachments.has(attachment) && !(isLastKey && spareSeconds()))
            need(asking, attachment);
        },
        onRefuse(cause, attempt, delaySeconds) {
          const error = new KeySourceError("sdk", "The SDK did not take the key", { cause });
          events.emit("retrying", { error, attempt, delaySeconds });
        },
      });
      attachments.add(attachment);
      return () => {
        attachment.detach();
        attachments.delete(attachment);
        asking.delete(attachment);
      };
    },
    on: events.on,
    close() {
      if (!ended) end(new KeySourceError("closed", "Closed"));
      events.clear();
    },
  };
}
