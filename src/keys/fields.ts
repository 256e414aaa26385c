// The fields of a channel key and what each may hold. Pure: HTTP schemas and the library's checks both stand on this.

import { CHANNEL_MAX_BYTES, MAX_U32 } from "../platform/limits.ts";
import {
  isVersion,
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
  /** When the user is put out of the channel, Unix seconds (u32); 0 = never. Not in version 1. */
  expiredTs?: number | undefined;
  /** For inChannelPermission alone. */
  permission?: Permission | undefined;
}

/** What is wrong with one field: `path` is its name. */
export interface FieldError {
  path: string;
  message: string;
}

// The SDK's check: letters, digits, space and ! # $ % & ( ) + - : ; < = . > ? @ [ ] ^ _ { } | ~ ,
const CHANNEL_CHARACTERS =
  "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 !#$%&()+-:;<=.>?@[]^_{}|~,";
/** 1 at the code of every character that a channel name may have. */
export const IS_CHANNEL_CHARACTER = new Uint8Array(128);
for (const character of CHANNEL_CHARACTERS) IS_CHANNEL_CHARACTER[character.charCodeAt(0)] = 1;

export const U32_MESSAGE = `must be an integer from 0 to ${MAX_U32}`;
export const CHANNEL_MESSAGE = `must be 1 to ${CHANNEL_MAX_BYTES} characters of a-z A-Z 0-9 space and ! # $ % & ( ) + - : ; < = . > ? @ [ ] ^ _ { } | ~ ,`;
export const HEX_32_MESSAGE = "must be 32 hexadecimal digits";

/** An unsigned 32-bit integer; -0 is not one. */
export function isU32(value: number): boolean {
  return value >>> 0 === value && !Object.is(value, -0);
}

export function isChannel(value: string): boolean {
  if (value.length < 1 || value.length > CHANNEL_MAX_BYTES) return false;
  for (let i = 0; i < value.length; i++) {
    if (IS_CHANNEL_CHARACTER[value.charCodeAt(i)] !== 1) return false;
  }
  return true;
}

export function isHex32(value: string): boolean {
  return /^[0-9a-fA-F]{32}$/.test(value);
}

/**
 * What a version can't carry, or needs and lacks; every such field at once. `uid` and `expiry` say whether the field was
 * given, under the name that the caller uses for it.
 */
export function compatibilityErrors(given: {
  version: Version;
  service: Service;
  permission: Permission | undefined;
  uid: { path: string; given: boolean };
  expiry: { path: string; given: boolean };
}): FieldError[] {
  const { version, service, permission, uid, expiry } = given;
  const traits = VERSION_TRAITS[version];
  const errors: FieldError[] = [];
  if (!traits.services.includes(service)) {
    errors.push({
      path: "service",
      message: `version ${version} has no ${service}: it knows ${traits.services.join(", ")}`,
    });
  }
  if (service === "inChannelPermission" && permission === undefined) {
    errors.push({
      path: "permission",
      message: `is required for inChannelPermission: ${PERMISSIONS.join(" or ")}`,
    });
  }
  if (service !== "inChannelPermission" && permission !== undefined) {
    errors.push({
      path: "permission",
      message: `is for inChannelPermission alone, not ${service}`,
    });
  }
  if (traits.carriesUid && !uid.given)
    errors.push({ path: uid.path, message: `is required in version ${version}` });
  if (!traits.carriesUid && uid.given)
    errors.push({ path: uid.path, message: `can't be carried by version ${version}` });
  if (!traits.carriesExpiry && expiry.given)
    errors.push({ path: expiry.path, message: `can't be carried by version ${version}` });
  return errors;
}

/**
 * Whether `assertChannelKeyFields` would find nothing wrong, but for the channel's characters: asked first, since nearly every
 * call is right and the answer costs next to nothing.
 */
export function areRight(fields: ChannelKeyFields): boolean {
  const {
    version,
    service = "mediaChannel",
    permission,
    channel,
    unixTs,
    randomInt,
    uid,
    expiredTs,
  } = fields;
  if (!isVersion(version)) return false;
  const { services, carriesUid, carriesExpiry } = VERSION_TRAITS[version];
  return (
    (service === "mediaChannel" || services.includes(service)) &&
    (service === "inChannelPermission"
      ? PERMISSIONS.includes(permission as Permission)
      : permission === undefined) &&
    typeof channel === "string" &&
    channel.length >= 1 &&
    channel.length <= CHANNEL_MAX_BYTES &&
    isU32(unixTs) &&
    isU32(randomInt) &&
    (carriesUid ? isU32(uid as number) : uid === undefined) &&
    (carriesExpiry ? isU32(expiredTs as number) : expiredTs === undefined)
  );
}

/** The library's check: throws a TypeError or RangeError that names the first wrong field. */
export function assertChannelKeyFields(fields: ChannelKeyFields): void {
  const { version, service = "mediaChannel", permission, uid, expiredTs } = fields;
  if (!isVersion(version)) throw wrong("version", version, "number", "must be 1, 2, 3, 4 or 5");
  if (!SERVICES.includes(service))
    throw wrong("service", service, "string", `must be one of ${SERVICES.join(", ")}`);
  if (permission !== undefined && !PERMISSIONS.includes(permission)) {
    throw wrong("permission", permission, "string", `must be one of ${PERMISSIONS.join(", ")}`);
  }
  assertChannel(fields.channel);
  assertU32("unixTs", fields.unixTs);
  assertU32("randomInt", fields.randomInt);
  if (uid !== undefined) assertU32("uid", uid);
  if (expiredTs !== undefined) assertU32("expiredTs", expiredTs);

  const traits = VERSION_TRAITS[version];
  if (traits.carriesExpiry && expiredTs === undefined)
    throw new TypeError(`expiredTs: is required in version ${version} (0 = never)`);
  const [first] = compatibilityErrors({
    version,
    service,
    permission,
    uid: { path: "uid", given: uid !== undefined },
    expiry: { path: "expiredTs", given: expiredTs !== undefined },
  });
  if (first) throw new TypeError(`${first.path}: ${first.message}`);
}

export function assertChannel(value: unknown): asserts value is string {
  if (typeof value !== "string" || !isChannel(value)) throw wrongChannel(value);
}

export function wrongChannel(value: unknown): TypeError | RangeError {
  return wrong("channel", value, "string", CHANNEL_MESSAGE);
}

export function assertU32(path: string, value: unknown): asserts value is number {
  if (typeof value !== "number" || !isU32(value)) throw wrong(path, value, "number", U32_MESSAGE);
}

/** The message never quotes the value: it may be a secret in the wrong place. */
export function assertHex32(path: string, value: unknown): asserts value is string {
  if (typeof value !== "string" || !isHex32(value))
    throw wrong(path, value, "string", HEX_32_MESSAGE);
}

function wrong(
  path: string,
  value: unknown,
  type: "number" | "string",
  message: string,
): TypeError | RangeError {
  return typeof value === type
    ? new RangeError(`${path}: ${message}`)
    : new TypeError(`${path}: ${message}`);
}
