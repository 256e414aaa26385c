import type { Context } from "../config/deployment.ts";
import { parse } from "../contract/parse-request.ts";
import { KeyRequest } from "../contract/requests.ts";
import type { IssuedKey } from "../contract/responses.ts";
import { assertNotRevoked } from "../revocations/assert-not-revoked.ts";
import { formatErrors } from "./format.ts";
import { describe, planKey, versionChoice } from "./key-plan.ts";

/**
 * One channel key for one user, by service key or grant. Throws `invalid_request`, `forbidden` or a
 * finer code, `grant_revoked` or `revocations_unavailable`. It waits for nothing, except for the
 * list of revocations after a pause.
 */
export async function issueKey(context: Context, input: unknown): Promise<IssuedKey> {
  const { caller, deployment } = context;
  const { host, signer } = deployment;
  const request = parse(KeyRequest, input, (fields, invalid) => {
    const isGiven = fields.uid !== undefined || invalid.has("uid");
    const isImplied = caller.kind === "grant" && caller.grant.uid !== 0;
    const uid = { path: "uid", isGiven, isImplied } as const;
    return formatErrors(fields, invalid, uid, versionChoice(context));
  });
  const { channel } = request;
  const plan = planKey(context, request, request.uid);
  const { uid, times } = plan;
  await assertNotRevoked(context, channel, uid);
  const randomInt = request.randomInt ?? (host.randomInts(1)[0] as number);
  const { issuedAt: unixTs, expiredTs } = times;
  const key = signer?.channelKey({ ...plan.format, channel, unixTs, randomInt, uid, expiredTs });
  const { version, service, appId, channel: _, ...rest } = describe(context, plan, channel);
  const signedFor = { channel, uid: uid ?? null, randomInt };
  return { key: key ?? null, version, service, appId, ...signedFor, ...rest };
}
