// For whom and for which channel a token is, beside who wants to join what.

import { type Finding, finding } from "../findings.ts";
import { INVALID_TOKEN } from "../sdk-errors.ts";
import { userText } from "../user.ts";
import { crc32 } from "./crc-32.ts";
import { ANY_CHANNELS, type ExpectedNames, type FittingServices } from "./fitting-services.ts";
import type { InspectedToken006, InspectedToken007 } from "./read-token.ts";
import { isRtm006 } from "./ways-in.ts";

/** `fitting`: the services that count. */
export function names007Findings(
  { services }: InspectedToken007,
  fitting: FittingServices,
): Finding[] {
  const inChannels = services.filter((service) => "channel" in service);
  const accounts = fitting.services.flatMap((of) => ("channel" in of ? [userText(of)] : []));
  return [
    ...(fitting.isForChannel ? [] : [otherChannel()]),
    ...(fitting.isForUser ? [] : [otherUser()]),
    // Its owner should know, whichever service it is.
    ...(inChannels.some(({ channel }) => ANY_CHANNELS.includes(channel)) ? [anyChannel()] : []),
    ...(inChannels.some((service) => userText(service) === "") ? [anyUser()] : []),
    ...(accounts.includes("0") ? [accountZero(fitting.isForUser)] : []),
  ];
}

/**
 * 006 shows checksums alone, and another name may have the same. Only who has the certificate can
 * tell them apart, so messages speak of the checksum.
 */
export function names006Findings(
  token: InspectedToken006,
  { channel, user }: ExpectedNames,
): Finding[] {
  const { channelCrc32, userCrc32 } = token;
  if (isRtm006(token)) {
    // A channel that is named alone may be meant as the name in the channel's place.
    const name = user ?? channel;
    const isOther = name !== undefined && crc32(name) !== channelCrc32;
    return [
      ...(isOther ? [otherUser()] : []),
      ...(userCrc32 === crc32("") ? [] : [rtmUserInBothPlaces()]),
    ];
  }
  const isAnyChannel = ANY_CHANNELS.some((any) => crc32(any) === channelCrc32);
  const isAnyUser = userCrc32 === crc32("");
  const isChannel = channel === undefined || isAnyChannel || crc32(channel) === channelCrc32;
  const isUser = user === undefined || isAnyUser || crc32(user) === userCrc32;
  return [
    ...(isChannel ? [] : [otherChannel()]),
    ...(isUser ? [] : [otherUser()]),
    ...(isAnyChannel ? [anyChannelChecksum()] : []),
    ...(isAnyUser ? [anyUserChecksum()] : []),
    ...(userCrc32 === crc32("0") ? [accountZero(isUser)] : []),
  ];
}

function otherChannel(): Finding {
  const message =
    "It is signed for another channel than the one asked for. Join the channel that it was made for.";
  return finding("signed_for_other_channel", message, INVALID_TOKEN);
}

function otherUser(): Finding {
  const message =
    "It is signed for another user than the one asked for. Join with the uid or account that it was made for.";
  return finding("signed_for_other_user", message, INVALID_TOKEN);
}

function rtmUserInBothPlaces(): Finding {
  const message =
    "A 006 token of RTM is signed with its user as the channel, and with the empty text as the user. This one has a user as well. Sign it with the empty text as the user.";
  return finding("signed_for_other_user", message, INVALID_TOKEN);
}

function anyChannel(): Finding {
  const message =
    "It lets its user into any channel: its channel is empty or *. Sign it for one channel.";
  return finding("signed_for_any_channel", message);
}

function anyChannelChecksum(): Finding {
  const message =
    "Its channel's checksum is that of the empty text or of *: any channel, or one with the same checksum. Sign it for one channel.";
  return finding("signed_for_any_channel", message);
}

function anyUser(): Finding {
  const message =
    "It lets any user in. To bind it to one user, ask for it with an account, or a uid other than 0.";
  return finding("signed_for_any_uid", message);
}

function anyUserChecksum(): Finding {
  const message =
    "Its user's checksum is that of the empty text: any user, or one account with the same checksum. To bind it to one user, ask for it with an account, or a uid other than 0.";
  return finding("signed_for_any_uid", message);
}

function accountZero(isForUser: boolean): Finding {
  const message =
    'It is for the account "0", which is one user. For any user, sign the empty text, not uid 0 in digits.';
  return finding("account_zero", message, isForUser ? [] : INVALID_TOKEN);
}
