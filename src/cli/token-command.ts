import type { IssuedService, IssuedToken } from "../contract/responses.ts";
import { permissions } from "../contract/token-request.ts";
import { chooseService } from "./choose-service.ts";
import { EXIT, usageError } from "./cli-error.ts";
import type { Command } from "./command.ts";
import type { CommandArguments } from "./command-arguments.ts";
import { STDIN, TIMES, WHERE_SIGNED } from "./help-notes.ts";
import { describeUser, placeText, printCredential, signedRows } from "./issued-text.ts";
import {
  HELP_OPTIONS,
  type Options,
  OUTPUT_OPTIONS,
  quietOption,
  readMember,
  readSeconds,
  SERVICE_OPTIONS,
  USER_OPTIONS,
} from "./option-table.ts";
import { privilegeOption, privilegesOf } from "./privilege-option.ts";
import { privilegesText, type Row } from "./report-text.ts";
import { unixNow } from "./unix-now.ts";

const OPTIONS: Options = {
  rtc: { value: "CHANNEL", help: "a call's channel, with --uid or --account" },
  ...USER_OPTIONS,
  role: { value: "NAME", help: "in the call: publisher (default) or subscriber", field: "role" },
  privilege: {
    value: "NAME=SECONDS",
    isList: true,
    help: "in place of a role: joinChannel, publishAudio, publishVideo, publishData",
  },
  rtm: { value: "USER-ID", help: "RTM (Signaling 1.x)" },
  rtm2: { value: "USER-ID", help: "RTM 2, with --permission" },
  permission: {
    value: "KIND.read=NAME",
    isList: true,
    help: "of RTM 2: such as messageChannels.read=news, users.write=bob",
  },
  chat: { value: "USER-ID", help: "chat, as a user" },
  "chat-app": { help: "chat, as the app" },
  "expires-in": {
    value: "SECONDS",
    field: "expiresIn",
    read: readSeconds,
    help: "how long it lasts: up to 24h",
  },
  "app-id": { value: "ID", help: "offline: the project; left out: APP_ID" },
  ...SERVICE_OPTIONS,
  ...quietOption("the token"),
  ...OUTPUT_OPTIONS,
  ...HELP_OPTIONS,
};
const KINDS = Object.keys(permissions.entries);
const RIGHTS = ["read", "write"];
const PERMISSION_MESSAGE = `--permission must be such as messageChannels.read=news, and of ${KINDS.join(", ")}`;
/** Of `rtc`. */
const RTC_FIELDS = ["uid", "account", "role"] as const;

export const tokenCommand: Command = {
  name: "token",
  summary: "make one 007 token for a call, RTM and chat at once",
  options: OPTIONS,
  notes: [WHERE_SIGNED, STDIN, TIMES],
  examples: [
    "latchkey token --rtc room-1 --uid 42 --rtm 42",
    "latchkey token --rtm2 alice --permission messageChannels.read=news --expires-in 1h",
    "latchkey token --chat-app --json",
  ],
  optionOf,
  async run(args, terminal) {
    const services = servicesOf(args);
    const { expiresIn } = args.request(OPTIONS, unixNow());
    const request = { services, ...(expiresIn !== undefined && { expiresIn }) };
    const service = await chooseService(args, terminal, "certificate");
    const issued = await service.ask("issueToken", request);
    printCredential(args, terminal, issued, issued.token, rowsOf(issued, service.place));
    return EXIT.done;
  },
};

interface RequestedService {
  readonly type: string;
  readonly [field: string]: unknown;
}

function servicesOf(args: CommandArguments): RequestedService[] {
  const services: RequestedService[] = [];
  const channel = args.text("rtc");
  const { uid, account, role } = args.request(OPTIONS, unixNow());
  const rtc = Object.fromEntries(
    Object.entries({ uid, account, role }).filter(([, value]) => value !== undefined),
  );
  const ofRtc = { ...rtc, ...privilegesOf(args) };
  if (channel !== undefined) services.push({ type: "rtc", channel, ...ofRtc });
  else if (Object.keys(ofRtc).length > 0) {
    throw usageError(`--${RTC_FIELDS.find((name) => name in rtc) ?? "privilege"} needs --rtc`);
  }
  if (args.has("rtm")) services.push({ type: "rtm", userId: args.text("rtm") });
  const rights = { permissions: permissionsOf(args) };
  if (args.has("rtm2")) services.push({ type: "rtm2", userId: args.text("rtm2"), ...rights });
  else if (args.has("permission")) throw usageError("--permission needs --rtm2");
  if (args.has("chat")) services.push({ type: "chat", userId: args.text("chat") });
  if (args.has("chat-app")) services.push({ type: "chat", app: true });
  if (services.length > 0) return services;
  throw usageError("name a service: --rtc, --rtm, --rtm2, --chat or --chat-app");
}

/** `messageChannels.read=news` and the like, as the API has them. */
function permissionsOf(args: CommandArguments): object {
  const asked: Record<string, Record<string, string[]>> = {};
  for (const text of args.all("permission")) {
    const [path = "", name = ""] = readMember(text) ?? [];
    const [kind = "", right = "", ...more] = path.split(".");
    const isRight = KINDS.includes(kind) && RIGHTS.includes(right) && more.length === 0;
    if (!isRight) throw usageError(PERMISSION_MESSAGE);
    const rights = asked[kind] ?? {};
    asked[kind] = { ...rights, [right]: [...(rights[right] ?? []), name] };
  }
  return asked;
}

/** The option behind `services[1].userId`. */
function optionOf(path: string, args: CommandArguments): string | undefined {
  const [, place, rest = ""] = /^services\[(\d+)\]\.(.+)/.exec(path) ?? [];
  if (place === undefined) return undefined;
  const type = servicesOf(args)[Number(place)]?.type;
  const [field = ""] = rest.split(/[.[]/);
  if (type === "rtc") {
    if (field === "privileges") return privilegeOption(rest);
    return RTC_FIELDS.find((name) => name === field) ? `--${field}` : "--rtc";
  }
  return field === "permissions" ? "--permission" : field === "app" ? "--chat-app" : `--${type}`;
}

function rowsOf(issued: IssuedToken, place: string): Row[] {
  return [
    ["what", "access token, version 7"],
    ...issued.services.map((service): Row => [service.type, describeService(service)]),
    ...signedRows(issued),
    ["signed", placeText(place)],
  ];
}

/** Its user and what it may, each with how long. */
export function describeService(service: Omit<IssuedService, "type">): string {
  const { channel, userId, role, privileges, permissions: granted = {} } = service;
  const parts = [
    channel,
    userId === undefined ? describeUser(service) : userId === "" ? "the app" : `user ${userId}`,
    role,
    privilegesText(privileges),
    // As they are typed.
    ...Object.entries(granted).flatMap(([kind, rights]) =>
      Object.entries(rights).flatMap(([right, names]) =>
        names.map((name) => `${kind}.${right}=${name}`),
      ),
    ),
  ];
  return parts.filter((part) => part !== undefined && part !== "").join(", ");
}
