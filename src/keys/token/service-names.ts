// Names in a 007 token that no channel and no user can have: nobody can join or log in with them.

import { ACCOUNT_MAX_BYTES, CHAT_USER_ID_MAX_BYTES } from "../../platform/limits.ts";
import { hasChannelCharacters, isAccount, isChannel } from "../fields.ts";
import { userText } from "../user.ts";
import { ANY_CHANNELS } from "./fitting-services.ts";
import type { TokenService } from "./token-services.ts";

/** The fields of a service that hold such a name. */
export function impossibleNames(service: TokenService): string[] {
  return namesIn(service).flatMap(([field, isPossible]) => (isPossible ? [] : [field]));
}

function namesIn(service: TokenService): [field: string, isPossible: boolean][] {
  switch (service.type) {
    case "rtc":
    case "streaming":
    case "fcdn": {
      const { channel } = service;
      return [
        ["channel", ANY_CHANNELS.includes(channel) || isChannel(channel)],
        ["account", isShortText(userText(service))],
      ];
    }
    case "fpa":
      return [];
    case "rtm":
    case "rtm2":
      return [["userId", isAccount(service.userId)]];
    case "chat": {
      const { userId, privileges } = service;
      // A token for the privilege app has no user.
      const isPossible = userId === "" ? "app" in privileges : isChatUser(userId);
      return [["userId", isPossible]];
    }
    case "apaas":
      return [
        ["roomUuid", isShortText(service.roomUuid)],
        ["userUuid", isShortText(service.userUuid)],
      ];
  }
}

function isChatUser(text: string): boolean {
  return text.length <= CHAT_USER_ID_MAX_BYTES && hasChannelCharacters(text);
}

/** An account, or empty. */
function isShortText(text: string): boolean {
  return text.length <= ACCOUNT_MAX_BYTES && hasChannelCharacters(text);
}

/** Whether all names that an RTM 2 service gives rights to can exist. */
export function hasPossiblePermissions(service: TokenService): boolean {
  if (service.type !== "rtm2") return true;
  const rights = Object.values(service.permissions).flatMap((resource) => Object.values(resource));
  return rights.every((names) => names.every(isAccount));
}
