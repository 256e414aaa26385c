// The signature of a channel key: verified by making the key again.

import { userFindings } from "../keys/findings.ts";
import type { InspectedKey } from "../keys/parse.ts";
import { userOf, userText } from "../keys/user.ts";
import { type VerifiedKey, verifyKey } from "../keys/verify.ts";
import * as finding from "./signature-findings.ts";
import {
  type Asked,
  type Certificates,
  type SignatureInspection,
  unverified,
} from "./signature-inspection.ts";

export function keySignature(
  key: InspectedKey,
  { current, previous }: Certificates,
  { text, channel, user }: Asked,
): SignatureInspection {
  if (channel === undefined)
    return unverified("A key does not show its channel. Name the channel to verify it.");
  const uid = user && userOf(userText(user)).uid;
  // Uid 0 is always tried: such a key lets any user in.
  const uids = uid === undefined ? [0] : [uid, 0];
  const verifiedBy = (certificate: string) => verifyKey(text, key, certificate, channel, uids);
  const isUidHidden = key.version >= 4;
  const usersOf = (verified: VerifiedKey) =>
    isUidHidden ? userFindings(verified.uid, uid === undefined ? undefined : { uid }) : [];

  const byCurrent = verifiedBy(current);
  if (byCurrent) return { state: "valid", verifiedKey: byCurrent, findings: usersOf(byCurrent) };
  const byPrevious = previous === undefined ? undefined : verifiedBy(previous);
  if (byPrevious) {
    const findings = [...usersOf(byPrevious), finding.previousCertificate()];
    return { state: "valid", verifiedKey: byPrevious, findings };
  }
  // Without its uid there is nothing to compare with.
  if (isUidHidden && uid === undefined)
    return unverified(`Version ${key.version} does not show its uid. Name the uid to verify it.`);
  return { state: "invalid", findings: finding.mismatches() };
}
