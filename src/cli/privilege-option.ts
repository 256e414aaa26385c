// `--privilege joinChannel=3600`, which the commands for keys and for tokens share.

import { privileges, type RtcPrivileges } from "../contract/values.ts";
import { usageError } from "./cli-error.ts";
import type { CommandArguments } from "./command-arguments.ts";
import { formOf, readMember, readSeconds } from "./option-table.ts";

const NAMES = Object.keys(privileges.entries);

/** The field `privileges` of a request; empty where none is given. */
export function privilegesOf(args: CommandArguments): { readonly privileges?: RtcPrivileges } {
  const texts = args.all("privilege");
  if (texts.length === 0) return {};
  const members = texts.map((text) => {
    const [name = "", value = ""] = readMember(text) ?? [];
    if (!NAMES.includes(name)) {
      throw usageError(`--privilege must be NAME=SECONDS, and NAME one of ${NAMES.join(", ")}`);
    }
    const seconds = readSeconds(value);
    if (typeof seconds === "number") return [name, seconds] as const;
    throw usageError(`--privilege ${name} ${formOf(readSeconds)}`);
  });
  if (new Set(members.map(([name]) => name)).size < members.length) {
    throw usageError("--privilege names one privilege twice");
  }
  return { privileges: Object.fromEntries(members) as RtcPrivileges };
}

/** The option behind `privileges.joinChannel`. */
export function privilegeOption(path: string): string | undefined {
  const [field, name] = path.split(".");
  if (field !== "privileges") return undefined;
  return name === undefined ? "--privilege" : `--privilege ${name}`;
}
