import type { Caller } from "../access/caller.ts";
import type { Background } from "../access/key-sets.ts";
import { Refusal } from "../errors.ts";
import type { Service as KeyService, Version } from "../keys/versions.ts";
import type { Service } from "../service.ts";
import { type KeyTimes, planKey, type SharedKeyRequest } from "./plan.ts";

export interface KeyRequest extends SharedKeyRequest {
  /** u32; 0 = any user. Left out with a grant: the grant's. */
  readonly uid?: number | undefined;
}

export interface IssuedKey extends KeyTimes {
  /** null in App-ID-only mode. */
  readonly key: string | null;
  readonly version: Version;
  readonly service: KeyService;
  readonly appId: string;
  readonly channel: string;
  /** null in version 1. */
  readonly uid: number | null;
  readonly randomInt: number;
  readonly serverTime: number;
}

/**
 * One key for one user. Throws a Refusal: `invalid_request`, `forbidden` and its kin, `grant_revoked`,
 * `revocations_unavailable`. Waits for nothing, but for the first copy of the revocations after a pause.
 */
export async function issueKey(
  { config, host, signer, revocations }: Service,
  caller: Caller,
  request: KeyRequest,
  background: Background,
): Promise<IssuedKey> {
  const now = host.now();
  const asked = { path: "uid", given: request.uid !== undefined, value: request.uid } as const;
  const { version, uid, expiredTs, times } = planKey(config, caller, request, asked, now);
  const { channel, service, permission } = request;
  if (caller.kind === "grant" && revocations) {
    const { subject: sub, id: jti } = caller.grant;
    const isRevoked = await revocations.copy.isRevoked({ uid, channel, sub, jti }, now, background);
    if (isRevoked) throw new Refusal("grant_revoked", "The holder of this grant has been cut off.");
  }
  const randomInt = request.randomInt ?? (host.randomInts(1)[0] as number);
  const key = signer?.channelKey({
    version,
    service,
    permission,
    channel,
    unixTs: times.issuedAt,
    randomInt,
    uid,
    expiredTs,
  });
  return {
    key: key ?? null,
    version,
    service,
    appId: config.appId,
    channel,
    uid: uid ?? null,
    randomInt,
    ...times,
    serverTime: now,
  };
}
