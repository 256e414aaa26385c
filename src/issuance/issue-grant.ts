import type { ServiceKeyCaller } from "../auth/caller.ts";
import { authorizeNewGrant } from "../auth/new-grant-policy.ts";
import type { Context } from "../config/deployment.ts";
import { parse } from "../contract/parse-request.ts";
import { GrantRequest } from "../contract/requests.ts";
import type { IssuedGrant } from "../contract/responses.ts";
import { grantUserErrors } from "../contract/values.ts";

/**
 * Signs a grant for a client, for service keys. Without a subject it gets one of its own: else the
 * clients of one uid, strangers to each other where it is 0, would be limited and revoked together.
 * Throws `invalid_request`, `forbidden_channel`, `forbidden_service` or `not_configured`.
 */
export async function issueGrant(
  { deployment, caller, now, record }: Context<ServiceKeyCaller>,
  input: unknown,
): Promise<IssuedGrant> {
  const request = parse(GrantRequest, input, (fields, invalid) =>
    invalid.has("uid") || invalid.has("account") ? [] : grantUserErrors(fields),
  );
  const { channels, uid, account, services, role } = request;
  const { subject = crypto.randomUUID() } = request;
  const jti = crypto.randomUUID();
  const asked = { subject, channels, uid, account, services, role };
  record.about(asked);
  const { expiresAt, maxKeyExpiresIn, ...own } = authorizeNewGrant(caller, request, now);
  const said = { jti, ...asked, maxKeyExpiresIn, expiresAt };
  record.about(said);
  const grant = await deployment.grants.sign({ ...said, ...own, issuedAt: now });
  return { grant, jti, subject, expiresAt };
}
