import type { ServiceKeyCaller } from "../auth/caller.ts";
import type { Context } from "../config/deployment.ts";
import { parse } from "../contract/parse.ts";
import { GrantRequest } from "../contract/requests.ts";
import type { IssuedGrant } from "../contract/responses.ts";

/** Signs a grant for a client, for service keys. Throws `invalid_request` or `not_configured`. */
export async function issueGrant(
  { deployment, now }: Context<ServiceKeyCaller>,
  input: unknown,
): Promise<IssuedGrant> {
  const { expiresIn, uid, subject = `uid-${uid}`, ...claims } = parse(GrantRequest, input);
  const { channels, services, role, maxKeyExpiresIn } = claims;
  const expiresAt = now + expiresIn;
  const grant = await deployment.grants.sign({
    subject,
    channels,
    uid,
    services,
    role,
    maxKeyExpiresIn,
    issuedAt: now,
    expiresAt,
  });
  return { grant, expiresAt };
}
