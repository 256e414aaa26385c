import type { ServiceKeyCaller } from "../auth/caller.ts";
import type { Context } from "../config/deployment.ts";
import type { Config } from "../config/settings.ts";
import { parse } from "../contract/parse-request.ts";
import { InspectRequest } from "../contract/requests.ts";
import type { Finding, KeyInspection } from "../contract/responses.ts";
import { type InspectedKey, inspect, MalformedKeyError } from "../keys/parse.ts";
import { type Verified, verifyKey } from "../keys/verify.ts";
import { JOIN_WINDOW_SECONDS } from "../platform/limits.ts";
import * as finding from "./findings.ts";

/** What a key says, and what an Agora server would object to. Throws `invalid_request`. */
export function inspectKey(
  { deployment: { config }, now }: Context<ServiceKeyCaller>,
  input: unknown,
): KeyInspection {
  const request = parse(InspectRequest, input);
  let key: InspectedKey;
  try {
    key = inspect(request.key);
  } catch (error) {
    if (!(error instanceof MalformedKeyError)) throw error;
    return { signature: "unverified", findings: [finding.malformed(error.message)] };
  }
  const signature = inspectSignature(config, key, request);
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
    findings: [...signature.findings, ...finding.times(key, now)],
  };
}

interface SignatureInspection {
  readonly signature: KeyInspection["signature"];
  readonly verified?: Verified;
  readonly findings: readonly Finding[];
}

function inspectSignature(
  config: Config,
  key: InspectedKey,
  request: InspectRequest,
): SignatureInspection {
  if (key.appId.toLowerCase() !== config.appId.toLowerCase()) {
    return { signature: "unverified", findings: [finding.otherAppId(config.appId)] };
  }
  const { channel, uid } = request;
  const { appCertificate, appCertificatePrevious } = config;
  const unverified = { signature: "unverified", findings: [] } as const;
  if (channel === undefined || appCertificate === undefined) return unverified;

  // Uid 0 is always tried: such a key lets any user in.
  const uids = uid === undefined ? [0] : [uid, 0];
  const verifiedBy = (certificate: string) =>
    verifyKey(request.key, key, certificate, channel, uids);
  const byCurrent = verifiedBy(appCertificate);
  if (byCurrent) {
    return { signature: "valid", verified: byCurrent, findings: uidFindings(byCurrent, uid) };
  }
  const byPrevious = appCertificatePrevious && verifiedBy(appCertificatePrevious);
  if (byPrevious) {
    const findings = [...uidFindings(byPrevious, uid), finding.previousCertificate()];
    return { signature: "valid", verified: byPrevious, findings };
  }
  // Versions 4 and 5 do not show their uid: without it there is nothing to compare with.
  const isUidUnknown = key.version >= 4 && uid === undefined;
  return isUidUnknown ? unverified : { signature: "invalid", findings: finding.mismatches() };
}

function uidFindings({ uid }: Verified, requestedUid: number | undefined): Finding[] {
  if (uid === undefined || uid === 0) return [finding.anyUid()];
  if (requestedUid === undefined || uid === requestedUid) return [];
  return [finding.otherUid(uid, requestedUid)];
}
