// What there is to say about a key: what is wrong, and what to do.

import type { Finding } from "../contract/responses.ts";
import type { InspectedKey } from "../keys/parse.ts";
import { CLOCK_LEEWAY_SECONDS, JOIN_WINDOW_SECONDS } from "../platform/limits.ts";

// The numbers of the SDK's errors.
const INVALID_APP_ID = 101;
const CHANNEL_KEY_EXPIRED = 109;
const INVALID_CHANNEL_KEY = 110;

/** `reason`: what the parser says. */
export function malformed(reason: string): Finding {
  const message = `This is not a channel key: ${reason}. Check that it was copied whole, with nothing around it.`;
  return { code: "malformed", message, sdkError: INVALID_CHANNEL_KEY };
}

export function otherAppId(ours: string): Finding {
  const message = `The key is for another App ID than this deployment's (${ours}). Ask the deployment of its project.`;
  return { code: "app_id_mismatch", message, sdkError: INVALID_APP_ID };
}

export function anyUid(): Finding {
  const message =
    "It lets any user in. To bind it to one user, ask for version 2 or later with a uid other than 0.";
  return { code: "signed_for_any_uid", message };
}

export function otherUid(uid: number, requestedUid: number): Finding {
  const message = `It is signed for uid ${uid}, not ${requestedUid}. Join with the uid that the key was made for.`;
  return { code: "signed_for_other_uid_or_channel", message, sdkError: INVALID_CHANNEL_KEY };
}

export function previousCertificate(): Finding {
  const message =
    "It is signed with the previous certificate. Ask for a new key: it is refused once the rotation ends.";
  return { code: "signed_with_previous_certificate", message, sdkError: INVALID_CHANNEL_KEY };
}

/** A key shows neither its channel nor its certificate, so both mistakes look alike. */
export function mismatches(): Finding[] {
  return [
    {
      code: "signed_for_other_uid_or_channel",
      message:
        "It does not verify for this channel and uid. First check that both are exactly those that it was made for.",
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

export function times({ unixTs, expiredTs = 0 }: InspectedKey, now: number): Finding[] {
  const findings: Finding[] = [];
  const joinBefore = unixTs + JOIN_WINDOW_SECONDS;
  if (now > joinBefore) {
    const message = `Its join window closed ${now - joinBefore} s ago. Ask for a new key right before joining. Whoever has joined stays in.`;
    findings.push({ code: "join_window_closed", message, sdkError: CHANNEL_KEY_EXPIRED });
  }
  if (unixTs > now + CLOCK_LEEWAY_SECONDS) {
    const message = `It is issued ${unixTs - now} s in the future. Set the clock of the server that signed it.`;
    findings.push({ code: "issued_in_future", message, sdkError: INVALID_CHANNEL_KEY });
  }
  if (expiredTs !== 0 && now >= expiredTs) {
    const message = `It expired ${now - expiredTs} s ago: Agora has removed its user. Ask for a new key, then call renewChannelKey.`;
    findings.push({ code: "call_expired", message, sdkError: CHANNEL_KEY_EXPIRED });
  }
  return findings;
}
