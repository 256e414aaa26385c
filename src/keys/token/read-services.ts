// The services of a 007 token, and the maps in them.

import { userOf } from "../user.ts";
import type { ByteReader } from "./byte-reader.ts";
import {
  PRIVILEGES,
  type Privileges,
  RTM2_RESOURCES,
  RTM2_RIGHTS,
  type Rtm2Permissions,
  SERVICE_TYPES,
  type ServiceType,
  type TokenService,
} from "./token-services.ts";

/** What a token has that the vendor's builders do not make, or that no format here names. */
export interface Oddities {
  /** The service type that ended the reading: how long an unknown service is can't be known. */
  unknownService?: number;
  /** How many services were not read because of it. */
  unreadServices: number;
  /** The numbers of privileges, resources and rights without a name here. */
  unknownPrivileges: number[];
  isUnsorted: boolean;
  hasDuplicates: boolean;
  /** How many bytes follow the last service, or the last privilege in 006. */
  extraBytes: number;
}

export function noOddities(): Oddities {
  return {
    unreadServices: 0,
    unknownPrivileges: [],
    isUnsorted: false,
    hasDuplicates: false,
    extraBytes: 0,
  };
}

const NAMES_OF_TYPES = new Map(
  Object.entries(SERVICE_TYPES).map(([name, type]) => [type as number, name as ServiceType]),
);

/** Reads as many services as there are, or up to the first of an unknown type. */
export function readServices(reader: ByteReader, oddities: Oddities): TokenService[] {
  const count = reader.segment("serviceCount", () => reader.u16());
  const services: TokenService[] = [];
  for (let i = 0; i < count; i++) {
    const number = reader.segment(
      "service",
      () => reader.u16(),
      (read) => `${read} ${NAMES_OF_TYPES.get(read) ?? "unknown"}`,
    );
    const type = NAMES_OF_TYPES.get(number);
    if (type === undefined) {
      oddities.unknownService = number;
      oddities.unreadServices = count - i;
      return services;
    }
    services.push(readService(reader, type, oddities));
  }
  return services;
}

function readService(reader: ByteReader, type: ServiceType, oddities: Oddities): TokenService {
  const text = (name: "channel" | "account" | "userId" | "roomUuid" | "userUuid") =>
    reader.segment(name, () => reader.text());
  const privilegesOf = <T extends ServiceType>(of: T): Privileges<T> =>
    readPrivileges<string>(reader, PRIVILEGES[of], oddities) as Privileges<T>;
  switch (type) {
    case "rtc":
    case "streaming":
    case "fcdn": {
      const privileges = privilegesOf(type);
      const channel = text("channel");
      return { type, channel, ...userOf(text("account")), privileges } as TokenService;
    }
    case "rtm":
    case "chat": {
      const privileges = privilegesOf(type);
      return { type, userId: text("userId"), privileges } as TokenService;
    }
    case "fpa":
      return { type, privileges: privilegesOf(type) };
    case "apaas": {
      const privileges = privilegesOf(type);
      const roomUuid = text("roomUuid");
      const userUuid = text("userUuid");
      return {
        type,
        roomUuid,
        userUuid,
        role: reader.segment("role", () => reader.i16()),
        privileges,
      };
    }
    case "rtm2": {
      const privileges = privilegesOf(type);
      const userId = text("userId");
      const read = () => readPermissions(reader, oddities);
      const permissions = reader.segment("permissions", read, (value) => JSON.stringify(value));
      return { type, userId, permissions, privileges };
    }
  }
}

/** A map of privileges to seconds; `names` has the number of each name. */
export function readPrivileges<Name extends string>(
  reader: ByteReader,
  names: Readonly<Record<Name, number>>,
  oddities: Oddities,
): Partial<Record<Name, number>> {
  const read = () => readMap(reader, oddities, () => reader.u32());
  const show = (entries: ReadonlyMap<number, number>) =>
    Array.from(entries, ([key, value]) => `${nameOf(names, key) ?? key} ${value}`).join(", ");
  const entries = reader.segment("privileges", read, show);
  return named(entries, (key) => nameOf(names, key), oddities);
}

function nameOf<Name extends string>(
  names: Readonly<Record<Name, number>>,
  number: number,
): Name | undefined {
  return (Object.keys(names) as Name[]).find((name) => names[name] === number);
}

function readPermissions(reader: ByteReader, oddities: Oddities): Rtm2Permissions {
  const texts = () => Array.from({ length: reader.u16() }, () => reader.text());
  const rights = () => named(readMap(reader, oddities, texts), (key) => RTM2_RIGHTS[key], oddities);
  return named(readMap(reader, oddities, rights), (key) => RTM2_RESOURCES[key], oddities);
}

/** A later entry with the same key replaces the earlier one, as in the vendor's readers. */
function readMap<T>(reader: ByteReader, oddities: Oddities, readValue: () => T): Map<number, T> {
  const entries = new Map<number, T>();
  let before = -1;
  for (let count = reader.u16(); count > 0; count--) {
    const key = reader.u16();
    if (key < before) oddities.isUnsorted = true;
    if (entries.has(key)) oddities.hasDuplicates = true;
    before = key;
    entries.set(key, readValue());
  }
  return entries;
}

function named<Name extends string, T>(
  entries: ReadonlyMap<number, T>,
  name: (key: number) => Name | undefined,
  oddities: Oddities,
): Partial<Record<Name, T>> {
  const result: Partial<Record<Name, T>> = {};
  for (const [key, value] of entries) {
    const known = name(key);
    if (known === undefined) oddities.unknownPrivileges.push(key);
    else result[known] = value;
  }
  return result;
}
