// A time limit for what may never end, by itself or because it ignores its signal. One thing at a time.

import type { Environment } from "./environment.ts";
import { KeySourceError } from "./key-source-error.ts";
import { REQUEST_TIMEOUT_SECONDS } from "./timing.ts";

export interface Deadline {
  /**
   * Settles as `work` does, but rejects with nothing but a KeySourceError: with this code, if the work failed with anything else. After the
   * limit the work is aborted, and this rejects with `timeout`.
   */
  within<T>(code: string, work: (signal: AbortSignal) => T | Promise<T>): Promise<T>;
  /** Aborts what is under way, which rejects with the error, as does everything from now on. */
  close(error: KeySourceError): void;
}

export function createDeadline({ startTimer, stopTimer }: Environment): Deadline {
  let closed: KeySourceError | undefined;
  let giveUp: (error: KeySourceError) => void = () => {};

  return {
    async within(code, work) {
      if (closed) throw closed;
      return new Promise((resolve, reject) => {
        const controller = new AbortController();
        const fail = (cause: unknown) => {
          stopTimer(timer);
          controller.abort();
          reject(
            cause instanceof KeySourceError
              ? cause
              : new KeySourceError(code, `Failed: ${code}`, { cause }),
          );
        };
        const timer = startTimer(
          () => fail(new KeySourceError("timeout", `No answer in ${REQUEST_TIMEOUT_SECONDS} s`)),
          REQUEST_TIMEOUT_SECONDS,
        );
        giveUp = fail;
        // What throws at once is a rejection like any other.
        (async () => work(controller.signal))().then((value) => {
          stopTimer(timer);
          resolve(value);
        }, fail);
      });
    },
    close(error) {
      closed = error;
      giveUp(error);
    },
  };
}
