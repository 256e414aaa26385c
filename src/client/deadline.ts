// A time limit for work that may never end, or may ignore its abort signal. One piece of work at a
// time.

import type { Environment } from "./environment.ts";
import { KeySourceError } from "./key-source-error.ts";
import { redactThrown } from "./redact.ts";
import { REQUEST_TIMEOUT_SECONDS } from "./timing.ts";

export interface Deadline {
  /**
   * Settles as `work` does, but rejects with a KeySourceError only: any other error, without the
   * secret, becomes the `cause` of one with this code. After the time limit it aborts the work and
   * rejects with `timeout`.
   */
  within<T>(
    code: string,
    secret: string,
    work: (signal: AbortSignal) => T | Promise<T>,
  ): Promise<T>;
  /** Aborts the work that is under way. It rejects with the error, and so does all later work. */
  close(error: KeySourceError): void;
}

export function createDeadline({ startTimer, stopTimer }: Environment): Deadline {
  let closed: KeySourceError | undefined;
  let giveUp: ((error: KeySourceError) => void) | undefined;

  return {
    async within(code, secret, work) {
      if (closed) throw closed;
      return new Promise((resolve, reject) => {
        const controller = new AbortController();
        const fail = (error: unknown) => {
          stopTimer(timer);
          controller.abort();
          reject(
            error instanceof KeySourceError
              ? error
              : new KeySourceError(code, { cause: redactThrown(error, secret) }),
          );
        };
        const timer = startTimer(
          () => fail(new KeySourceError("timeout")),
          REQUEST_TIMEOUT_SECONDS,
        );
        giveUp = fail;
        // An async function turns an error that `work` throws at once into a rejection.
        (async () => work(controller.signal))().then((value) => {
          stopTimer(timer);
          resolve(value);
        }, fail);
      });
    },
    close(error) {
      closed = error;
      giveUp?.(error);
    },
  };
}
