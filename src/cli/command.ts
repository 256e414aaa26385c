import type { ExitCode } from "./cli-error.ts";
import type { CommandArguments } from "./command-arguments.ts";
import type { Options } from "./option-table.ts";
import type { Terminal } from "./terminal.ts";

export interface Command {
  /** As it is typed: "key", "service-key new". */
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What stands between the name and the options. */
  readonly operand?: string;
  readonly options: Options;
  /** What the help says below the options; each paragraph a text of its own. */
  readonly notes: readonly string[];
  readonly examples: readonly string[];
  /** The option that a field of the API came from, where the table of options does not say it. */
  readonly optionOf?: (path: string, args: CommandArguments) => string | undefined;
  /** Throws a CliError. */
  run(args: CommandArguments, terminal: Terminal): Promise<ExitCode>;
}
