import type { Caller } from "../access/caller.ts";
import { Refusal } from "../errors.ts";
import type { Service } from "../service.ts";
import type { IssuedKey } from "./issue-key.ts";
import { planKey, type SharedKeyRequest } from "./plan.ts";

export interface KeysRequest extends SharedKeyRequest {
  /** 1 to 10,000 u32s. */
  readonly uids: readonly number[];
}

export interface IssuedKeys extends Omit<IssuedKey, "key" | "uid" | "randomInt"> {
  /** The text of a JSON array, `[{"uid","key","randomInt"},…]` in the order asked: 10,000 keys need no object each. */
  readonly keysJson: string;
}

/** One key for each uid, all of one channel and one moment. For service keys. Throws a Refusal. */
export function issueKeys(
  { config, host, signer }: Service,
  caller: Caller,
  request: KeysRequest,
): IssuedKeys {
  if (caller.kind !== "service") throw new Refusal("forbidden", "Batches are for service keys.");
  const now = host.now();
  const { version, expiredTs, times } = planKey(
    config,
    caller,
    request,
    { path: "uids", given: true },
    now,
  );
  const { channel, service, permission, uids } = request;
  const randomInts =
    request.randomInt === undefined
      ? host.randomInts(uids.length)
      : new Uint32Array(uids.length).fill(request.randomInt);
  const shared = { version, service, permission, channel, unixTs: times.issuedAt, expiredTs };
  const keysJson =
    signer?.channelKeysJson(shared, uids, randomInts) ??
    JSON.stringify(uids.map((uid, i) => ({ uid, key: null, randomInt: randomInts[i] })));
  return {
    version,
    service,
    appId: config.appId,
    channel,
    ...times,
    serverTime: now,
    keysJson,
  };
}
