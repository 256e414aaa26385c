// `npx latchkey`: from the arguments to a command, and from its outcome to the exit code.

import { CliError, EXIT, type ExitCode, usageError } from "./cli-error.ts";
import type { Command } from "./command.ts";
import {
  type CommandArguments,
  commaHints,
  isHarmless,
  readArguments,
} from "./command-arguments.ts";
import { doctorCommand } from "./doctor-command.ts";
import { grantCommand } from "./grant-command.ts";
import { commandHelp, programHelp } from "./help-text.ts";
import { inspectCommand } from "./inspect-command.ts";
import { keyCommand } from "./key-command.ts";
import { formOf } from "./option-table.ts";
import { revokeCommand } from "./revoke-command.ts";
import { serviceKeyCommand } from "./service-key-command.ts";
import { Terminal } from "./terminal.ts";
import { tokenCommand } from "./token-command.ts";

declare const LATCHKEY_VERSION: string;

const COMMANDS: readonly Command[] = [
  keyCommand,
  tokenCommand,
  grantCommand,
  inspectCommand,
  revokeCommand,
  serviceKeyCommand,
  doctorCommand,
];

const terminal = new Terminal();
process.exitCode = await main(process.argv.slice(2)).catch(defect);

async function main(args: readonly string[]): Promise<ExitCode> {
  const [first = ""] = args;
  if (["--version", "-v", "version"].includes(first)) {
    terminal.print(LATCHKEY_VERSION);
    return EXIT.done;
  }
  const isHelp = ["--help", "-h", "help"].includes(first);
  const words = isHelp ? args.slice(1) : args;
  const wantsHelp = isHelp || asksForHelp(words);
  const command =
    COMMANDS.find(({ name }) => isNamed(name, words)) ??
    COMMANDS.find(({ name }) => wantsHelp && name.startsWith(`${words[0]} `));
  if (command === undefined) return unknownCommand(words, isHelp);
  if (wantsHelp) {
    terminal.print(commandHelp(command));
    return EXIT.done;
  }
  const rest = words.slice(command.name.split(" ").length);
  return run(command, rest);
}

function asksForHelp(words: readonly string[]): boolean {
  return words.includes("--help") || words.includes("-h");
}

function isNamed(name: string, words: readonly string[]): boolean {
  return name.split(" ").every((part, i) => words[i] === part);
}

/** What was typed in the place of a command is repeated only where it can be no secret. */
function unknownCommand(words: readonly string[], isHelp: boolean): ExitCode {
  if (isHelp && words.length === 0) {
    terminal.print(programHelp(COMMANDS));
    return EXIT.done;
  }
  const names = COMMANDS.map(({ name }) => name).join(", ");
  const [word] = words;
  const shown = word !== undefined && isHarmless(word) ? word : "argument 1";
  const what = word === undefined ? "name a command" : `${shown} is no command. The commands are`;
  terminal.complain(`latchkey: ${what}: ${names}. latchkey --help says more.`);
  return EXIT.usage;
}

async function run(command: Command, rest: readonly string[]): Promise<ExitCode> {
  const maxPositionals = command.operand === undefined ? 0 : 1;
  let args: CommandArguments | undefined;
  try {
    args = readArguments(rest, command.options, maxPositionals);
    if (args.has("json") && args.has("quiet")) throw usageError("--json or --quiet: not both");
    // Programs read stderr as JSON then.
    const hints = args.has("json") ? [] : commaHints(args, command.options);
    for (const hint of hints) terminal.complain(`latchkey ${command.name}: ${hint}`);
    const varsFile = args.text("vars");
    if (varsFile !== undefined) terminal.loadFile(varsFile);
    return await command.run(args, terminal);
  } catch (error) {
    return complain(command, args, error, rest.includes("--json"));
  }
}

function complain(
  command: Command,
  args: CommandArguments | undefined,
  error: unknown,
  isJson: boolean,
): ExitCode {
  if (!(error instanceof CliError)) return defect();
  const { message, code, errors, exitCode } = error;
  if (isJson) {
    const more = errors.length > 0 ? { errors } : {};
    terminal.complainJson({ code, detail: message, ...more });
    return exitCode;
  }
  const lines = errors.map(({ path, message: what }) => {
    const option = args && path !== "" ? optionOf(command, args, path) : path;
    return `${option} ${(args && unreadable(command, args, option)) ?? what}`.trim();
  });
  // Of a request, the message only repeats which fields are wrong.
  const said = code === "invalid_request" && lines.length > 0 ? lines : [...lines, message];
  const isRefused = exitCode === EXIT.refused && code !== "usage" ? ` (${code})` : "";
  for (const line of said) terminal.complain(`latchkey ${command.name}: ${line}${isRefused}`);
  return exitCode;
}

/** Never the error's message: it may quote what caused it. */
function defect(): ExitCode {
  terminal.complain("latchkey: this is a defect of this program. Please report it.");
  return EXIT.defect;
}

/** The option that a field of the API came from; the field itself where none did. */
function optionOf({ options, optionOf: special }: Command, args: CommandArguments, path: string) {
  const own = special?.(path, args);
  if (own !== undefined) return own;
  const [field] = path.split(/[.[]/);
  const found = Object.entries(options).find(([, option]) => option.field === field);
  return found === undefined ? path : `--${found[0]}`;
}

/** How the value of an option is written, where the given one could not be read. */
function unreadable({ options }: Command, args: CommandArguments, option: string) {
  const name = option.replace(/^--/, "");
  const read = options[name]?.read;
  return read && args.all(name).some((text) => typeof read(text, 0) === "string")
    ? formOf(read)
    : undefined;
}
