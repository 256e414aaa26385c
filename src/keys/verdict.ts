import type { Finding, FindingCode } from "./findings.ts";

export const SIGNATURES = ["valid", "invalid", "unverified"] as const;
/** By the certificates that the inspector has. */
export type SignatureState = (typeof SIGNATURES)[number];

export const VERDICTS = ["accepted", "refused", "unknown"] as const;
/** Would Agora take the key or token now, from a client that joins? */
export type Verdict = (typeof VERDICTS)[number];

/** Whether Agora refuses the key for it hangs on what only the vendor knows. */
const UNDECIDED: ReadonlySet<FindingCode> = new Set([
  "signed_with_previous_certificate",
  "zero_lifetime",
  "past_24_hours",
  "app_id_letter_case",
  "services_disagree",
  "nothing_understood",
]);

export function verdictOf(signature: SignatureState, findings: readonly Finding[]): Verdict {
  const isRefused = findings.some(
    ({ code, sdkErrors }) => sdkErrors.length > 0 && !UNDECIDED.has(code),
  );
  if (isRefused || signature === "invalid") return "refused";
  const isUndecided = findings.some(({ code }) => UNDECIDED.has(code));
  return signature === "valid" && !isUndecided ? "accepted" : "unknown";
}
