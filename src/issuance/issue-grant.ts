import type { ServiceKeyCaller } from "../auth/caller.ts";
import type { Context } from "../config/deployment.ts";
import { parse } from "../contract/parse-request.ts";
import { GrantRequest } from "../contract/requests.ts";
import type { IssuedGrant } from "../contract/responses.ts";
import { grantUserErrors } from "../contract/values.ts";

/**
 * Signs a grant for a client, for service keys. Without a subject it gets one of its own: else the
 * clients of one uid, strangers to each other where it is 0, would be limited and revoked together.
 * Throws `invalid_request` or `not_configured`.
 */
export async function issueGrant(
  { deployment, now, record }: Context<ServiceKeyCaller>,
  input: unknown,
): Promise<IssuedGrant> {
  const request = parse(GrantRequest, input, (fields, invalid) =>
    invalid.has("uid") || invalid.has("account") ? [] : grantUserErrors(fields),
  );
  const { channels, uid, account, services, role, maxKeyExpiresIn } = request;
  const { subject = crypto.randomUUID() } = request;
  const jti = crypto.randomUUID();
  const expiresAt = now + request.expiresIn;
  const said = {
    jti,
    subject,
    channels,
    uid,
    account,
    services,
    role,
    maxKeyExpiresIn,
    expiresAt,
  };
  record.about(said);
  const grant = await deployment.grants.sign({ ...said, issuedAt: now });
  return { grant, jti, subject, expiresAt };
}
