// The fields of a channel key, and the rules for them. Each rule stands here only: the HTTP schemas
// and the library's checks both use it. (The core checks its own bounds once more.)

import { ACCOUNT_MAX_BYTES, CHANNEL_MAX_BYTES, MAX_U32 } from "../platform/limits.ts";
import {
  isAccessTokenVersion,
  isChannelKeyVersion,
  type KeyVersion,
  PERMISSIONS,
  type Permission,
  SERVICES,
  type Service,
  VERSION_TRAITS,
  type Version,
} from "./versions.ts";

export interface ChannelKeyFields {
  /** DynamicKey version, 1 to 5. */
  version: Version;
  /** Left out: mediaChannel. */
  service?: Service | undefined;
  /** 1 to 64 characters of the SDK's set. */
  channel: string;
  /** When the key is issued, Unix seconds (u32). It opens the join window of 300 s. */
  unixTs: number;
  /** u32. */
  randomInt: number;
  /** u32; 0 = any user. Not in version 1. */
  uid?: number | undefined;
  /**
   * When the key expires and Agora removes its user from the channel, Unix seconds (u32); 0 =
   * never. Not in version 1.
   */
  expiredTs?: number | undefined;
  /** Only for inChannelPermission. */
  permission?: Permission | undefined;
}

/** What is wrong with one field: `path` is its name. */
export interface FieldError {
  path: string;
  message: string;
}

// The SDK's own rule for a channel name.
const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const SIGNS = "!#$%&()+-:;<=.>?@[]^_{}|~,";
const CHANNEL_CHARACTERS = `${LETTERS}${LETTERS.toUpperCase()}0123456789 ${SIGNS}`;

/** 1 at the code of every character that a channel name may have. */
export const IS_CHANNEL_CHARACTER = new Uint8Array(128);
for (const character of CHANNEL_CHARACTERS) IS_CHANNEL_CHARACTER[character.charCodeAt(0)] = 1;

export const U32_MESSAGE = `must be an integer from 0 to ${MAX_U32}`;
export const CHANNEL_SET = `a-z A-Z 0-9 space and ${[...SIGNS].join(" ")}`;
export const CHANNEL_MESSAGE = `must be 1 to ${CHANNEL_MAX_BYTES} characters of ${CHANNEL_SET}`;
export const ACCOUNT_MESSAGE = `must be 1 to ${ACCOUNT_MAX_BYTES} characters of ${CHANNEL_SET}`;
export const HEX_32_MESSAGE = "must be 32 hexadecimal digits";

/** An unsigned 32-bit integer; -0 is not one. */
export function isU32(value: unknown): value is number {
  return typeof value === "number" && value >>> 0 === value && !Object.is(value, -0);
}

export function isChannel(value: string): boolean {
  return hasChannelLength(value) && hasChannelCharacters(value);
}

/** An account has the characters of a channel name, and may be longer. */
export function isAccount(value: string): boolean {
  return hasAccountLength(value) && hasChannelCharacters(value);
}

export function hasChannelCharacters(value: string): boolean {
  for (let i = 0; i < value.length; i++) {
    if (IS_CHANNEL_CHARACTER[value.charCodeAt(i)] !== 1) return false;
  }
  return true;
}

export function hasChannelLength(value: string): boolean {
  return value.length >= 1 && value.length <= CHANNEL_MAX_BYTES;
}

export function hasAccountLength(value: string): boolean {
  return value.length >= 1 && value.length <= ACCOUNT_MAX_BYTES;
}

export function isHex32(value: string): boolean {
  return /^[0-9a-fA-F]{32}$/.test(value);
}

// The rules between fields. Each returns what is wrong, or undefined.

function serviceProblem(version: KeyVersion, service: Service): string | undefined {
  const { services } = VERSION_TRAITS[version];
  if (services.includes(service)) return undefined;
  return `version ${version} has no ${service}, only ${services.join(", ")}`;
}

function permissionProblem(
  service: Service,
  permission: Permission | undefined,
): string | undefined {
  if (service === "inChannelPermission")
    return permission === undefined
      ? `is required for inChannelPermission: ${PERMISSIONS.join(" or ")}`
      : undefined;
  return permission === undefined
    ? undefined
    : `is only for inChannelPermission, not for ${service}`;
}

function uidProblem(version: KeyVersion, isGiven: boolean): string | undefined {
  const { carriesUid } = VERSION_TRAITS[version];
  if (carriesUid === isGiven) return undefined;
  if (!carriesUid) return `version ${version} carries no uid`;
  const orElse = isAccessTokenVersion(version) ? ", or else account" : "";
  return `is required in version ${version}${orElse}`;
}

function expiryProblem(version: KeyVersion, isGiven: boolean): string | undefined {
  return isGiven && !VERSION_TRAITS[version].carriesExpiry
    ? `version ${version} carries no expiry`
    : undefined;
}

/**
 * The rules between fields, all broken ones at once: what a version needs and lacks, and what it
 * does not carry. `uid` and `expiry` say whether the field was given, and the caller's name for it.
 */
export function compatibilityErrors({
  version,
  service,
  permission,
  uid,
  expiry,
}: {
  version: KeyVersion;
  service: Service;
  permission: Permission | undefined;
  uid: { path: string; given: boolean };
  expiry: { path: string; given: boolean };
}): FieldError[] {
  const problems: [path: string, message: string | undefined][] = [
    ["service", serviceProblem(version, service)],
    ["permission", permissionProblem(service, permission)],
    [uid.path, uidProblem(version, uid.given)],
    [expiry.path, expiryProblem(version, expiry.given)],
  ];
  return problems.flatMap(([path, message]) => (message === undefined ? [] : [{ path, message }]));
}

/**
 * The library's check: throws a TypeError or RangeError that names the first wrong field. It does
 * not look at the channel's characters: wasm/core.ts does while it copies them, since reading each
 * twice would cost a key a tenth of its time.
 */
export function assertChannelKeyFields(fields: ChannelKeyFields): void {
  assertObject("fields", fields);
  const { version, service = "mediaChannel", permission, channel } = fields;
  const { unixTs, randomInt, uid, expiredTs } = fields;
  if (!isChannelKeyVersion(version))
    throw wrong("version", version, "number", "must be 1, 2, 3, 4 or 5");
  const { services, carriesExpiry } = VERSION_TRAITS[version];
  if (!services.includes(service) && !SERVICES.includes(service))
    throw wrong("service", service, "string", `must be one of ${SERVICES.join(", ")}`);
  if (permission !== undefined && !PERMISSIONS.includes(permission))
    throw wrong("permission", permission, "string", `must be one of ${PERMISSIONS.join(", ")}`);
  if (typeof channel !== "string" || !hasChannelLength(channel)) throw wrongChannel(channel);
  if (!isU32(unixTs)) throw wrongU32("unixTs", unixTs);
  if (!isU32(randomInt)) throw wrongU32("randomInt", randomInt);
  if (uid !== undefined && !isU32(uid)) throw wrongU32("uid", uid);
  if (expiredTs !== undefined && !isU32(expiredTs)) throw wrongU32("expiredTs", expiredTs);
  assertNone("service", serviceProblem(version, service));
  assertNone("permission", permissionProblem(service, permission));
  assertNone("uid", uidProblem(version, uid !== undefined));
  assertNone("expiredTs", expiryProblem(version, expiredTs !== undefined));
  // Over HTTP there is a default instead.
  if (expiredTs === undefined && carriesExpiry)
    throw new TypeError(`expiredTs: is required in version ${version} (0 = never)`);
}

function assertNone(path: string, problem: string | undefined): void {
  if (problem !== undefined) throw new TypeError(`${path}: ${problem}`);
}

export function wrongChannel(value: unknown): TypeError | RangeError {
  return wrong("channel", value, "string", CHANNEL_MESSAGE);
}

export function wrongU32(path: string, value: unknown): TypeError | RangeError {
  return wrong(path, value, "number", U32_MESSAGE);
}

/** Before its members are read: the engine's own message would not name it. */
export function assertObject(path: string, value: unknown): asserts value is object {
  if (typeof value !== "object" || value === null)
    throw new TypeError(`${path}: must be an object`);
}

/** The message never quotes the value: it may be a secret in the wrong place. */
export function assertHex32(path: string, value: unknown): asserts value is string {
  if (typeof value !== "string" || !isHex32(value))
    throw wrong(path, value, "string", HEX_32_MESSAGE);
}

/** A RangeError for a value of the right type, a TypeError for any other. */
export function wrong(
  path: string,
  value: unknown,
  type: "number" | "string",
  message: string,
): TypeError | RangeError {
  const text = `${path}: ${message}`;
  return typeof value === type ? new RangeError(text) : new TypeError(text);
}
