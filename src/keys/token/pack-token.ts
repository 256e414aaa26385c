// Packs the services of a 007 token (the vendor's AccessToken2): ascending by type, little-endian,
// texts with a u16 length, maps with a u16 count.

import { MAX_I16, MIN_I16, TOKEN_SERVICES_MAX_BYTES } from "../../platform/limits.ts";
import { wrong } from "../fields.ts";
import {
  assertAccount,
  assertChannel,
  assertMembers,
  assertNames,
  assertPlain,
  assertShortText,
  assertUser,
  type Members,
  readPrivileges,
} from "./token-fields.ts";
import {
  PRIVILEGES,
  RTM2_RESOURCES,
  RTM2_RIGHTS,
  SERVICE_TYPES,
  type ServiceType,
} from "./token-services.ts";

/** A privilege's number is its place among the names of its service, from 1. */
const namesOf = (type: ServiceType): readonly string[] => Object.keys(PRIVILEGES[type]);
export const RTC_PRIVILEGES = namesOf("rtc");

/** Bytes that grow; nothing is written that would not fit into a token. */
class Packer {
  #bytes = new Uint8Array(512);
  #size = 0;

  u16(value: number): void {
    const at = this.#take(2);
    this.#bytes[at] = value;
    this.#bytes[at + 1] = value >> 8;
  }

  u32(value: number): void {
    this.u16(value & 0xffff);
    this.u16(value >>> 16);
  }

  /** ASCII, and not longer than a u16 says: both are checked before. */
  text(value: string): void {
    this.u16(value.length);
    const at = this.#take(value.length);
    for (let i = 0; i < value.length; i++) this.#bytes[at + i] = value.charCodeAt(i);
  }

  add(bytes: Uint8Array): void {
    const at = this.#take(bytes.length);
    this.#bytes.set(bytes, at);
  }

  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#size);
  }

  #take(count: number): number {
    const at = this.#size;
    this.#size += count;
    if (this.#size > TOKEN_SERVICES_MAX_BYTES)
      throw new RangeError(`services: must be at most ${TOKEN_SERVICES_MAX_BYTES} bytes, packed`);
    if (this.#size > this.#bytes.length) {
      const grown = new Uint8Array(2 * this.#size);
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    return at;
  }
}

/**
 * The services with their number before them, as a token carries them. Throws a TypeError or
 * RangeError that names the first wrong field.
 */
export function packServices(services: readonly unknown[]): Uint8Array {
  const packed: PackedService[] = [];
  // Not `map`, which skips the holes of an array.
  for (let i = 0; i < services.length; i++) packed.push(packService(`services[${i}]`, services[i]));
  // The sort is stable: services of one type keep their order.
  packed.sort((a, b) => a.type - b.type);
  const all = new Packer();
  all.u16(packed.length);
  for (const { bytes } of packed) all.add(bytes);
  return all.bytes;
}

interface PackedService {
  readonly type: number;
  readonly bytes: Uint8Array;
}

function packService(path: string, service: unknown): PackedService {
  assertMembers(path, service);
  const { type } = service;
  if (!isServiceType(type))
    throw wrong(
      `${path}.type`,
      type,
      "string",
      `must be one of ${Object.keys(SERVICE_TYPES).join(", ")}`,
    );
  const packer = new Packer();
  packer.u16(SERVICE_TYPES[type]);
  packPrivileges(packer, `${path}.privileges`, type, service.privileges);
  FIELD_PACKERS[type](packer, path, service);
  return { type: SERVICE_TYPES[type], bytes: packer.bytes };
}

function isServiceType(type: unknown): type is ServiceType {
  return typeof type === "string" && Object.hasOwn(SERVICE_TYPES, type);
}

function packPrivileges(packer: Packer, path: string, type: ServiceType, value: unknown): void {
  const { granted, values } = readPrivileges(path, namesOf(type), value);
  packer.u16(values.filter((_, i) => granted & (1 << i)).length);
  values.forEach((seconds, i) => {
    if ((granted & (1 << i)) === 0) return;
    packer.u16(i + 1);
    packer.u32(seconds);
  });
}

type FieldPacker = (packer: Packer, path: string, service: Members) => void;

/** What each service has after its privileges. */
const FIELD_PACKERS: Readonly<Record<ServiceType, FieldPacker>> = {
  rtc: packChannelAndUser,
  streaming: packChannelAndUser,
  fcdn: packChannelAndUser,
  fpa: () => undefined,
  rtm: packUserId,
  rtm2(packer, path, service) {
    packUserId(packer, path, service);
    packPermissions(packer, `${path}.permissions`, service.permissions);
  },
  chat(packer, path, { userId }) {
    assertShortText(`${path}.userId`, userId);
    packer.text(userId);
  },
  apaas(packer, path, { roomUuid, userUuid, role }) {
    assertShortText(`${path}.roomUuid`, roomUuid);
    assertShortText(`${path}.userUuid`, userUuid);
    if (!isI16(role))
      throw wrong(`${path}.role`, role, "number", `must be an integer ${MIN_I16} to ${MAX_I16}`);
    packer.text(roomUuid);
    packer.text(userUuid);
    packer.u16(role & 0xffff);
  },
};

function isI16(value: unknown): value is number {
  return (
    Number.isInteger(value) &&
    (value as number) >= MIN_I16 &&
    (value as number) <= MAX_I16 &&
    !Object.is(value, -0)
  );
}

function packChannelAndUser(packer: Packer, path: string, service: Members): void {
  const { channel, uid, account } = service;
  assertChannel(`${path}.channel`, channel);
  assertUser(`${path}.`, uid, account);
  packer.text(channel);
  if (account === undefined) packer.text(uid === 0 ? "" : String(uid));
  else {
    assertAccount(`${path}.account`, account);
    packer.text(account);
  }
}

function packUserId(packer: Packer, path: string, { userId }: Members): void {
  assertAccount(`${path}.userId`, userId);
  packer.text(userId);
}

/** Both maps in ascending order; the texts in the order given. */
function packPermissions(packer: Packer, path: string, permissions: unknown): void {
  packMap(packer, path, RTM2_RESOURCES, permissions, (rights, atResource) =>
    packMap(packer, atResource, RTM2_RIGHTS, rights, (texts, atRight) => {
      if (!Array.isArray(texts)) throw new TypeError(`${atRight}: must be an array of texts`);
      packer.u16(texts.length);
      for (const [i, text] of texts.entries()) {
        assertAccount(`${atRight}[${i}]`, text);
        packer.text(text);
      }
    }),
  );
}

/** A map whose keys are the places of names, from 0. */
function packMap(
  packer: Packer,
  path: string,
  names: readonly string[],
  value: unknown,
  packValue: (value: unknown, path: string) => void,
): void {
  assertPlain(path, value);
  assertNames(path, names, value);
  const given = names.map((name) => value[name]);
  packer.u16(given.filter((member) => member !== undefined).length);
  for (const [key, member] of given.entries()) {
    if (member === undefined) continue;
    packer.u16(key);
    packValue(member, `${path}.${names[key]}`);
  }
}
