import type { KeyInspection } from "../contract/responses.ts";
import type { Finding } from "../keys/findings.ts";
import type { TokenUser } from "../keys/token/token-services.ts";
import type { Names006 } from "../keys/token/verify-token.ts";
import type { VerifiedKey } from "../keys/verify.ts";

/** What the deployment's certificates say. */
export interface SignatureInspection {
  readonly state: KeyInspection["signature"];
  readonly unverifiedReason?: string;
  /** What a channel key was verified for. */
  readonly verifiedKey?: VerifiedKey;
  /** What a 006 token was verified for. */
  readonly verifiedNames?: Names006;
  readonly findings: readonly Finding[];
}

export interface Asked {
  readonly text: string;
  readonly channel: string | undefined;
  readonly user: TokenUser | undefined;
}

export interface Certificates {
  readonly current: string;
  /** While a certificate is rotated. */
  readonly previous: string | undefined;
}

export function unverified(unverifiedReason: string): SignatureInspection {
  return { state: "unverified", unverifiedReason, findings: [] };
}
