// What only who has the certificate can say about a key or token.

import type { Finding } from "../keys/findings.ts";
import { INVALID_KEY, INVALID_TOKEN } from "../keys/sdk-errors.ts";

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

export function certificateLetterCase(): Finding {
  const message =
    "It was signed with this certificate in another letter case. Sign it with the certificate exactly as the vendor's console shows it.";
  return { code: "certificate_letter_case", message, sdkErrors: INVALID_TOKEN };
}
