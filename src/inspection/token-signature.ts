// The signature of an access token: 007 is verified without any help, 006 with its names.

import type { Finding } from "../keys/findings.ts";
import { ANY_CHANNELS } from "../keys/token/fitting-services.ts";
import type { ReadToken, ReadToken006 } from "../keys/token/read-token.ts";
import { fits006, type Names006, verify006, verify007 } from "../keys/token/verify-token.ts";
import { isRtm006 } from "../keys/token/ways-in.ts";
import { userText } from "../keys/user.ts";
import * as finding from "./signature-findings.ts";
import {
  type Asked,
  type Certificates,
  type SignatureInspection,
  unverified,
} from "./signature-inspection.ts";

export function tokenSignature(
  read: ReadToken,
  certificates: Certificates,
  asked: Asked,
): SignatureInspection {
  if (read.version === 7)
    return byCertificates(certificates, finding.otherCertificate, (certificate) =>
      verify007(read, certificate),
    );
  const names = candidates(read.token, asked);
  if (typeof names === "string") return unverified(names);
  // Several names may have one checksum: each that fits is tried.
  const fitting = names.filter((candidate) => fits006(read.token, candidate));
  // The finding that says which name is wrong stands already: a checksum tells, no certificate.
  if (fitting.length === 0) return { state: "invalid", findings: [] };
  let verifiedNames: Names006 | undefined;
  const signature = byCertificates(certificates, finding.otherCertificateOrName, (certificate) => {
    verifiedNames = fitting.find((candidate) => verify006(read, certificate, candidate));
    return verifiedNames !== undefined;
  });
  return signature.state === "valid" && verifiedNames ? { ...signature, verifiedNames } : signature;
}

function byCertificates(
  { current, previous }: Certificates,
  other: () => Finding,
  isBy: (certificate: string) => boolean,
): SignatureInspection {
  if (isBy(current)) return { state: "valid", findings: [] };
  if (previous !== undefined && isBy(previous))
    return { state: "valid", findings: [finding.previousCertificate()] };
  // A token signs the certificate as text, letter case and all.
  const inOtherCase = [current, previous ?? current].flatMap((certificate) => [
    certificate.toLowerCase(),
    certificate.toUpperCase(),
  ]);
  const isOtherCase = inOtherCase.some(isBy);
  const found = isOtherCase ? finding.certificateLetterCase() : other();
  return { state: "invalid", findings: [found] };
}

/** The names that a 006 token may have been signed for, or what must be named first. */
function candidates(
  token: ReadToken006["token"],
  { channel, user }: Asked,
): readonly Names006[] | string {
  const name = user && userText(user);
  if (isRtm006(token)) {
    // RTM has its user in the place of the channel.
    const users = [name, channel].filter((text) => text !== undefined);
    if (users.length === 0)
      return "A 006 token for RTM does not show its user. Name the account to verify it.";
    return users.map((text) => ({ channel: text, user: "" }));
  }
  if (channel === undefined)
    return "A 006 token does not show its channel. Name the channel to verify it.";
  if (name === undefined && token.userCrc32 !== 0)
    return "A 006 token does not show its user. Name the uid or account to verify it.";
  const users = [...new Set([name ?? "", ""])];
  return [channel, ...ANY_CHANNELS].flatMap((of) =>
    users.map((text) => ({ channel: of, user: text })),
  );
}
