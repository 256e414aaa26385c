import type { EjectionState, Revocation } from "../contract/responses.ts";
import { chooseDeployment } from "./choose-service.ts";
import { CliError, EXIT, type ExitCode, usageError } from "./cli-error.ts";
import type { Command } from "./command.ts";
import type { CommandArguments } from "./command-arguments.ts";
import { TIMES } from "./help-notes.ts";
import {
  HELP_OPTIONS,
  type Options,
  OUTPUT_OPTIONS,
  REMOTE_OPTIONS,
  readTime,
  USER_OPTIONS,
} from "./option-table.ts";
import { plain, type Row, rowsText, timeText } from "./report-text.ts";
import type { Service } from "./service.ts";
import type { Terminal } from "./terminal.ts";
import { unixNow } from "./unix-now.ts";

/** A full list of the shortest entries, 150,000, has 1,500 pages. */
const LIST_MAX_PAGES = 2_000;

/** What an entry can name. */
const ENTRY_OPTIONS: Options = {
  ...USER_OPTIONS,
  channel: { value: "CHANNEL", field: "channel", help: "the channel" },
  subject: { value: "TEXT", field: "sub", help: "all grants of this subject" },
  jti: { value: "ID", field: "jti", help: "one grant" },
  "issued-before": {
    value: "TIME",
    field: "issuedBefore",
    read: readTime,
    help: "grants that were issued before: alone it is about everyone's. 0s is now",
  },
  until: { value: "TIME", field: "until", read: readTime, help: "when it ends by itself" },
  eject: {
    field: "eject",
    read: () => true,
    help: "also remove the user from the call: with --uid and --channel",
  },
};
const OPTIONS: Options = {
  ...ENTRY_OPTIONS,
  list: { help: "list what is revoked now" },
  end: { value: "ID", help: "end a revocation early" },
  ...REMOTE_OPTIONS,
  ...OUTPUT_OPTIONS,
  ...HELP_OPTIONS,
};

const WAYS =
  "name what to revoke (--uid, --account, --channel, --subject, --jti or --issued-before), or " +
  "--list, or --end ID";

export const revokeCommand: Command = {
  name: "revoke",
  summary: "revoke access by grant, list revocations, or end one",
  options: OPTIONS,
  notes: [
    "It asks the deployment of LATCHKEY_URL or --url, with SERVICE_KEY of the environment or, with " +
      "--stdin, from stdin. A request by grant must match everything that you name. Without " +
      "--eject a user who is in a call stays in until their key expires. Where Agora did not remove " +
      "them, the revocation stands, and the exit code is 1.",
    TIMES,
  ],
  examples: [
    "latchkey revoke --uid 42 --channel room-1",
    "latchkey revoke --uid 42 --channel room-1 --eject",
    "latchkey revoke --subject user-7 --until 4h",
    "latchkey revoke --issued-before 0s",
    "latchkey revoke --list",
    "latchkey revoke --end 17",
  ],
  async run(args, terminal) {
    const entry = args.request(ENTRY_OPTIONS, unixNow());
    const id = args.text("end");
    const ways = [Object.keys(entry).length > 0, args.has("list"), id !== undefined];
    if (ways.filter(Boolean).length !== 1) throw usageError(WAYS);
    const service = await chooseDeployment(args, terminal);
    if (args.has("list")) return list(args, terminal, service);
    if (id !== undefined) {
      await service.ask("endRevocation", { id });
      if (args.has("json")) terminal.printJson({ id, ended: true });
      else terminal.print("ended");
      return EXIT.done;
    }
    const revocation = await service.ask("revoke", entry);
    if (args.has("json")) terminal.printJson(revocation);
    else terminal.print(`revoked\n\n${rowsText(rowsOf(revocation))}`);
    if (revocation.ejection?.state === "failed") throw notEjected(revocation.ejection);
    return EXIT.done;
  },
};

/** The revocation stands all the same. */
function notEjected({ reason = "ejection failed" }: EjectionState): CliError {
  const message = `The user was not removed from the call: ${plain(reason)}`;
  return new CliError(EXIT.refused, message, { code: "ejection_failed" });
}

async function list(
  args: CommandArguments,
  terminal: Terminal,
  service: Service,
): Promise<ExitCode> {
  const revocations: Revocation[] = [];
  let cursor: number | undefined;
  for (let pages = 1; pages === 1 || cursor !== undefined; pages++) {
    if (pages > LIST_MAX_PAGES) throw endless();
    const page = await service.ask("listRevocations", cursor === undefined ? {} : { cursor });
    revocations.push(...page.revocations);
    cursor = nextCursor(page.cursor, cursor ?? 0);
  }
  if (args.has("json")) terminal.printJson({ revocations });
  else if (revocations.length === 0) terminal.print("nothing is revoked");
  else terminal.print(revocations.map((each) => rowsText(rowsOf(each))).join("\n\n"));
  return EXIT.done;
}

/** Cursors grow from page to page: otherwise the pages could go round in a circle. */
function nextCursor(cursor: string | undefined, before: number): number | undefined {
  if (cursor === undefined) return undefined;
  const next = /^\d{1,15}$/.test(cursor) ? Number(cursor) : 0;
  if (next <= before) throw endless();
  return next;
}

function endless(): CliError {
  const message = "What answers there is no Latchkey deployment: its list has no end.";
  return new CliError(EXIT.unreachable, message);
}

/** Fields of later versions of the service are shown too. */
function rowsOf({ until, ejection, ...fields }: Revocation): Row[] {
  const reason = ejection?.reason === undefined ? "" : `: ${ejection.reason}`;
  return [
    ...Object.entries(fields).map(([name, value]): Row => [name, `${value}`]),
    ["until", timeText(until, unixNow())],
    ["ejection", ejection === undefined ? undefined : `${ejection.state}${reason}`],
  ];
}
