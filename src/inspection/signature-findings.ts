// What only who has the certificate can say about a key.

import type { Finding } from "../keys/findings.ts";
import { INVALID_KEY } from "../keys/sdk-errors.ts";

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
