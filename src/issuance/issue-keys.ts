import type { ServiceKeyCaller } from "../auth/caller.ts";
import type { Context } from "../config/deployment.ts";
import { parse } from "../contract/parse-request.ts";
import { KeysRequest } from "../contract/requests.ts";
import { JsonText } from "../platform/json.ts";
import { formatErrors } from "./format.ts";
import { describe, planKey, versionChoice } from "./key-plan.ts";

/**
 * One key for each uid, all of one channel and one moment, for service keys. Returns an
 * `IssuedKeys` as JSON text: 10,000 keys need no object each. Throws `invalid_request`.
 */
export function issueKeys(context: Context<ServiceKeyCaller>, input: unknown): JsonText {
  const { host, signer } = context.deployment;
  const request = parse(KeysRequest, input, (fields, invalid) => {
    const uids = { path: "uids", isGiven: true, isImplied: false } as const;
    return formatErrors(fields, invalid, uids, versionChoice(context));
  });
  const { channel, uids, randomInt } = request;
  const plan = planKey(context, request, undefined);
  const { issuedAt: unixTs, expiredTs } = plan.times;
  const randomInts =
    randomInt === undefined
      ? host.randomInts(uids.length)
      : new Uint32Array(uids.length).fill(randomInt);
  const shared = { ...plan.format, channel, unixTs, expiredTs };
  const keys =
    signer?.channelKeysJson(shared, uids, randomInts) ??
    JSON.stringify(uids.map((uid, i) => ({ uid, key: null, randomInt: randomInts[i] })));
  const described = JSON.stringify(describe(context, plan, channel));
  return new JsonText(`${described.slice(0, -1)},"keys":${keys}}`);
}
