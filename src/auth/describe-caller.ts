import type { Context } from "../config/deployment.ts";
import { parse } from "../contract/parse-request.ts";
import { CallerRequest } from "../contract/requests.ts";
import type { CallerDescription } from "../contract/responses.ts";
import { GRANT_OPERATIONS } from "../contract/scope.ts";
import { assertNotRevoked } from "../revocations/assert-not-revoked.ts";

/**
 * Who the credential is, and what it may do: all that it says, and no text of it. Throws
 * `invalid_request`, `grant_revoked` or `revocations_unavailable`.
 */
export async function describeCaller(context: Context, input: unknown): Promise<CallerDescription> {
  parse(CallerRequest, input);
  const { caller, deployment } = context;
  const { appId } = deployment.config;
  if (caller.kind === "serviceKey") {
    const { allow, channels, services, notAfter } = caller.scope;
    return {
      kind: caller.kind,
      id: caller.id,
      appId,
      allow,
      ...(channels && { channels }),
      ...(services && { services }),
      ...(notAfter !== undefined && { expiresAt: notAfter }),
    };
  }
  const { id, channels, services, user, role, expiresAt } = caller.grant;
  // Of a grant for any uid its own revocation alone is known here: no request names the user.
  await assertNotRevoked(context, undefined, user.uid === 0 ? undefined : user);
  return {
    kind: caller.kind,
    id,
    appId,
    allow: GRANT_OPERATIONS,
    channels,
    services,
    ...user,
    role,
    expiresAt,
  };
}
