// The fields of an access token, and the library's checks of them. A check throws a TypeError or
// RangeError that names the first wrong field, such as "services[1].privileges.joinChannel".

import { ACCOUNT_MAX_BYTES, FIELD_NAME_MAX_CHARACTERS } from "../../platform/limits.ts";
import {
  ACCOUNT_MESSAGE,
  assertObject,
  CHANNEL_MESSAGE,
  CHANNEL_SET,
  hasAccountLength,
  hasChannelCharacters,
  isAccount,
  isChannel,
  isU32,
  wrong,
  wrongU32,
} from "../fields.ts";
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
  /** u32. Agora honours 24 hours at most. */
  readonly expire: number;
  /** u32. */
  readonly salt: number;
  /** One or more, in any order; 65,455 bytes at most when packed. */
  readonly services: readonly TokenService[];
}

export type AccessTokenFields = RtcToken006 | RtmToken006 | Token007;

/** An unknown value whose members may be read. */
export type Members = Readonly<Record<string, unknown>>;

const SHORT_TEXT_MESSAGE = `must be at most ${ACCOUNT_MAX_BYTES} characters of ${CHANNEL_SET}`;

export function assertU32(path: string, value: unknown): asserts value is number {
  if (!isU32(value)) throw wrongU32(path, value);
}

export function assertMembers(path: string, value: unknown): asserts value is Members {
  assertObject(path, value);
}

/** An object literal, or the like of it: of an array, a Map or a Date the members are elsewhere. */
export function assertPlain(path: string, value: unknown): asserts value is Members {
  assertObject(path, value);
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    throw new TypeError(`${path}: must be a plain object`);
}

export function wrongChannelAt(path: string, value: unknown): TypeError | RangeError {
  return wrong(path, value, "string", CHANNEL_MESSAGE);
}

/** An account, user id or name, not empty. */
export function assertAccount(path: string, value: unknown): asserts value is string {
  if (typeof value !== "string" || !isAccount(value)) throw wrongAccount(path, value);
}

export function wrongAccount(path: string, value: unknown): TypeError | RangeError {
  return wrong(path, value, "string", ACCOUNT_MESSAGE);
}

export function assertChannel(path: string, value: unknown): asserts value is string {
  if (typeof value !== "string" || !isChannel(value)) throw wrongChannelAt(path, value);
}

/** An account where the vendor's builders also leave it empty. */
export function assertShortText(path: string, value: unknown): asserts value is string {
  if (typeof value !== "string" || value.length > ACCOUNT_MAX_BYTES || !hasChannelCharacters(value))
    throw wrong(path, value, "string", SHORT_TEXT_MESSAGE);
}

/**
 * Exactly one of uid and account, as far as it can be told without reading its characters. `prefix`
 * is put before the names of both.
 */
export function assertUser(prefix: string, uid: unknown, account: unknown): void {
  if (account === undefined) {
    if (uid === undefined) throw new TypeError(`${prefix}uid: is required, or account instead`);
    if (!isU32(uid)) throw wrongU32(`${prefix}uid`, uid);
  } else {
    if (uid !== undefined)
      throw new TypeError(`${prefix}account: is instead of uid, not beside it`);
    if (typeof account !== "string" || !hasAccountLength(account))
      throw wrongAccount(`${prefix}account`, account);
  }
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
  assertPlain(path, privileges);
  return grantedOf(
    path,
    names,
    privileges,
    names.map((name) => privileges[name]),
  );
}

/**
 * The privileges of an RTC token, of which `names` are allowed. Reading them by fixed names takes a
 * third of the time.
 */
export function readRtcPrivileges(
  prefix: string,
  names: readonly string[],
  privileges: unknown,
): Granted {
  assertPlain(`${prefix}privileges`, privileges);
  const { joinChannel, publishAudio, publishVideo, publishData, rtmLogin } = privileges as Partial<
    Record<keyof typeof PRIVILEGES_006, unknown>
  >;
  const values = [joinChannel, publishAudio, publishVideo, publishData, rtmLogin];
  return grantedOf(`${prefix}privileges`, names, privileges, values);
}

function grantedOf(
  path: string,
  names: readonly string[],
  privileges: object,
  values: unknown[],
): Granted {
  assertNames(path, names, privileges);
  let granted = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    // The last one is of 006 alone.
    if (value === undefined || i >= names.length) values[i] = 0;
    else if (!isU32(value)) throw wrongU32(`${path}.${names[i]}`, value);
    else granted |= 1 << i;
  }
  return { granted, values: values as number[] };
}

/** The object at `path` has no member of another name. */
export function assertNames(path: string, names: readonly string[], members: object): void {
  for (const name in members) {
    if (names.includes(name) && Object.hasOwn(members, name)) continue;
    const shown = name.slice(0, FIELD_NAME_MAX_CHARACTERS);
    throw new RangeError(`${path}.${shown}: is unknown, must be one of ${names.join(", ")}`);
  }
}
