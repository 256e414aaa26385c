import type { Caller } from "../access/caller.ts";
import { Refusal } from "../errors.ts";
import { type InspectedKey, inspect, MalformedKeyError } from "../keys/parse.ts";
import { type Verified, verifyKey } from "../keys/verify.ts";
import type { Service as KeyService, Permission, Version } from "../keys/versions.ts";
import { CLOCK_LEEWAY_SECONDS, JOIN_WINDOW_SECONDS } from "../platform/limits.ts";
import type { Service } from "../service.ts";

export interface InspectRequest {
  readonly key: string;
  /** Needed to verify the signature: a key does not show its channel. */
  readonly channel?: string | undefined;
  readonly uid?: number | undefined;
}

export const FINDING_CODES = [
  "malformed",
  "app_id_mismatch",
  "join_window_closed",
  "call_expired",
  "issued_in_future",
  "signed_for_any_uid",
  "signed_for_other_uid_or_channel",
  "signed_with_previous_certificate",
  "certificate_mismatch",
] as const;
export type FindingCode = (typeof FINDING_CODES)[number];

export interface Finding {
  readonly code: FindingCode;
  readonly message: string;
  /** The number of the SDK error that it leads to. */
  readonly sdkError?: number;
}

export interface KeyInspection {
  readonly version?: Version;
  readonly service?: KeyService;
  readonly appId?: string;
  readonly issuedAt?: number;
  readonly joinBefore?: number;
  /** null = never. */
  readonly expiresAt?: number | null;
  readonly randomInt?: number;
  readonly uid?: number;
  readonly permission?: Permission;
  /** Of this deployment's certificates; "unverified" where what was given does not suffice to tell. */
  readonly signature: "valid" | "invalid" | "unverified";
  readonly findings: Finding[];
}

const INVALID_APP_ID = 101;
const CHANNEL_KEY_EXPIRED = 109;
const INVALID_CHANNEL_KEY = 110;

/** What a key says, and what an Agora server would object to. For service keys. Throws a Refusal. */
export function inspectKey(
  { config, host }: Service,
  caller: Caller,
  request: InspectRequest,
): KeyInspection {
  if (caller.kind !== "service") throw new Refusal("forbidden", "Inspection is for service keys.");
  let key: InspectedKey;
  try {
    key = inspect(request.key);
  } catch (error) {
    if (!(error instanceof MalformedKeyError)) throw error;
    const message = `This is not a channel key: ${error.message}. Check that it was copied whole, with nothing around it.`;
    return {
      signature: "unverified",
      findings: [{ code: "malformed", message, sdkError: INVALID_CHANNEL_KEY }],
    };
  }

  const isOurs = key.appId.toLowerCase() === config.appId.toLowerCase();
  const signature: SignatureFindings = isOurs
    ? inspectSignature(config, key, request)
    : {
        signature: "unverified",
        findings: [
          {
            code: "app_id_mismatch",
            message: `The key is for another App ID than this deployment's (${config.appId}). Ask the deployment of its project.`,
            sdkError: INVALID_APP_ID,
          },
        ],
      };
  const { version, appId, unixTs, randomInt, expiredTs, permission } = key;
  const service = signature.verified?.service ?? key.service;
  const uid = signature.verified?.uid ?? key.uid;
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
    signature: signature.signature,
    findings: [...signature.findings, ...timeFindings(key, host.now())],
  };
}

function timeFindings({ unixTs, expiredTs = 0 }: InspectedKey, now: number): Finding[] {
  const findings: Finding[] = [];
  if (now > unixTs + JOIN_WINDOW_SECONDS) {
    const late = now - unixTs - JOIN_WINDOW_SECONDS;
    const message = `Its join window closed ${late} s ago. Ask for a new key right before joining; whoever is in stays in.`;
    findings.push({ code: "join_window_closed", message, sdkError: CHANNEL_KEY_EXPIRED });
  }
  if (unixTs > now + CLOCK_LEEWAY_SECONDS) {
    const message = `It is issued ${unixTs - now} s in the future. Set the clock of the server that signed it.`;
    findings.push({ code: "issued_in_future", message, sdkError: INVALID_CHANNEL_KEY });
  }
  if (expiredTs !== 0 && now >= expiredTs) {
    const message = `Its user was to be put out of the channel ${now - expiredTs} s ago. Renew it: ask for a new key, then renewChannelKey.`;
    findings.push({ code: "call_expired", message, sdkError: CHANNEL_KEY_EXPIRED });
  }
  return findings;
}

interface SignatureFindings {
  readonly signature: KeyInspection["signature"];
  readonly verified?: Verified;
  readonly findings: Finding[];
}

function inspectSignature(
  { appCertificate, appCertificatePrevious }: Service["config"],
  key: InspectedKey,
  request: InspectRequest,
): SignatureFindings {
  if (request.channel === undefined || appCertificate === undefined)
    return { signature: "unverified", findings: [] };
  const { channel } = request;
  // Uid 0 is always worth a try: such a key lets any user in.
  const uids = request.uid === undefined ? [0] : [request.uid, 0];
  const byCurrent = verifyKey(request.key, key, appCertificate, channel, uids);
  const byPrevious =
    byCurrent === undefined && appCertificatePrevious !== undefined
      ? verifyKey(request.key, key, appCertificatePrevious, channel, uids)
      : undefined;
  const verified = byCurrent ?? byPrevious;
  if (verified) {
    return {
      signature: "valid",
      verified,
      findings: verifiedFindings(verified, request.uid, byPrevious !== undefined),
    };
  }
  // Versions 4 and 5 sign the uid unseen: without it there is nothing to compare with.
  const isUidUnknown = (key.version === 4 || key.version === 5) && request.uid === undefined;
  return isUidUnknown
    ? { signature: "unverified", findings: [] }
    : { signature: "invalid", findings: mismatchFindings() };
}

function verifiedFindings(
  { uid }: Verified,
  askedUid: number | undefined,
  byPrevious: boolean,
): Finding[] {
  const findings: Finding[] = [];
  if (uid === undefined || uid === 0) {
    const message =
      "It lets any user in. Name a uid other than 0, in version 2 or later, when asking for it.";
    findings.push({ code: "signed_for_any_uid", message });
  } else if (askedUid !== undefined && uid !== askedUid) {
    const message = `It is signed for uid ${uid}, not ${askedUid}. Join with the uid that the key was asked for.`;
    findings.push({
      code: "signed_for_other_uid_or_channel",
      message,
      sdkError: INVALID_CHANNEL_KEY,
    });
  }
  if (byPrevious) {
    const message =
      "It is signed with the previous certificate. Ask for a new key: once the turn-over ends this one is refused.";
    findings.push({
      code: "signed_with_previous_certificate",
      message,
      sdkError: INVALID_CHANNEL_KEY,
    });
  }
  return findings;
}

/** A key shows neither its channel nor its certificate, so the two ways to go wrong look alike. */
function mismatchFindings(): Finding[] {
  return [
    {
      code: "signed_for_other_uid_or_channel",
      message:
        "It does not verify for this channel and uid. First check that both are exactly those that it was asked for.",
      sdkError: INVALID_CHANNEL_KEY,
    },
    {
      code: "certificate_mismatch",
      message:
        "If channel and uid are right, it was signed with another certificate, or altered. Compare APP_CERTIFICATE with the vendor's console.",
      sdkError: INVALID_CHANNEL_KEY,
    },
  ];
}
