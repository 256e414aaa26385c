import type { IssuedKey } from "../contract/responses.ts";
import type { RtcPrivileges } from "../contract/values.ts";
import { rtcPrivileges } from "../issuance/privileges.ts";
import { chooseService } from "./choose-service.ts";
import { EXIT } from "./cli-error.ts";
import type { Command } from "./command.ts";
import { STDIN, TIMES, WHERE_SIGNED } from "./help-notes.ts";
import { describeUser, placeText, printCredential, signedRows } from "./issued-text.ts";
import {
  HELP_OPTIONS,
  type Options,
  OUTPUT_OPTIONS,
  quietOption,
  readNumber,
  readSeconds,
  readTime,
  SERVICE_OPTIONS,
  USER_OPTIONS,
} from "./option-table.ts";
import { privilegeOption, privilegesOf } from "./privilege-option.ts";
import { privilegesText } from "./report-text.ts";
import { unixNow } from "./unix-now.ts";

const OPTIONS: Options = {
  channel: { value: "CHANNEL", field: "channel", help: "the channel to join" },
  ...USER_OPTIONS,
  "sdk-version": {
    value: "VERSION",
    field: "sdkVersion",
    help: "the client's SDK: the newest key that it takes",
  },
  platform: { value: "NAME", field: "platform", help: "its platform: native, web or flutter" },
  "key-version": { value: "1..7", field: "version", read: readNumber, help: "in place of an SDK" },
  service: {
    value: "NAME",
    field: "service",
    help: "mediaChannel (default), recording, publicSharing, inChannelPermission",
  },
  permission: {
    value: "NAME",
    field: "permission",
    help: "noUpload or audioVideoUpload, for inChannelPermission",
  },
  role: { value: "NAME", field: "role", help: "publisher (default) or subscriber: versions 6, 7" },
  privilege: {
    value: "NAME=SECONDS",
    isList: true,
    help: "in place of a role: joinChannel, publishAudio, publishVideo, publishData",
  },
  "expires-in": {
    value: "SECONDS",
    field: "expiresIn",
    read: readSeconds,
    help: "how long it lasts; 0 is for ever",
  },
  "issued-at": {
    value: "TIME",
    field: "issuedAt",
    read: readTime,
    help: "with EXACT_TIMES=on, for keys that can be made again",
  },
  "expires-at": { value: "TIME", field: "expiresAt", read: readTime, help: "the same" },
  "random-int": { value: "NUMBER", field: "randomInt", read: readNumber, help: "the same" },
  "app-id": { value: "ID", help: "offline: the project; left out: APP_ID" },
  ...SERVICE_OPTIONS,
  ...quietOption("the key"),
  ...OUTPUT_OPTIONS,
  ...HELP_OPTIONS,
};

export const keyCommand: Command = {
  name: "key",
  summary: "make a channel key, or an access token for a channel",
  options: OPTIONS,
  notes: [WHERE_SIGNED, STDIN, TIMES],
  examples: [
    "latchkey key --channel room-1 --uid 42",
    "latchkey key --channel room-1 --uid 42 --sdk-version 4.24.8 --platform web",
    "latchkey key --channel room-1 --account alice --role subscriber --expires-in 1h --quiet",
  ],
  optionOf: privilegeOption,
  async run(args, terminal) {
    const request = { ...args.request(OPTIONS, unixNow()), ...privilegesOf(args) };
    const service = await chooseService(args, terminal, "certificate");
    const issued = await service.ask("issueKey", request);
    if (issued.key === null && args.has("quiet")) {
      terminal.complain("latchkey key: this project has no certificate. Join with null.");
      return EXIT.refused;
    }
    printCredential(args, terminal, issued, issued.key, [
      ["what", whatText(issued)],
      ["channel", issued.channel],
      ["user", describeUser(issued)],
      ["role", issued.role],
      ["permission", args.text("permission")],
      ["privileges", signedPrivileges(request.privileges, issued)],
      ...signedRows(issued),
      ["signed", placeText(service.place)],
    ]);
    return EXIT.done;
  },
};

function whatText({ key, version, service }: IssuedKey): string {
  const kind = version <= 5 ? "channel key" : "access token";
  return key === null ? "none: join with null" : `${kind}, version ${version}, ${service}`;
}

/** The response does not repeat them. */
function signedPrivileges(
  privileges: RtcPrivileges | undefined,
  { issuedAt, expiresAt }: IssuedKey,
): string | undefined {
  if (privileges === undefined || expiresAt === null) return undefined;
  return privilegesText(rtcPrivileges({ role: undefined, privileges }, expiresAt - issuedAt));
}
