// Whatever ends a command early, and the status that the process then exits with.

import type { FieldError } from "../keys/fields.ts";

export const EXIT = {
  done: 0,
  /** The service said no, or what was looked at is not right. */
  refused: 1,
  /** Options, settings or values that are wrong. */
  usage: 2,
  /** The deployment can't be reached, or can't answer now: to try again may help. */
  unreachable: 3,
  /** A defect of this program. */
  defect: 4,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

interface Details {
  /** The service's own code, where it has one. */
  readonly code?: string;
  /** Each wrong field, by its name in the API. */
  readonly errors?: readonly FieldError[];
}

/** `message` quotes no argument: people paste secrets in the wrong place. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly exitCode: ExitCode;
  readonly code: string;
  readonly errors: readonly FieldError[];

  constructor(exitCode: ExitCode, message: string, { code, errors = [] }: Details = {}) {
    super(message);
    this.exitCode = exitCode;
    this.code = code ?? (exitCode === EXIT.usage ? "usage" : "unreachable");
    this.errors = errors;
  }
}

export function usageError(message: string): CliError {
  return new CliError(EXIT.usage, message);
}
