// What POST /v1/tokens takes: the services of one 007 token. The fields of each follow from its
// type.

import * as v from "valibot";
import { type FieldError, hasChannelCharacters } from "../keys/fields.ts";
import {
  CHAT_USER_ID_MAX_BYTES,
  RTM_USER_ID_MAX_BYTES,
  TOKEN_SERVICES_MAX,
} from "../platform/limits.ts";
import { account, channel, duration, privileges, role, tokenSeconds, u32 } from "./values.ts";

const RTM_USER_ID_MESSAGE = `must be 1 to ${RTM_USER_ID_MAX_BYTES} characters of a channel's set, the first no space`;
export const rtmUserId = v.pipe(
  v.string(RTM_USER_ID_MESSAGE),
  v.check(
    (value) =>
      value.length >= 1 &&
      value.length <= RTM_USER_ID_MAX_BYTES &&
      hasChannelCharacters(value) &&
      !value.startsWith(" "),
    RTM_USER_ID_MESSAGE,
  ),
);

const CHAT_USER_ID_MESSAGE = `must be 1 to ${CHAT_USER_ID_MAX_BYTES} characters of a-z 0-9 _ - . (Agora ignores case, so capitals are refused)`;
const chatUserId = v.pipe(
  v.string(CHAT_USER_ID_MESSAGE),
  v.regex(new RegExp(`^[a-z0-9_.-]{1,${CHAT_USER_ID_MAX_BYTES}}$`), CHAT_USER_ID_MESSAGE),
);

/** Whether a service takes this text as its userId. Undefined: it does. */
export function userIdProblem(type: "rtm" | "rtm2" | "chat", userId: string): string | undefined {
  const [schema, message] =
    type === "chat" ? [chatUserId, CHAT_USER_ID_MESSAGE] : [rtmUserId, RTM_USER_ID_MESSAGE];
  return v.is(schema, userId) ? undefined : message;
}

const names = v.exactOptional(v.array(account, "must be an array of names"));
const rights = v.exactOptional(
  v.strictObject({ read: names, write: names }, 'must be an object such as {"read":["a"]}'),
);
export const permissions = v.strictObject(
  {
    messageChannels: rights,
    streamChannels: rights,
    groupChannels: rights,
    serverGroups: rights,
    users: rights,
  },
  'must be an object such as {"messageChannels":{"read":["a"]}}',
);

const rtcService = v.strictObject({
  type: v.literal("rtc"),
  channel,
  uid: v.optional(u32),
  account: v.optional(account),
  role: v.optional(role),
  privileges: v.optional(privileges),
});
const rtmService = v.strictObject({
  type: v.literal("rtm"),
  userId: v.optional(rtmUserId),
});
const rtm2Service = v.strictObject({
  type: v.literal("rtm2"),
  userId: rtmUserId,
  permissions,
});
const APP_MESSAGE = "must be true, or be left out";
const chatService = v.strictObject({
  type: v.literal("chat"),
  userId: v.optional(chatUserId),
  app: v.optional(v.literal(true, APP_MESSAGE)),
});

const SERVICE_MESSAGE = "must be a service of type rtc, rtm, rtm2 or chat";
const service = v.variant(
  "type",
  [rtcService, rtmService, rtm2Service, chatService],
  SERVICE_MESSAGE,
);
export type RequestedService = v.InferOutput<typeof service>;

const SERVICES_MESSAGE = `must be an array of 1 to ${TOKEN_SERVICES_MAX} services`;
export const tokenExpiresIn = duration(tokenSeconds);

export const TokenRequest = v.object({
  services: v.pipe(
    v.array(service, SERVICES_MESSAGE),
    v.minLength(1, SERVICES_MESSAGE),
    v.maxLength(TOKEN_SERVICES_MAX, SERVICES_MESSAGE),
  ),
  expiresIn: v.optional(tokenExpiresIn),
});
export type TokenRequest = v.InferOutput<typeof TokenRequest>;

/**
 * The rules between fields: one service of a type, and in each what stands for what. `hasUser` is
 * whether the caller's grant names the user that a service leaves out.
 */
export function tokenErrors(services: readonly RequestedService[], hasUser: boolean): FieldError[] {
  return services.flatMap((service, i) => {
    const isRepeated = services.findIndex(({ type }) => type === service.type) !== i;
    const repeated = { path: "type", message: "is repeated: a token has one service of a type" };
    const errors = isRepeated ? [repeated] : serviceErrors(service, hasUser);
    return errors.map(({ path, message }) => ({ path: `services[${i}].${path}`, message }));
  });
}

function serviceErrors(service: RequestedService, hasUser: boolean): FieldError[] {
  if (service.type === "rtm2") return [];
  if (service.type === "rtc") return rtcErrors(service, hasUser);
  const isApp = service.type === "chat" && service.app === true;
  if (isApp && service.userId !== undefined) {
    return [{ path: "app", message: "can't be given together with userId" }];
  }
  if (isApp || hasUser || service.userId !== undefined) return [];
  return [{ path: "userId", message: "is required" }];
}

function rtcErrors(
  { uid, account, role, privileges }: Extract<RequestedService, { type: "rtc" }>,
  hasUser: boolean,
): FieldError[] {
  const errors: FieldError[] = [];
  const add = (path: string, message: string) => errors.push({ path, message });
  if (uid !== undefined && account !== undefined)
    add("account", "can't be given together with uid");
  if (role !== undefined && privileges !== undefined) {
    add("privileges", "can't be given together with role");
  }
  if (uid === undefined && account === undefined && !hasUser) {
    add("uid", "is required, or else account");
  }
  return errors;
}
