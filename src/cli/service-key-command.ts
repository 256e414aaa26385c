import { createHash, randomBytes } from "node:crypto";
import * as v from "valibot";
import { NamedServiceKey, namedServiceKeys } from "../config/service-key-setting.ts";
import { parseLoosely } from "../contract/parse-request.ts";
import { CALLER_OPERATIONS, SERVICE_KEY_SERVICES } from "../contract/scope.ts";
import { crc32 } from "../keys/token/crc-32.ts";
import { CliError, EXIT, usageError } from "./cli-error.ts";
import type { Command } from "./command.ts";
import { TIMES } from "./help-notes.ts";
import {
  HELP_OPTIONS,
  type Options,
  OUTPUT_OPTIONS,
  readSeconds,
  readTime,
} from "./option-table.ts";
import { unixNow } from "./unix-now.ts";

/** What a business server does; the others are for operators. */
const USUAL_OPERATIONS = ["keys", "tokens", "grants"];

const OPTIONS: Options = {
  id: { value: "ID", field: "id", help: "its name, for logs: such as backend" },
  allow: {
    value: "NAME",
    field: "allow",
    isList: true,
    help: `what it may: ${CALLER_OPERATIONS.join(", ")}; left out: ${USUAL_OPERATIONS.join(", ")}`,
  },
  channel: {
    value: "CHANNEL",
    field: "channels",
    isList: true,
    help: "a channel that it is for, or 'team-*'; left out: all",
  },
  service: {
    value: "NAME",
    field: "services",
    isList: true,
    help: `a service that it is for: ${SERVICE_KEY_SERVICES.join(", ")}; left out: all`,
  },
  "max-expires-in": {
    value: "SECONDS",
    field: "maxExpiresIn",
    read: readSeconds,
    help: "how long what it makes may last",
  },
  "not-after": {
    value: "TIME",
    field: "notAfter",
    read: readTime,
    help: "when it stops working",
  },
  ...OUTPUT_OPTIONS,
  ...HELP_OPTIONS,
};

export const serviceKeyCommand: Command = {
  name: "service-key new",
  summary: "make a named service key, and its entry for SERVICE_KEYS",
  options: OPTIONS,
  notes: [
    "The key is lk_<id>_<43 characters>_<checksum>: 32 random bytes in base64url, and the CRC-32 of " +
      "all that stands before _<checksum>, as 8 hexadecimal digits. It is shown once. A deployment " +
      "keeps only the hash: add the entry to the JSON array of its secret SERVICE_KEYS.",
    TIMES,
  ],
  examples: [
    "latchkey service-key new --id backend",
    "latchkey service-key new --id recorder --allow keys --service recording --max-expires-in 4h",
    "latchkey service-key new --id contractor --channel 'demo-*' --not-after 2027-01-31",
  ],
  async run(args, terminal) {
    const key = newServiceKey(args.text("id") ?? "");
    const entry = entryOf(key, args.request(OPTIONS, unixNow()));
    if (args.has("json")) {
      terminal.printJson({ key, entry });
      return EXIT.done;
    }
    terminal.print(`${key}\n`);
    terminal.print("  Keep it where your server finds it: it is not shown again.");
    terminal.print("  Add this entry to the array in the secret SERVICE_KEYS:\n");
    terminal.print(JSON.stringify(entry));
    return EXIT.done;
  },
};

/** By the rules of SERVICE_KEYS itself. Throws a CliError. */
function entryOf(key: string, given: Readonly<Record<string, unknown>>): NamedServiceKey {
  const { id, allow = USUAL_OPERATIONS, ...limits } = given;
  const sha256 = createHash("sha256").update(key).digest("hex");
  const named = id === undefined ? {} : { id };
  const entry = parseLoosely(NamedServiceKey, { ...named, sha256, allow, ...limits });
  if (!entry.ok) {
    const details = { code: "invalid_request", errors: entry.errors };
    throw new CliError(EXIT.usage, "The entry is wrong.", details);
  }
  const list = v.safeParse(namedServiceKeys, JSON.stringify([entry.value]));
  if (list.success) return entry.value;
  throw usageError(list.issues[0].message.replace("entry 1: ", ""));
}

/** The checksum lets scanners tell a key from a text that looks like one. */
function newServiceKey(id: string): string {
  const text = `lk_${id}_${randomBytes(32).toString("base64url")}`;
  return `${text}_${crc32(text).toString(16).padStart(8, "0")}`;
}
