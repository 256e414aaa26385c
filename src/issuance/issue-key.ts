import type { Context } from "../config/deployment.ts";
import { parse } from "../contract/parse-request.ts";
import { KeyRequest } from "../contract/requests.ts";
import type { IssuedKey } from "../contract/responses.ts";
import { givenUser } from "../contract/values.ts";
import { assertNotRevoked } from "../revocations/assert-not-revoked.ts";
import { formatErrors, type UserFields } from "./format.ts";
import { describe, formatDefaults, planKey } from "./key-plan.ts";
import { signKey } from "./sign-key.ts";

/**
 * One channel key or RTC token for one user, by service key or grant. Throws `invalid_request`,
 * `forbidden` or a finer code, `grant_revoked` or `revocations_unavailable`. It waits for nothing,
 * except for the list of revocations after a pause.
 */
export async function issueKey(context: Context, input: unknown): Promise<IssuedKey> {
  const { record, deployment } = context;
  const { host, signer } = deployment;
  const request = parse(KeyRequest, input, (fields, invalid) =>
    formatErrors(fields, invalid, userFields(fields, invalid), formatDefaults(context)),
  );
  const { channel, uid, account } = request;
  record.about({ channel, uid, account, version: request.version });
  const plan = planKey(context, request, userFields(request), givenUser(request));
  const { user, format } = plan;
  record.about({
    channel,
    uid: user?.uid,
    account: user?.account,
    version: format.version,
    service: format.service,
    role: format.role,
    expiresAt: plan.times.expiresAt,
  });
  await assertNotRevoked(context, channel, user);
  const randomInt = request.randomInt ?? (host.randomInts(1)[0] as number);
  const key = signer ? signKey(signer, plan, channel, randomInt) : null;
  const { version, service, appId, channel: _, ...rest } = describe(context, plan, channel);
  const named =
    user?.account === undefined ? { uid: user?.uid ?? null } : { account: user.account };
  const role = format.role === undefined ? {} : { role: format.role };
  return { key, version, service, appId, channel, ...named, ...role, randomInt, ...rest };
}

function userFields(
  { uid, account }: Partial<KeyRequest>,
  invalid: ReadonlySet<string> = new Set(),
): UserFields {
  return {
    uidPath: "uid",
    accountPath: "account",
    hasUid: uid !== undefined || invalid.has("uid"),
    hasAccount: account !== undefined || invalid.has("account"),
  };
}
