import type { Context } from "../config/deployment.ts";
import { ServiceError } from "../contract/service-error.ts";
import type { User } from "../keys/user.ts";

/**
 * Throws `grant_revoked`, or `revocations_unavailable` where that can't be known, or
 * `not_configured` where its bindings are absent and nobody said that this is meant. Revocations
 * are for grants: a service key asks for whom it wants. Without a channel (RTM and chat have none)
 * an entry that names one does not match.
 */
export async function assertNotRevoked(
  { caller, deployment: { config, revocations }, now, waitUntil }: Context,
  channel: string | undefined,
  user: User | undefined,
): Promise<void> {
  if (caller.kind !== "grant") return;
  if (!revocations) {
    if (!config.hasRevocations) return;
    const detail = "Bindings that grants need are absent here: GET /ready names them.";
    throw new ServiceError("not_configured", detail);
  }
  const { subject: sub, id: jti, issuedAt } = caller.grant;
  const access = { ...user, channel, sub, jti, issuedAt };
  if (await revocations.replica.isRevoked(access, now, waitUntil)) {
    throw new ServiceError("grant_revoked", "This grant's access has been revoked.");
  }
}
