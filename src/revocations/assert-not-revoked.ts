import type { Context } from "../config/deployment.ts";
import { ServiceError } from "../contract/service-error.ts";

/**
 * Throws `grant_revoked`, or `revocations_unavailable` where that can't be known. Revocations are
 * for grants: a service key asks for whom it wants.
 */
export async function assertNotRevoked(
  { caller, deployment: { revocations }, now, waitUntil }: Context,
  channel: string,
  uid: number | undefined,
): Promise<void> {
  if (caller.kind !== "grant" || !revocations) return;
  const { subject: sub, id: jti } = caller.grant;
  const access = { uid, channel, sub, jti };
  if (await revocations.replica.isRevoked(access, now, waitUntil)) {
    throw new ServiceError("grant_revoked", "This grant's access has been revoked.");
  }
}
