// What there is to say about a pasted text: what is wrong, and what to do. No message quotes it.

import {
  CLOCK_LEEWAY_SECONDS,
  DURATION_MAX_SECONDS,
  JOIN_WINDOW_SECONDS,
  MILLISECONDS_PER_SECOND,
} from "../platform/limits.ts";
import { isWrappedMilliseconds } from "./milliseconds.ts";
import type { InspectedKey } from "./parse.ts";
import {
  EXPIRED,
  INVALID_APP_ID,
  INVALID_KEY,
  JOINED_TOO_LATE,
  KEY_WITHOUT_CERTIFICATE,
  type SdkError,
} from "./sdk-errors.ts";
import type { TokenUser } from "./token/token-services.ts";

export const FINDING_CODES = [
  // The text is no key or token as it stands. Another finding may say what it is.
  "malformed",
  "quoted",
  "white_space",
  "line_breaks",
  "url_encoded",
  "space_for_plus",
  "url_safe_base64",
  "missing_padding",
  "truncated",
  "milliseconds",
  "grant",
  "jwt",
  // It is not for this project, or not for this user or channel.
  "project_without_certificate",
  "app_id_mismatch",
  "app_id_letter_case",
  "signed_for_any_uid",
  "signed_for_other_uid_or_channel",
  "signed_for_other_user",
  "signed_for_other_channel",
  "signed_for_any_channel",
  "account_zero",
  "impossible_name",
  "signed_with_previous_certificate",
  "certificate_letter_case",
  "certificate_mismatch",
  // Its times.
  "join_window_closed",
  "issued_in_future",
  "call_expired",
  "duration_as_expiry",
  "time_as_duration",
  "token_expired",
  "privilege_expired",
  "privilege_outlives_token",
  "over_24_hours",
  "past_24_hours",
  "zero_lifetime",
  // What a token grants, and how it is packed.
  "no_service",
  "no_join_privilege",
  "no_privilege",
  "nothing_understood",
  "services_disagree",
  "subscriber_only",
  "service_without_privilege",
  "unknown_service",
  "unknown_privilege",
  "unsorted_privileges",
  "duplicate_privilege",
  "extra_bytes",
] as const;
export type FindingCode = (typeof FINDING_CODES)[number];

/** What an Agora server would object to in a key, or what its owner should know. */
export interface Finding {
  readonly code: FindingCode;
  readonly message: string;
  /** What SDKs report because of it. Empty: it alone does not make Agora refuse the key. */
  readonly sdkErrors: readonly SdkError[];
}

export function finding(
  code: FindingCode,
  message: string,
  sdkErrors: readonly SdkError[] = [],
): Finding {
  return { code, message, sdkErrors };
}

/** What happened to a key on its way into the text. */
export type PasteMistake =
  | "quoted"
  | "white_space"
  | "line_breaks"
  | "url_encoded"
  | "space_for_plus"
  | "url_safe_base64"
  | "missing_padding";

const PASTE_MESSAGES: Readonly<Record<PasteMistake, string>> = {
  quoted: "There are quotes or commas around it. Use what is between them.",
  white_space: "There is white space in it or around it. Remove it.",
  line_breaks: "There are line breaks in it or around it. Join the lines into one.",
  url_encoded: "It is URL-encoded (%3D in place of =). Decode it before you use it.",
  space_for_plus:
    "There are spaces where a + should be. Encode the key when you put it into a URL or a form.",
  url_safe_base64:
    "It is written in url-safe base64. Write + in place of - and / in place of _, as the vendor does.",
  missing_padding: "The = signs at its end are missing. Add them, and find out what removes them.",
};

export function pasteMistake(code: PasteMistake): Finding {
  return { code, message: PASTE_MESSAGES[code], sdkErrors: INVALID_KEY };
}

/** `reason`: what the parser says. */
export function malformed(reason: string): Finding {
  const message = `This is no channel key or access token: ${reason}. Check that it was copied whole, with nothing around it.`;
  return { code: "malformed", message, sdkErrors: INVALID_KEY };
}

/** `versions`: which key or token it is the beginning or the end of. */
export function truncated(versions: string): Finding {
  const message = `It is a part of a key or token of version ${versions}. Copy all of it, and check that nothing cuts it, such as a database column.`;
  return { code: "truncated", message, sdkErrors: INVALID_KEY };
}

export function textMilliseconds(): Finding {
  const message =
    "A time in it has 13 digits: milliseconds. Sign it with Unix seconds, which have 10 digits.";
  return { code: "milliseconds", message, sdkErrors: INVALID_KEY };
}

export function grant(): Finding {
  const message =
    "This is a grant, not a key or token. Send it to POST /v1/keys as Authorization: Bearer, and join with the key in the response.";
  return { code: "grant", message, sdkErrors: INVALID_KEY };
}

export function jwt(): Finding {
  const message =
    "This is a JWT, and not a grant of this service. Join with a key from POST /v1/keys.";
  return { code: "jwt", message, sdkErrors: INVALID_KEY };
}

export function projectWithoutCertificate(): Finding {
  const message =
    "This project uses its App ID alone and has no certificate, so Agora refuses every key. Join with null in place of a key.";
  return { code: "project_without_certificate", message, sdkErrors: KEY_WITHOUT_CERTIFICATE };
}

export function otherAppId(ours: string): Finding {
  const message = `It is for another App ID than this deployment's (${ours}). Ask the deployment of its project.`;
  return { code: "app_id_mismatch", message, sdkErrors: INVALID_APP_ID };
}

/** All versions but 5 sign the App ID as text. */
export function appIdLetterCase(): Finding {
  const message =
    "Its App ID is in another letter case than this deployment's. This version signs it as text, so Agora may refuse it. Sign it with the App ID exactly as the vendor's console shows it.";
  return { code: "app_id_letter_case", message, sdkErrors: INVALID_APP_ID };
}

/** What a key's uid means for the user who wants to join; `requested` is left out if unknown. */
export function userFindings(uid: number | undefined, requested: TokenUser | undefined): Finding[] {
  if (uid === undefined || uid === 0) return [anyUid()];
  if (requested === undefined || uid === requested.uid) return [];
  return [requested.uid === undefined ? forUid(uid) : otherUid(uid, requested.uid)];
}

function anyUid(): Finding {
  const message =
    "It lets any user in. To bind it to one user, ask for version 2 or later with a uid other than 0.";
  return { code: "signed_for_any_uid", message, sdkErrors: [] };
}

/** Channel keys know no accounts. */
function forUid(uid: number): Finding {
  const message = `It is signed for uid ${uid}, not for an account. Join with the uid that the key was made for.`;
  return { code: "signed_for_other_uid_or_channel", message, sdkErrors: INVALID_KEY };
}

function otherUid(uid: number, requested: number): Finding {
  const message = `It is signed for uid ${uid}, not ${requested}. Join with the uid that the key was made for.`;
  return { code: "signed_for_other_uid_or_channel", message, sdkErrors: INVALID_KEY };
}

export function times({ unixTs, expiredTs = 0 }: InspectedKey, now: number): Finding[] {
  const findings: Finding[] = [];
  const joinBefore = unixTs + JOIN_WINDOW_SECONDS;
  if (now > joinBefore) {
    const message = `Its join window closed ${now - joinBefore} s ago. Ask for a new key right before joining. Whoever has joined stays in.`;
    findings.push({ code: "join_window_closed", message, sdkErrors: JOINED_TOO_LATE });
  }
  if (unixTs > now + CLOCK_LEEWAY_SECONDS) {
    const message = `It is issued ${unixTs - now} s in the future. Set the clock of the server that signed it.`;
    findings.push({ code: "issued_in_future", message, sdkErrors: INVALID_KEY });
  }
  if (expiredTs !== 0 && now >= expiredTs) {
    const message = `It expired ${now - expiredTs} s ago: Agora has removed its user. Ask for a new key, then call renewChannelKey.`;
    findings.push({ code: "call_expired", message, sdkErrors: EXPIRED });
  }
  if (expiredTs !== 0 && expiredTs <= DURATION_MAX_SECONDS) {
    const message = `Its expiry is ${expiredTs}, a duration. Sign it with a time: the issue time plus the duration, in Unix seconds.`;
    findings.push({ code: "duration_as_expiry", message, sdkErrors: EXPIRED });
  }
  if ([unixTs, expiredTs].some((time) => isWrappedMilliseconds(time, now))) {
    const message = `A time in it looks like milliseconds, cut to 32 bits. Sign it with Unix seconds: divide by ${MILLISECONDS_PER_SECOND}.`;
    findings.push({ code: "milliseconds", message, sdkErrors: INVALID_KEY });
  }
  return findings;
}
