import { chooseService } from "./choose-service.ts";
import { EXIT } from "./cli-error.ts";
import type { Command } from "./command.ts";
import { TIMES } from "./help-notes.ts";
import { describeUser, placeText, printCredential } from "./issued-text.ts";
import {
  HELP_OPTIONS,
  type Options,
  OUTPUT_OPTIONS,
  quietOption,
  readSeconds,
  SERVICE_OPTIONS,
  USER_OPTIONS,
} from "./option-table.ts";
import { durationText, timeText } from "./report-text.ts";
import { unixNow } from "./unix-now.ts";

const OPTIONS: Options = {
  channel: {
    value: "CHANNEL",
    field: "channels",
    isList: true,
    help: "a channel, or the start of one and *: 'team-*'",
  },
  ...USER_OPTIONS,
  role: { value: "NAME", field: "role", help: "publisher (default) or subscriber" },
  service: {
    value: "NAME",
    field: "services",
    isList: true,
    help: "mediaChannel (default), recording, publicSharing, inChannelPermission, rtm, chat",
  },
  "expires-in": {
    value: "SECONDS",
    field: "expiresIn",
    read: readSeconds,
    help: "how long it lasts: up to 24h",
  },
  "max-key-expires-in": {
    value: "SECONDS",
    field: "maxKeyExpiresIn",
    read: readSeconds,
    help: "how long each of its keys may last",
  },
  subject: { value: "TEXT", field: "subject", help: "whose it is, to revoke it by; else random" },
  "app-id": { value: "ID", help: "offline: the project; left out: APP_ID" },
  ...SERVICE_OPTIONS,
  ...quietOption("the grant"),
  ...OUTPUT_OPTIONS,
  ...HELP_OPTIONS,
};

export const grantCommand: Command = {
  name: "grant",
  summary: "make a grant, with which a client gets keys by itself",
  options: OPTIONS,
  notes: [
    "Offline it signs with GRANT_SECRET of the environment, for APP_ID (or --app-id) and by " +
      "GRANT_ISSUER where that is set. With LATCHKEY_URL or --url it asks that deployment, with " +
      "SERVICE_KEY of the environment.",
    "--stdin takes the one secret that is needed from stdin: GRANT_SECRET offline, else " +
      "SERVICE_KEY. At a terminal it asks for it.",
    TIMES,
  ],
  examples: [
    "latchkey grant --channel room-1 --channel 'team-*' --uid 42 --expires-in 4h",
    "latchkey grant --channel room-1 --account alice --role subscriber --expires-in 1h --quiet",
  ],
  async run(args, terminal) {
    const service = await chooseService(args, terminal, "grantSecret");
    const request = args.request(OPTIONS, unixNow());
    const issued = await service.ask("issueGrant", request);
    const { maxKeyExpiresIn } = request;
    const longest = typeof maxKeyExpiresIn === "number" ? maxKeyExpiresIn : undefined;
    const issuedAt = issued.expiresAt - Number(request.expiresIn);
    printCredential(args, terminal, issued, issued.grant, [
      ["what", "grant: the client sends it as Authorization: Bearer"],
      ["channels", args.all("channel").join(", ")],
      ["user", describeUser(request)],
      ["role", args.text("role") ?? "publisher"],
      ["services", args.has("service") ? args.all("service").join(", ") : "mediaChannel"],
      ["keys last", longest === undefined ? undefined : `at most ${durationText(longest)}`],
      ["subject", issued.subject],
      ["jti", issued.jti],
      ["expires", timeText(issued.expiresAt, issuedAt)],
      ["signed", placeText(service.place)],
    ]);
    return EXIT.done;
  },
};
