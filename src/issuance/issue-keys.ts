import type { ServiceKeyCaller } from "../auth/caller.ts";
import type { Context } from "../config/deployment.ts";
import { parse } from "../contract/parse-request.ts";
import { KeysRequest } from "../contract/requests.ts";
import type { Signer } from "../keys/signer.ts";
import { isAccessTokenVersion } from "../keys/versions.ts";
import { JsonText } from "../platform/json.ts";
import { formatErrors, type UserFields } from "./format.ts";
import { describe, formatDefaults, type KeyPlan, planKey } from "./key-plan.ts";
import { sharedTokenFields } from "./sign-key.ts";

/**
 * One key for each uid or account, all of one channel and one moment, for service keys. Returns an
 * `IssuedKeys` as JSON text: 10,000 keys need no object each. Throws `invalid_request`.
 */
export function issueKeys(context: Context<ServiceKeyCaller>, input: unknown): JsonText {
  const { record, deployment } = context;
  const { host, signer } = deployment;
  const request = parse(KeysRequest, input, (fields, invalid) => {
    const users = userFields(fields, invalid);
    const isNobody = !users.hasUid && !users.hasAccount;
    const missing = isNobody ? [{ path: "uids", message: "is required" }] : [];
    const known = { ...users, hasUid: users.hasUid || isNobody };
    const errors = formatErrors(fields, invalid, known, formatDefaults(context));
    return [...missing, ...errors.filter(({ path }) => !isNobody || path !== "uids")];
  });
  const { channel, uids, accounts = [], randomInt } = request;
  const users = uids ?? accounts;
  record.about({ channel, version: request.version }, users);
  const plan = planKey(context, request, userFields(request), undefined);
  const { version, service, role } = plan.format;
  record.about({ channel, version, service, role, expiresAt: plan.times.expiresAt }, users);
  const randomInts =
    randomInt === undefined
      ? host.randomInts(users.length)
      : new Uint32Array(users.length).fill(randomInt);
  const keys = signer
    ? keysJson(signer, plan, channel, users, randomInts)
    : membersJson(users, () => null, randomInts);
  const described = JSON.stringify({
    ...describe(context, plan, channel),
    ...(role !== undefined && { role }),
  });
  return new JsonText(`${described.slice(0, -1)},"keys":${keys}}`);
}

function keysJson(
  signer: Signer,
  { format, times }: KeyPlan,
  channel: string,
  users: readonly number[] | readonly string[],
  randomInts: Uint32Array,
): string {
  const { version, service, permission } = format;
  const { issuedAt: unixTs, expiredTs } = times;
  if (isAccessTokenVersion(version)) {
    const shared = { ...sharedTokenFields(version, format, times), channel };
    const tokens = signer.accessTokens(shared, users, randomInts);
    return membersJson(users, (i) => tokens[i] as string, randomInts);
  }
  // Accounts are for access tokens alone.
  const shared = { version, service, permission, channel, unixTs, expiredTs };
  return signer.channelKeysJson(shared, users as readonly number[], randomInts);
}

/**
 * The keys as the text of a JSON array. Written by hand: for 10,000 keys JSON.stringify takes
 * longer than the core. No character of an account or a key needs escaping in JSON.
 */
function membersJson(
  users: readonly number[] | readonly string[],
  keyAt: (i: number) => string | null,
  randomInts: Uint32Array,
): string {
  const quoted = (value: string | null) => (value === null ? "null" : `"${value}"`);
  let members = "";
  for (const [i, user] of users.entries()) {
    const named = typeof user === "number" ? `"uid":${user}` : `"account":${quoted(user)}`;
    const comma = i === 0 ? "" : ",";
    members += `${comma}{${named},"key":${quoted(keyAt(i))},"randomInt":${randomInts[i]}}`;
  }
  return `[${members}]`;
}

function userFields(
  { uids, accounts }: Partial<KeysRequest>,
  invalid: ReadonlySet<string> = new Set(),
): UserFields {
  return {
    uidPath: "uids",
    accountPath: "accounts",
    hasUid: uids !== undefined || invalid.has("uids"),
    hasAccount: accounts !== undefined || invalid.has("accounts"),
  };
}
