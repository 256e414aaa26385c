// What only who has the certificate can say about a key or token.

import type { Finding, FindingCode } from "../keys/findings.ts";
import { INVALID_KEY, INVALID_TOKEN } from "../keys/sdk-errors.ts";
import { ANY_CHANNELS } from "../keys/token/fitting-services.ts";
import type { Names006 } from "../keys/token/verify-token.ts";

/** Agora takes it until the old certificate is disabled, and when that is only the vendor knows. */
export function previousCertificate(): Finding {
  const message =
    "It is signed with the previous certificate. Ask for a new key: it is refused once the rotation ends.";
  return { code: "signed_with_previous_certificate", message, sdkErrors: INVALID_KEY };
}

/** A key shows neither its channel nor its certificate, so both mistakes look alike. */
export function mismatches(): Finding[] {
  return [
    {
      code: "signed_for_other_uid_or_channel",
      message:
        "It does not verify for this channel and uid. First check that both are exactly those that it was made for.",
      sdkErrors: INVALID_KEY,
    },
    {
      code: "certificate_mismatch",
      message:
        "If channel and uid are right, it was signed with another certificate, or altered. Compare APP_CERTIFICATE with the vendor's console.",
      sdkErrors: INVALID_KEY,
    },
  ];
}

export function otherCertificate(): Finding {
  const message =
    "It was signed with another certificate, or altered. Compare APP_CERTIFICATE with the vendor's console.";
  return { code: "certificate_mismatch", message, sdkErrors: INVALID_TOKEN };
}

/** Of 006, whose checksums several names may have. */
export function otherCertificateOrName(): Finding {
  const message =
    "It was signed with another certificate, or for another name with the same checksum, or altered. Compare APP_CERTIFICATE with the vendor's console.";
  return { code: "certificate_mismatch", message, sdkErrors: INVALID_TOKEN };
}

export function certificateLetterCase(): Finding {
  const message =
    "It was signed with this certificate in another letter case. Sign it with the certificate exactly as the vendor's console shows it.";
  return { code: "certificate_letter_case", message, sdkErrors: INVALID_TOKEN };
}

/**
 * What a 006 token's checksums said, and its signature does not: another name may have the checksum
 * of any user, of any channel, or of the account "0".
 */
export function disprovedCodes(verified: Names006 | undefined): ReadonlySet<FindingCode> {
  const codes = new Set<FindingCode>();
  if (!verified) return codes;
  if (!ANY_CHANNELS.includes(verified.channel)) codes.add("signed_for_any_channel");
  if (verified.user !== "") codes.add("signed_for_any_uid");
  if (verified.user !== "0") codes.add("account_zero");
  return codes;
}
