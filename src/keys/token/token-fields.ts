// The fields of an access token, and the library's checks of them. A check throws a TypeError or
// RangeError that names the first wrong field, such as "services[1].privileges.joinChannel".

import {
  ACCOUNT_MAX_BYTES,
  CHANNEL_MAX_BYTES,
  FIELD_NAME_MAX_CHARACTERS,
} from "../../platform/limits.ts";
import { CHANNEL_MESSAGE, IS_CHANNEL_CHARACTER, isU32, wrong, wrongU32 } from "../fields.ts";
import type { PRIVILEGES_006, TokenService, TokenUser } from "./token-services.ts";

/** A 006 token for a channel and a user. All times are absolute: Unix seconds. */
export type RtcToken006 = TokenUser & {
  readonly version: 6;
  /** 1 to 64 characters of the SDK's set. */
  readonly channel: string;
  readonly rtmUserId?: undefined;
  /** u32. */
  readonly salt: number;
  /** When the token ends (u32). */
  readonly ts: number;
  /** Of each privilege that is granted: when it ends (u32). What is left out is denied. */
  readonly privileges: Readonly<Partial<Record<keyof typeof PRIVILEGES_006, number>>>;
};

/** A 006 token for a user of RTM. */
export interface RtmToken006 {
  readonly version: 6;
  /** 1 to 255 characters of the SDK's set. */
  readonly rtmUserId: string;
  readonly channel?: undefined;
  readonly salt: number;
  readonly ts: number;
  readonly privileges: { readonly rtmLogin?: number };
}

/** A 007 token. `expire` and all privileges are seconds from `issueTs`. */
export interface Token007 {
  readonly version: 7;
  /** When the token is issued, Unix seconds (u32). */
  readonly issueTs: number;
  /** u32. */
  readonly expire: number;
  /** u32. */
  readonly salt: number;
  /** One or more, in any order; 65,455 bytes at most when packed. */
  readonly services: readonly TokenService[];
}

export type AccessTokenFields = RtcToken006 | RtmToken006 | Token007;

/** An unknown value whose members may be read. */
export type Members = Readonly<Record<string, unknown>>;

const SET = CHANNEL_MESSAGE.slice(CHANNEL_MESSAGE.indexOf("of "));
export const ACCOUNT_MESSAGE = `must be 1 to ${ACCOUNT_MAX_BYTES} characters ${SET}`;
const SHORT_TEXT_MESSAGE = `must be at most ${ACCOUNT_MAX_BYTES} characters ${SET}`;

export function assertU32(path: string, value: unknown): asserts value is number {
  if (!isU32(value)) throw wrongU32(path, value);
}

export function assertMembers(path: string, value: unknown): asserts value is Members {
  if (typeof value !== "object" || value === null)
    throw new TypeError(`${path}: must be an object`);
}

/** The length of a channel. Its characters are checked where they are copied. */
export function assertChannelLength(path: string, value: unknown): asserts value is string {
  if (typeof value !== "string" || value.length < 1 || value.length > CHANNEL_MAX_BYTES)
    throw wrong(path, value, "string", CHANNEL_MESSAGE);
}

/** The same of an account or user id. */
export function assertAccountLength(path: string, value: unknown): asserts value is string {
  if (typeof value !== "string" || value.length < 1 || value.length > ACCOUNT_MAX_BYTES)
    throw wrong(path, value, "string", ACCOUNT_MESSAGE);
}

export function assertChannel(path: string, value: unknown): asserts value is string {
  assertChannelLength(path, value);
  if (!isOfSet(value)) throw new RangeError(`${path}: ${CHANNEL_MESSAGE}`);
}

/** An account, user id or name, not empty. */
export function assertAccount(path: string, value: unknown): asserts value is string {
  assertAccountLength(path, value);
  if (!isOfSet(value)) throw new RangeError(`${path}: ${ACCOUNT_MESSAGE}`);
}

/** The same where the vendor's builders also leave it empty. */
export function assertShortText(path: string, value: unknown): asserts value is string {
  if (typeof value !== "string" || value.length > ACCOUNT_MAX_BYTES || !isOfSet(value))
    throw wrong(path, value, "string", SHORT_TEXT_MESSAGE);
}

export function isOfSet(value: string): boolean {
  for (let i = 0; i < value.length; i++) {
    if (IS_CHANNEL_CHARACTER[value.charCodeAt(i)] !== 1) return false;
  }
  return true;
}

/** Exactly one of uid and account, as far as it can be told without reading its characters. */
export function assertUser(prefix: string, uid: unknown, account: unknown): void {
  if (uid !== undefined) {
    if (account !== undefined)
      throw new TypeError(`${prefix}account: is instead of uid, not beside it`);
    assertU32(`${prefix}uid`, uid);
  } else if (account !== undefined) assertAccountLength(`${prefix}account`, account);
  else throw new TypeError(`${prefix}uid: is required, or account instead`);
}

/** What privileges grant: a bit for each, from the first name on, and the value of each. */
export interface Granted {
  readonly granted: number;
  readonly values: number[];
}

/**
 * Reads privileges by their names, in the order of the names. A name with the value undefined
 * counts as left out.
 */
export function readPrivileges(
  path: string,
  names: readonly string[],
  privileges: unknown,
): Granted {
  assertMembers(path, privileges);
  const values: number[] = [];
  let granted = 0;
  for (const name in privileges) assertName(path, names, name);
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string;
    const value = privileges[name];
    values[i] = 0;
    if (value === undefined) continue;
    if (!isU32(value)) throw wrongU32(`${path}.${name}`, value);
    values[i] = value;
    granted |= 1 << i;
  }
  return { granted, values };
}

/** The member `name` of the object at `path` is one that we know. */
export function assertName(path: string, names: readonly string[], name: string): void {
  if (names.includes(name)) return;
  const shown = name.slice(0, FIELD_NAME_MAX_CHARACTERS);
  throw new RangeError(`${path}.${shown}: is unknown, must be one of ${names.join(", ")}`);
}
