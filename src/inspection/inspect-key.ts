import type { ServiceKeyCaller } from "../auth/caller.ts";
import type { Context } from "../config/deployment.ts";
import type { Config } from "../config/settings.ts";
import { parse } from "../contract/parse-request.ts";
import { InspectRequest } from "../contract/requests.ts";
import type { KeyInspection } from "../contract/responses.ts";
import { type Diagnosis, diagnose } from "../keys/diagnose.ts";
import { type Finding, projectWithoutCertificate, uidFindings } from "../keys/findings.ts";
import type { InspectedKey } from "../keys/parse.ts";
import { verdictOf } from "../keys/verdict.ts";
import { type Verified, verifyKey } from "../keys/verify.ts";
import { JOIN_WINDOW_SECONDS } from "../platform/limits.ts";
import { mismatches, previousCertificate } from "./signature-findings.ts";

/** Would Agora take a key now, what does it say, and what is wrong? Throws `invalid_request`. */
export function inspectKey(
  { deployment: { config }, now }: Context<ServiceKeyCaller>,
  input: unknown,
): KeyInspection {
  const request = parse(InspectRequest, input);
  const diagnosis = diagnose(request.key, { now, appId: config.appId, uid: request.uid });
  const signature = inspectSignature(config, diagnosis, request);
  const findings = [
    ...(config.appCertificate === undefined ? [projectWithoutCertificate()] : []),
    ...diagnosis.findings,
    ...signature.findings,
  ];
  return {
    verdict: verdictOf(signature.state, findings),
    ...(diagnosis.key && describe(diagnosis.key, signature.verified)),
    signature: signature.state,
    ...(signature.unverifiedReason !== undefined && {
      unverifiedReason: signature.unverifiedReason,
    }),
    findings,
  };
}

function describe(key: InspectedKey, verified: Verified | undefined): Partial<KeyInspection> {
  const { version, appId, unixTs, randomInt, expiredTs, permission } = key;
  const service = verified?.service ?? key.service;
  const uid = verified?.uid ?? key.uid;
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
  };
}

interface SignatureInspection {
  readonly state: KeyInspection["signature"];
  readonly unverifiedReason?: string;
  readonly verified?: Verified;
  readonly findings: readonly Finding[];
}

function inspectSignature(
  { appId, appCertificate, appCertificatePrevious }: Config,
  { key, isExact }: Diagnosis,
  { key: text, channel, uid }: InspectRequest,
): SignatureInspection {
  if (!key) return unverified("There is no channel key to verify.");
  if (!isExact)
    return unverified("The text is not a key as it stands. Inspect it again, corrected.");
  if (key.appId.toLowerCase() !== appId.toLowerCase())
    return unverified("Its App ID is another project's, and only that project can verify it.");
  if (appCertificate === undefined)
    return unverified("This deployment has no certificate (KEY_MODE is app-id).");
  if (channel === undefined)
    return unverified("A key does not show its channel. Name the channel to verify it.");

  // Uid 0 is always tried: such a key lets any user in.
  const uids = uid === undefined ? [0] : [uid, 0];
  const verifiedBy = (certificate: string) => verifyKey(text, key, certificate, channel, uids);
  const isUidHidden = key.version >= 4;
  const userFindings = (verified: Verified) => (isUidHidden ? uidFindings(verified.uid, uid) : []);

  const byCurrent = verifiedBy(appCertificate);
  if (byCurrent) return { state: "valid", verified: byCurrent, findings: userFindings(byCurrent) };
  const byPrevious =
    appCertificatePrevious === undefined ? undefined : verifiedBy(appCertificatePrevious);
  if (byPrevious) {
    const findings = [...userFindings(byPrevious), previousCertificate()];
    return { state: "valid", verified: byPrevious, findings };
  }
  // Without its uid there is nothing to compare with.
  if (isUidHidden && uid === undefined)
    return unverified(`Version ${key.version} does not show its uid. Name the uid to verify it.`);
  return { state: "invalid", findings: mismatches() };
}

function unverified(unverifiedReason: string): SignatureInspection {
  return { state: "unverified", unverifiedReason, findings: [] };
}
