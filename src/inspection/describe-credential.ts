// What a key or token says, in the words of `POST /v1/keys`.

import type { KeyInspection } from "../contract/responses.ts";
import type { InspectedKey } from "../keys/parse.ts";
import { type ExpectedNames, fittingServices } from "../keys/token/fitting-services.ts";
import type { InspectedToken } from "../keys/token/read-token.ts";
import { impossibleNames } from "../keys/token/service-names.ts";
import type { TokenService } from "../keys/token/token-services.ts";
import type { Names006 } from "../keys/token/verify-token.ts";
import { userOf } from "../keys/user.ts";
import type { VerifiedKey } from "../keys/verify.ts";
import {
  INSPECTED_SERVICES_MAX,
  INSPECTED_SERVICES_MAX_CHARACTERS,
  JOIN_WINDOW_SECONDS,
} from "../platform/limits.ts";

export function describeKey(
  key: InspectedKey,
  verified: VerifiedKey | undefined,
): Partial<KeyInspection> {
  const { version, appId, unixTs, randomInt, expiredTs, permission } = key;
  const service = verified?.service ?? key.service;
  const uid = verified?.uid ?? key.uid;
  return {
    version,
    ...(service !== undefined && { service }),
    appId,
    issuedAt: unixTs,
    joinBefore: unixTs + JOIN_WINDOW_SECONDS,
    expiresAt: expiredTs || null,
    randomInt,
    ...(uid !== undefined && { uid }),
    ...(permission !== undefined && { permission }),
  };
}

/** The first of each kind that take tokens of a version (the vendor's release notes). */
const SDKS = {
  6: "native 2.1.0, web 2.4.0 and later",
  7: "native 4.0.0, Flutter 6.0.0, web 4.8.0 and later",
} as const;

/** `verified`: for whom a 006 token, which shows no names, was verified. */
export function describeToken(
  token: InspectedToken,
  asked: ExpectedNames,
  verified: Names006 | undefined,
): Partial<KeyInspection> {
  const { version, appId, salt } = token;
  if (version === 6) {
    return {
      version,
      appId,
      ...(verified && { channel: verified.channel, ...userOf(verified.user) }),
      expiresAt: token.ts,
      randomInt: salt,
      privileges: token.privileges,
      sdks: SDKS[version],
    };
  }
  const fitting = fittingServices(token.services, asked).services;
  const rtc = fitting.find((service) => service.type === "rtc");
  const services = shownServices(token.services);
  return {
    version,
    ...(rtc && { service: "mediaChannel" }),
    appId,
    ...(rtc && impossibleNames(rtc).length === 0 && { channel: rtc.channel, ...userIn(rtc) }),
    issuedAt: token.issueTs,
    joinBefore: token.issueTs + token.expire,
    expiresAt: token.issueTs + token.expire,
    randomInt: salt,
    services,
    ...(services.length < token.services.length && {
      servicesLeftOut: token.services.length - services.length,
    }),
    sdks: SDKS[version],
  };
}

/** The first ones, as many as a response may hold. */
function shownServices(services: readonly TokenService[]): readonly TokenService[] {
  let characters = 0;
  const isTooMuch = (service: TokenService) => {
    characters += JSON.stringify(service).length;
    return characters > INSPECTED_SERVICES_MAX_CHARACTERS;
  };
  const shown = services.slice(0, INSPECTED_SERVICES_MAX);
  const end = shown.findIndex(isTooMuch);
  return end < 0 ? shown : shown.slice(0, end);
}

function userIn({ uid, account }: Extract<TokenService, { type: "rtc" }>): Partial<KeyInspection> {
  return uid === undefined ? { account } : { uid };
}
