// Secrets that are long enough and still no secrets: what a person types to get it over with, and
// one secret in two places. Pure. No message quotes a value.

import type { NamedProblem } from "../contract/responses.ts";
import {
  SECRET_MIN_DISTINCT_CHARACTERS,
  SECRET_MIN_HELD_CHARACTERS,
  SECRET_MIN_JUMPS,
  SECRET_MIN_UNKNOWN_CHARACTERS,
} from "../platform/limits.ts";

/** Words that examples, templates and impatient people fill a secret with. */
const PLACEHOLDER_WORDS = [
  ...["changethis", "changeit", "changeme", "change", "replacethis", "replaceme", "replace"],
  ...["placeholder", "example", "sample", "default", "dummy", "insert", "enter", "todo", "fixme"],
  ...["yoursecret", "yourkey", "your", "this", "with", "here", "please", "before", "deploying"],
  ...["password", "passwort", "letmein", "secret", "servicekey", "service", "grant", "token"],
  ...["certificate", "agora", "latchkey", "development", "production", "staging", "test", "admin"],
  ...["supersecret", "super", "random", "string", "value", "something", "characters", "long"],
  ...["12345678901234567890", "1234567890", "0123456789", "123456789", "12345678", "123456"],
  ...["abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnop", "abcdefgh", "abcdef", "qwertyuiop"],
  ...["qwerty", "deadbeef", "cafebabe", "xxxx", "0000", "key", "1qaz", "2wsx", "3edc", "4rfv"],
  ...["5tgb", "6yhn", "7ujm", "8ik9", "my", "company", "video", "calls", "channel", "app"],
].sort((a, b) => b.length - a.length);
const PLACEHOLDERS = new RegExp(PLACEHOLDER_WORDS.join("|"), "g");

/** Why a secret is none; undefined where nothing is wrong with it. */
function weakness(secret: string): string | undefined {
  const counts = new Map<string, number>();
  for (const character of secret) counts.set(character, (counts.get(character) ?? 0) + 1);
  const isMonotonous =
    counts.size < SECRET_MIN_DISTINCT_CHARACTERS ||
    Math.max(...counts.values()) > secret.length / 2;
  if (isMonotonous) return "has too few different characters";
  if (isRepetition(secret)) return "repeats one text";
  const unknown = secret
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "")
    .replace(PLACEHOLDERS, "");
  const isAscii = /^[\x20-\x7e]*$/.test(secret);
  if (isAscii && unknown.length < SECRET_MIN_UNKNOWN_CHARACTERS) return "is a placeholder";
  return jumps(secret) < SECRET_MIN_JUMPS ? "is a sequence, such as 0123456789" : undefined;
}

/** How many characters are neither the one before, nor its neighbour in the alphabet. */
function jumps(text: string): number {
  let count = 0;
  for (let i = 1; i < text.length; i++)
    if (Math.abs(text.charCodeAt(i) - text.charCodeAt(i - 1)) > 1) count++;
  return count;
}

/** "abcabcabc", also where the last time is cut short. */
function isRepetition(text: string): boolean {
  for (let length = 1; length <= text.length / 2; length++) {
    if (text.startsWith(text.slice(length))) return true;
  }
  return false;
}

const MAKE_ANOTHER = "make another one: node scripts/new-secret.mjs";
const COPY_IT = "copy it from the vendor's console";
/** The secrets, and what to do about one that is weak. */
const REMEDIES = {
  APP_CERTIFICATE: COPY_IT,
  APP_CERTIFICATE_PREVIOUS: COPY_IT,
  SERVICE_KEY: MAKE_ANOTHER,
  SERVICE_KEY_PREVIOUS: MAKE_ANOTHER,
  GRANT_SECRET: MAKE_ANOTHER,
  GRANT_SECRET_PREVIOUS: MAKE_ANOTHER,
} as const;

/** Every weak secret. */
export function weakSecrets(given: Readonly<Record<string, unknown>>): NamedProblem[] {
  return Object.entries(REMEDIES).flatMap(([name, remedy]) => {
    const secret = given[name];
    const reason = typeof secret === "string" ? weakness(secret) : undefined;
    return reason === undefined ? [] : [{ name, message: `${reason}: ${remedy}` }];
  });
}

/**
 * Settings of which no two may have one value, or one hold another. A secret may equal its own
 * previous one, and what is public may hold what is public.
 */
const FAMILIES = [
  ["APP_ID", "GRANT_ISSUER"],
  ["APP_CERTIFICATE", "APP_CERTIFICATE_PREVIOUS"],
  ["GRANT_SECRET", "GRANT_SECRET_PREVIOUS"],
  ["SERVICE_KEY", "SERVICE_KEY_PREVIOUS"],
  ["AGORA_CUSTOMER_SECRET"],
] as const;

/**
 * Secrets that are in another setting: whoever may know the one must not know the other. While a
 * secret is rotated, it and its previous one are equal for a moment.
 */
export function sharedSecrets(given: Readonly<Record<string, unknown>>): NamedProblem[] {
  const problems: NamedProblem[] = [];
  for (const [i, family] of FAMILIES.entries()) {
    const others = FAMILIES.slice(0, i).flat();
    for (const name of family) {
      const message = others
        .map((other) => sharing(given[name], given[other], other))
        .find((found) => found !== undefined);
      if (message !== undefined) problems.push({ name, message });
    }
  }
  return problems;
}

/** Without regard to case: hexadecimal digits have two spellings. */
function sharing(value: unknown, otherValue: unknown, other: string): string | undefined {
  if (typeof value !== "string" || typeof otherValue !== "string") return undefined;
  const [one, two] = [value.toLowerCase(), otherValue.toLowerCase()];
  if (one === two) return `is the same as ${other}: each must be a value of its own`;
  if (Math.min(one.length, two.length) < SECRET_MIN_HELD_CHARACTERS) return undefined;
  if (!one.includes(two) && !two.includes(one)) return undefined;
  return `holds ${other}, or is held by it: each must be a value of its own`;
}
