// SERVICE_KEYS: named service keys, each with its hash and what it may do. What is wrong is named
// by the entry's place, and nothing is quoted: by mistake a key itself may stand anywhere in here.

import * as v from "valibot";
import type { Scope } from "../auth/caller.ts";
import type { ServiceKeys } from "../auth/service-keys.ts";
import { parseLoosely, UNKNOWN_FIELD_MESSAGE } from "../contract/parse-request.ts";
import type { NamedProblem } from "../contract/responses.ts";
import { CALLER_OPERATIONS, SERVICE_KEY_SERVICES } from "../contract/scope.ts";
import { grantEntries, maxKeyExpiresIn, unixTime } from "../contract/values.ts";
import type { FieldError } from "../keys/fields.ts";
import { sha256Hex } from "../keys/sha-256.ts";
import { parseJson } from "../platform/json.ts";
import { REPORTED_ERRORS_MAX, SERVICE_KEYS_MAX } from "../platform/limits.ts";
import { failure, type Result, success } from "../platform/result.ts";

function matching(pattern: RegExp, message: string) {
  return v.pipe(v.string(message), v.regex(pattern, message));
}

/** One or more of these: an empty list would be none to one reader, and all to another. */
function some<const T extends string>(options: readonly T[]) {
  const message = `must be an array of one or more of ${options.join(", ")}`;
  return v.pipe(v.array(v.picklist(options, message), message), v.minLength(1, message));
}

export const NamedServiceKey = v.strictObject({
  id: matching(/^[a-z0-9-]{1,32}$/, "must be 1 to 32 characters of a-z 0-9 -"),
  sha256: v.pipe(
    matching(/^[0-9a-f]{64}$/i, "must be 64 hexadecimal digits: the SHA-256 of the whole key"),
    v.transform((digits) => digits.toLowerCase()),
  ),
  allow: some(CALLER_OPERATIONS),
  channels: v.optional(grantEntries.channels),
  services: v.optional(some(SERVICE_KEY_SERVICES)),
  maxExpiresIn: v.optional(maxKeyExpiresIn),
  notAfter: v.optional(unixTime),
});
export type NamedServiceKey = v.InferOutput<typeof NamedServiceKey>;

const LIST_MESSAGE = `must be a JSON array of at most ${SERVICE_KEYS_MAX} objects with id, sha256 and allow`;
const MEMBERS = Object.keys(NamedServiceKey.entries).join(", ");

export const namedServiceKeys = v.pipe(
  v.string("must be text"),
  v.transform(readEntries),
  v.check(
    ({ ok }) => ok,
    ({ input }) => (input.ok ? "" : input.errors.join("; ")),
  ),
  v.transform((read) => (read.ok ? read.value : [])),
);

function readEntries(text: string): Result<NamedServiceKey[], string> {
  const json = parseJson(text);
  if (!json.ok && json.errors[0]?.kind === "duplicate") {
    return failure(["has a duplicate member in an object"]);
  }
  const list: unknown = json.ok ? json.value : undefined;
  if (!Array.isArray(list) || list.length > SERVICE_KEYS_MAX) return failure([LIST_MESSAGE]);
  const entries: NamedServiceKey[] = [];
  const problems: string[] = [];
  for (const [i, given] of list.entries()) {
    const read = parseLoosely(NamedServiceKey, given);
    const found = read.ok ? entryProblems(read.value, entries) : read.errors.map(memberProblem);
    if (read.ok) entries.push(read.value);
    problems.push(...[...new Set(found)].map((problem) => `entry ${i + 1}: ${problem}`));
  }
  if (problems.length === 0) return success(entries);
  return failure(problems.slice(0, REPORTED_ERRORS_MAX));
}

/** An unknown member is not named: it may be a key that was pasted there. */
function memberProblem({ path, message }: FieldError): string {
  if (message === UNKNOWN_FIELD_MESSAGE) return `has a member that is none of ${MEMBERS}`;
  return path === "" ? "must be an object" : `${path} ${message}`;
}

function entryProblems(
  { id, sha256, allow, channels, services }: NamedServiceKey,
  before: readonly NamedServiceKey[],
): string[] {
  const problems: string[] = [];
  if (before.some((other) => other.id === id)) problems.push("id is that of an entry before it");
  if (before.some((other) => other.sha256 === sha256)) {
    problems.push("sha256 is that of an entry before it: each key must be its own");
  }
  if (allow.includes("revocations") && (channels ?? services)) {
    problems.push("allow can't have revocations beside channels or services: they are for all");
  }
  return problems;
}

/** The service keys of a deployment. A plain one is named after its setting. */
export function readServiceKeys(
  plain: Readonly<Record<string, string | undefined>>,
  named: readonly NamedServiceKey[],
): ServiceKeys {
  const known = (text: string, id: string, isNamed: boolean, scope: Scope) => ({
    text,
    caller: { kind: "serviceKey", id, isNamed, scope } as const,
  });
  return {
    plain: Object.entries(plain).flatMap(([id, text]) =>
      text === undefined ? [] : [known(text, id, false, { allow: CALLER_OPERATIONS })],
    ),
    hashed: named.map((entry) => known(entry.sha256, entry.id, true, entry)),
  };
}

/** Named keys that are another setting: SERVICE_KEY among them would still do everything. */
export function sharedHashes(
  named: readonly NamedServiceKey[],
  settings: Readonly<Record<string, unknown>>,
): NamedProblem[] {
  if (named.length === 0) return [];
  const names = new Map(
    Object.entries(settings).map(([name, value]) => [sha256Hex(String(value)), name]),
  );
  return named.flatMap(({ sha256 }, i) => {
    const other = names.get(sha256);
    const message = `entry ${i + 1}: sha256 is that of ${other}: each key must be its own`;
    return other === undefined ? [] : [{ name: "SERVICE_KEYS", message }];
  });
}
