import type { Command } from "./command.ts";
import type { Option } from "./option-table.ts";

const EXIT_CODES = `Exit codes
  0  done
  1  refused: by the service's rules, or what was inspected or checked is not right
  2  wrong usage: an option, a setting or a value
  3  the deployment can't be reached, or can't answer now
  4  a defect of this program`;

const WIDTH = 96;

export function programHelp(commands: readonly Command[]): string {
  const names = commands.map(({ name }) => name);
  const width = Math.max(...names.map((name) => name.length));
  return `latchkey: Agora channel keys and access tokens, made and inspected

Usage: latchkey <command> [options]

${commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`).join("\n")}

  latchkey <command> --help  what a command takes
  latchkey --version         the version of this program

Offline it signs with APP_ID and APP_CERTIFICATE (a grant: with GRANT_SECRET) of the environment.
With LATCHKEY_URL or --url it asks that deployment, with SERVICE_KEY of the environment.
Secrets are never arguments.

${EXIT_CODES}`;
}

export function commandHelp({ name, summary, operand, options, notes, examples }: Command): string {
  const rows = Object.entries(options).map(([option, described]) => ({
    left: `--${option}${described.value === undefined ? "" : ` ${described.value}`}`,
    right: described.help + repeated(described),
  }));
  const width = Math.max(...rows.map(({ left }) => left.length));
  const usage = ["latchkey", name, ...(operand === undefined ? [] : [operand]), "[options]"];
  return [
    `latchkey ${name}: ${summary}`,
    `Usage: ${usage.join(" ")}`,
    rows
      .map(({ left, right }) => `  ${left.padEnd(width)}  ${wrapped(right, width + 4)}`)
      .join("\n"),
    ...notes.map((note) => wrapped(note, 0)),
    `Examples\n${examples.map((example) => `  ${example}`).join("\n")}`,
    EXIT_CODES,
  ].join("\n\n");
}

function repeated({ isList = false }: Option): string {
  return isList ? " (repeatable)" : "";
}

/** Lines of at most WIDTH characters, all but the first with a margin. */
function wrapped(text: string, margin: number): string {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1) ?? "";
    if (line !== "" && margin + line.length + 1 + word.length > WIDTH) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines.join(`\n${" ".repeat(margin)}`);
}
