import type { Context } from "../config/deployment.ts";
import { ServiceError } from "../contract/service-error.ts";

/**
 * Throws `grant_revoked`, or `revocations_unavailable` where that can't be known, or
 * `not_configured` where its bindings are absent and nobody said that this is meant. Revocations
 * are for grants: a service key asks for whom it wants.
 */
export async function assertNotRevoked(
  { caller, deployment: { config, revocations }, now, waitUntil }: Context,
  channel: string,
  uid: number | undefined,
): Promise<void> {
  if (caller.kind !== "grant") return;
  if (!revocations) {
    if (!config.hasRevocations) return;
    const detail = "Bindings that grants need are absent here: GET /ready names them.";
    throw new ServiceError("not_configured", detail);
  }
  const { subject: sub, id: jti } = caller.grant;
  const access = { uid, channel, sub, jti };
  if (await revocations.replica.isRevoked(access, now, waitUntil)) {
    throw new ServiceError("grant_revoked", "This grant's access has been revoked.");
  }
}
