// Reading a channel key back. The parser is strict: it accepts exactly the texts that the five
// versions can have.

import { CHANNEL_KEY_MAX_CHARACTERS } from "../platform/limits.ts";
import { failure, type Result } from "../platform/result.ts";
import { isU32 } from "./fields.ts";
import {
  type Layout,
  LENGTH_SIZE,
  MAP_SIZES,
  PACKED_LAYOUT,
  PREFIX_5,
  packedBytes,
  place,
  type SegmentName,
  TEXT_LAYOUTS,
} from "./layout.ts";
import { attempt, Unreadable } from "./unreadable.ts";
import {
  PERMISSION_DIGITS,
  PERMISSIONS,
  type Permission,
  SERVICE_NUMBERS,
  SERVICES,
  type Service,
  type Version,
} from "./versions.ts";

/**
 * What a key says. A field that its version does not show is left out: versions 4 and 5 sign the
 * uid without showing it, and version 4 the service.
 */
export interface InspectedKey {
  version: Version;
  service?: Service;
  /** 32 hexadecimal digits: as written in versions 1 to 4, lower-case in version 5. */
  appId: string;
  unixTs: number;
  randomInt: number;
  uid?: number;
  /** 0 = never. */
  expiredTs?: number;
  permission?: Permission;
  /** 40 hexadecimal digits: lower-case in versions 1 to 4, upper-case in version 5. */
  signature: string;
}

/** The only permission there is. */
const ALLOW_UPLOAD_IN_CHANNEL = 1;

/** Reads a channel key of any version, or says why the text is none. It verifies nothing. */
export function parseKey(key: string): Result<InspectedKey, string> {
  const result = attempt(() => read(key));
  return result.ok ? result : failure(result.errors.map(({ message }) => message));
}

function read(key: string): InspectedKey {
  const text = TEXT_LAYOUTS.get(key.length);
  if (text) return inspectText(key, text.version, text.layout);
  if (key.startsWith(PREFIX_5) && key.length <= CHANNEL_KEY_MAX_CHARACTERS)
    return inspectPacked(key);
  const lengths = Array.from(TEXT_LAYOUTS.keys()).join(", ");
  throw malformed(
    `it has ${key.length} characters. Versions 1 to 4 have ${lengths}; versions 5 to 7 begin with "005", "006", "007"`,
  );
}

/** How messages call each field. */
const WORDS: Readonly<Record<SegmentName, string>> = {
  version: "version",
  service: "service",
  signature: "signature",
  appId: "App ID",
  unixTs: "issue time",
  randomInt: "random number",
  uid: "uid",
  expiredTs: "expiry",
  permissions: "permissions",
};
const LOWER_HEX = /^[0-9a-f]+$/;
const ANY_HEX = /^[0-9a-fA-F]+$/;
const DECIMAL = /^[0-9]+$/;

function inspectText(key: string, version: Version, layout: Layout): InspectedKey {
  const parts = new Map(place(layout).map(({ name, start, end }) => [name, key.slice(start, end)]));
  const read = (name: SegmentName, digits: RegExp): string => {
    const part = parts.get(name) ?? "";
    if (!digits.test(part))
      throw malformed(`it has the length of version ${version} but not its digits`);
    return part;
  };
  const decimal = (name: SegmentName): number => {
    const value = Number(read(name, DECIMAL));
    if (!isU32(value)) throw malformed(`its ${WORDS[name]} does not fit 32 bits`);
    return value;
  };
  if (parts.has("version")) read("version", new RegExp(`^00${version}$`));
  return {
    version,
    ...(version !== 4 && { service: "mediaChannel" }),
    appId: read("appId", ANY_HEX),
    unixTs: decimal("unixTs"),
    randomInt: Number.parseInt(read("randomInt", LOWER_HEX), 16),
    ...(parts.has("uid") && { uid: decimal("uid") }),
    ...(parts.has("expiredTs") && { expiredTs: decimal("expiredTs") }),
    signature: read("signature", LOWER_HEX),
  };
}

function inspectPacked(key: string): InspectedKey {
  const bytes = packedBytes(key);
  if (!bytes) throw malformed('what follows "005" is not base64');
  // `atob` also takes text that would be written otherwise: with stray bits, or without padding.
  if (btoa(String.fromCharCode(...bytes)) !== key.slice(PREFIX_5.length))
    throw malformed('what follows "005" is not canonical base64');
  const segments = place(PACKED_LAYOUT);
  const read = (name: SegmentName): DataView => {
    const { start = 0, end = 0 } = segments.find((segment) => segment.name === name) ?? {};
    if (end > bytes.length) throw malformed(`it ends within its ${WORDS[name]}`);
    return new DataView(bytes.buffer, start, end - start);
  };
  const u32 = (name: SegmentName) => read(name).getUint32(0, true);
  const string = (name: SegmentName): number[] => {
    const view = read(name);
    const size = view.byteLength - LENGTH_SIZE;
    if (view.getUint16(0, true) !== size)
      throw malformed(`its ${WORDS[name]} does not have ${size} bytes`);
    return Array.from({ length: size }, (_, i) => view.getUint8(LENGTH_SIZE + i));
  };

  const number = read("service").getUint16(0, true);
  const service = SERVICES.find((name) => SERVICE_NUMBERS[name] === number);
  if (!service) throw malformed("it names a service that does not exist");
  const signature = String.fromCharCode(...string("signature"));
  if (!/^[0-9A-F]+$/.test(signature))
    throw malformed("its signature is not 40 upper-case hexadecimal digits");
  const fields: InspectedKey = {
    version: 5,
    service,
    appId: string("appId")
      .map((byte) => byte.toString(16).padStart(2, "0"))
      .join(""),
    unixTs: u32("unixTs"),
    randomInt: u32("randomInt"),
    expiredTs: u32("expiredTs"),
    signature,
  };
  const permission = permissionIn(bytes.slice(segments.at(-1)?.end), service);
  return permission === undefined ? fields : { ...fields, permission };
}

function permissionIn(map: Uint8Array, service: Service): Permission | undefined {
  const view = new DataView(map.buffer);
  const entries = service === "inChannelPermission" ? 1 : 0;
  if (map.length >= 2 && view.getUint16(0, true) !== entries)
    throw malformed("it has permissions that its service doesn't have");
  if (map.length < MAP_SIZES[entries]) throw malformed("it ends within its permissions");
  if (map.length > MAP_SIZES[entries]) throw malformed("bytes follow its end");
  if (entries === 0) return undefined;
  const permission = PERMISSIONS.find((name) => PERMISSION_DIGITS[name] === view.getUint8(6));
  if (
    view.getUint16(2, true) !== ALLOW_UPLOAD_IN_CHANNEL ||
    view.getUint16(4, true) !== 1 ||
    permission === undefined
  )
    throw malformed("it has a permission that does not exist");
  return permission;
}

function malformed(what: string): Unreadable {
  return new Unreadable(what);
}
