// For whom and for which channel a token is, beside who wants to join what.

import type { Finding } from "../findings.ts";
import { INVALID_TOKEN } from "../sdk-errors.ts";
import { userText } from "../user.ts";
import { crc32 } from "./crc-32.ts";
import type { InspectedToken, InspectedToken006, InspectedToken007 } from "./read-token.ts";

export interface ExpectedNames {
  readonly channel?: string | undefined;
  /** As one text; empty for uid 0. */
  readonly user?: string | undefined;
}

/** The vendor reads both as any channel. */
export const ANY_CHANNELS: readonly string[] = ["", "*"];

/** What a token says of its names: is one of them the name that is asked for, or any? */
interface Names {
  readonly isAnyChannel: boolean;
  readonly isAnyUser: boolean;
  /** The account "0", which uid 0 is not. */
  readonly isAccountZero: boolean;
  readonly isChannel: (channel: string) => boolean;
  readonly isUser: (user: string) => boolean;
}

export function namesFindings(token: InspectedToken, { channel, user }: ExpectedNames): Finding[] {
  const names = token.version === 6 ? names006(token) : names007(token, channel);
  const findings: Finding[] = [];
  if (channel !== undefined && !names.isAnyChannel && !names.isChannel(channel))
    findings.push(otherChannel());
  if (user !== undefined && !names.isAnyUser && !names.isUser(user)) findings.push(otherUser());
  if (names.isAnyChannel) findings.push(anyChannel());
  if (names.isAnyUser) findings.push(anyUser());
  if (names.isAccountZero) findings.push(accountZero(user === "0"));
  return findings;
}

/** RTM's 006 has the user's name in the place of the channel's, and nothing in the user's. */
export function isRtm006({ privileges }: InspectedToken006): boolean {
  return "rtmLogin" in privileges && !("joinChannel" in privileges);
}

function names006(token: InspectedToken006): Names {
  const { channelCrc32, userCrc32 } = token;
  if (isRtm006(token)) {
    const isName = (name: string) => crc32(name) === channelCrc32;
    // A channel is not what it is for, so none is another one.
    const isAny = { isAnyChannel: false, isAnyUser: false, isAccountZero: false };
    return { ...isAny, isChannel: () => true, isUser: isName };
  }
  return {
    isAnyChannel: ANY_CHANNELS.some((channel) => crc32(channel) === channelCrc32),
    isAnyUser: userCrc32 === crc32(""),
    isAccountZero: userCrc32 === crc32("0"),
    isChannel: (channel) => crc32(channel) === channelCrc32,
    isUser: (user) => crc32(user) === userCrc32,
  };
}

/** Services may repeat. If one is for the channel that is asked for, its users are what counts. */
function names007({ services }: InspectedToken007, asked: string | undefined): Names {
  const inChannel = services.filter((service) => "channel" in service);
  const here = inChannel.filter(({ channel }) => [asked, ...ANY_CHANNELS].includes(channel));
  const accounts = (here.length > 0 ? here : inChannel).map(userText);
  // Beside RTC, the vendor's builders give other services names of their own.
  const users = services.flatMap((service) =>
    "userId" in service ? [service.userId] : "userUuid" in service ? [service.userUuid] : [],
  );
  const channels = inChannel.map(({ channel }) => channel);
  return {
    isAnyChannel: channels.some((channel) => ANY_CHANNELS.includes(channel)),
    isAnyUser: accounts.includes(""),
    isAccountZero: accounts.includes("0"),
    isChannel: (channel) => inChannel.length === 0 || channels.includes(channel),
    isUser: (user) =>
      inChannel.length > 0 ? accounts.includes(user) : users.length === 0 || users.includes(user),
  };
}

function otherChannel(): Finding {
  const message =
    "It is signed for another channel than the one asked for. Join the channel that it was made for.";
  return { code: "signed_for_other_channel", message, sdkErrors: INVALID_TOKEN };
}

function otherUser(): Finding {
  const message =
    "It is signed for another user than the one asked for. Join with the uid or account that it was made for.";
  return { code: "signed_for_other_user", message, sdkErrors: INVALID_TOKEN };
}

function anyChannel(): Finding {
  const message =
    "It lets its user into any channel: its channel is empty or *. Sign it for one channel.";
  return { code: "signed_for_any_channel", message, sdkErrors: [] };
}

function anyUser(): Finding {
  const message =
    "It lets any user in. To bind it to one user, ask for it with an account, or a uid other than 0.";
  return { code: "signed_for_any_uid", message, sdkErrors: [] };
}

function accountZero(isAskedFor: boolean): Finding {
  const message =
    'It is for the account "0", which is one user. For any user, sign the empty text, not uid 0 in digits.';
  return { code: "account_zero", message, sdkErrors: isAskedFor ? [] : INVALID_TOKEN };
}
