// Arguments become values here. No message quotes one: it could be a secret in the wrong place.

import { parseArgs } from "node:util";
import { usageError } from "./cli-error.ts";
import type { Options } from "./option-table.ts";

/** Names under which people try to hand over a secret, a key or a grant. */
const SECRET_NAMES = new Set([
  ...["certificate", "app-certificate", "appcertificate", "cert", "secret", "password"],
  ...["service-key", "servicekey", "grant-secret", "grantsecret", "credential", "bearer"],
  ...["key", "token", "grant", "authorization", "app-certificate-previous", "api-key"],
]);
const WHY_NO_SECRETS =
  "Every user of this machine can see arguments (ps), and the shell's history keeps them. Put a " +
  "secret into the environment, or pipe it in: see --help.";

/** A name that may be repeated in a message: any secret is longer. */
export function isHarmless(name: string): boolean {
  return /^[a-z-]{1,16}$/.test(name);
}

export class CommandArguments {
  readonly positionals: readonly string[];
  readonly #values: ReadonlyMap<string, readonly string[]>;

  constructor(values: ReadonlyMap<string, readonly string[]>, positionals: readonly string[]) {
    this.#values = values;
    this.positionals = positionals;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  text(name: string): string | undefined {
    return this.#values.get(name)?.[0];
  }

  all(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  /** The request that these options make. */
  request(options: Options, nowSeconds: number): Record<string, unknown> {
    const fields = Object.entries(options).flatMap(([name, { field, isList, read }]) => {
      if (field === undefined || !this.has(name)) return [];
      const values = this.all(name).map((text) => (read ? read(text, nowSeconds) : text));
      return [[field, isList ? values : values[0]] as const];
    });
    return Object.fromEntries(fields);
  }
}

/** Throws what is wrong with the arguments. `maxPositionals`: how many stand without an option. */
export function readArguments(
  args: readonly string[],
  options: Options,
  maxPositionals: number,
): CommandArguments {
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      Object.entries(options).map(([name, { value }]) => [
        name,
        {
          type: value === undefined ? "boolean" : "string",
          ...(name === "help" && { short: "h" }),
        },
      ]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values = new Map<string, string[]>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === "option-terminator") continue;
    const place = `argument ${token.index + 1}`;
    if (token.kind === "positional") {
      positionals.push(token.value);
      if (positionals.length > maxPositionals) throw strayArgument(place);
      continue;
    }
    const { name, value, inlineValue } = token;
    const option = Object.hasOwn(options, name) ? options[name] : undefined;
    if (option === undefined) {
      throw unknownOption(name, value ?? args[token.index + 1], place, options);
    }
    if (option.value === undefined) {
      if (value !== undefined) throw usageError(`--${name} takes no value`);
    } else if (value === undefined || value === "" || (!inlineValue && value.startsWith("--"))) {
      throw usageError(`--${name} needs a value: --${name} ${option.value}`);
    }
    const known = values.get(name) ?? [];
    if (known.length > 0 && !option.isList) throw usageError(`--${name} is given twice`);
    values.set(name, [...known, value ?? ""]);
  }
  return new CommandArguments(values, positionals);
}

/** Names may have commas. Whoever meant a list by one learns of it here. */
export function commaHints(args: CommandArguments, options: Options): string[] {
  return Object.entries(options).flatMap(([name, { value, isList = false }]) => {
    if (value === "FILE" || !args.all(name).some((text) => text.includes(","))) return [];
    const what =
      value === "CHANNEL" ? "channel with a comma in its name" : "value with a comma in it";
    return [`--${name}: this is one ${what}${isList ? `; repeat --${name} for several` : ""}`];
  });
}

function strayArgument(place: string): Error {
  const why = `If it is a secret, a key or a grant: ${WHY_NO_SECRETS}`;
  return usageError(`${place} belongs to no option: --help lists them. ${why}`);
}

function unknownOption(
  name: string,
  value: string | undefined,
  place: string,
  options: Options,
): Error {
  const spelled = name.toLowerCase().replaceAll("_", "-");
  if (SECRET_NAMES.has(spelled)) {
    const what = "no secret, key or grant may be an argument";
    return usageError(`--${spelled} is refused: ${what}. ${WHY_NO_SECRETS}`);
  }
  if (spelled === "version" && "key-version" in options) {
    const version = /^[1-7]$/.exec(value ?? "")?.[0] ?? "5";
    return usageError(
      `--version is of this program (latchkey --version). Say --key-version ${version}.`,
    );
  }
  const shown = isHarmless(name) ? `--${name}` : place;
  return usageError(`${shown} is no option of this command: --help lists them`);
}
