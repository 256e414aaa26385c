// How the readers say no: an error from any depth, which becomes a value before it leaves them.

import { failure, type Result, success } from "../platform/result.ts";

/** Ends a reading. The message says what is wrong, and never quotes the text. */
export class Unreadable extends Error {}

/** The bytes end where more must follow. */
export class EndsTooSoon extends Unreadable {}

/** What `read` returns, or why it could not. */
export function attempt<T>(read: () => T): Result<T, Unreadable> {
  try {
    return success(read());
  } catch (error) {
    if (error instanceof Unreadable) return failure([error]);
    throw error;
  }
}
