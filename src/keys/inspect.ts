// Reading a channel key back. The parser is strict: it accepts exactly the texts that the five versions can have.

import { isU32 } from "./fields.ts";
import type { Permission, Service, Version } from "./versions.ts";

/** What a key says. A field that its version doesn't show is left out: 4 and 5 sign the uid and 4 the service unseen. */
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
  /** 40 hexadecimal digits: lower-case in versions 1 to 4, upper-case in 5. */
  signature: string;
}

/** The text is not a channel key; the message says what is wrong with it, without quoting it. */
export class MalformedKeyError extends TypeError {
  override readonly name = "MalformedKeyError";
  readonly code = "malformed";
}

const SIGNATURE = "(?<signature>[0-9a-f]{40})";
const APP_ID = "(?<appId>[0-9a-fA-F]{32})";
const ISSUED = "(?<unixTs>\\d{10})(?<randomInt>[0-9a-f]{8})";
const UID = "(?<uid>\\d{10})";
const EXPIRY = "(?<expiredTs>\\d{10})";

const TEXT_VERSIONS: readonly { version: Version; length: number; pattern: RegExp }[] = [
  { version: 1, length: 90, pattern: new RegExp(`^${SIGNATURE}${APP_ID}${ISSUED}$`) },
  {
    version: 2,
    length: 110,
    pattern: new RegExp(`^${SIGNATURE}${APP_ID}${ISSUED}${UID}${EXPIRY}$`),
  },
  {
    version: 3,
    length: 113,
    pattern: new RegExp(`^003${SIGNATURE}${APP_ID}${ISSUED}${UID}${EXPIRY}$`),
  },
  { version: 4, length: 103, pattern: new RegExp(`^004${SIGNATURE}${APP_ID}${ISSUED}${EXPIRY}$`) },
];

/**
 * Reads a channel key of any version. It verifies nothing: a signature can only be checked by whoever holds the certificate.
 * Throws a MalformedKeyError (a TypeError) that says what is malformed.
 */
export function inspect(key: string): InspectedKey {
  if (typeof key !== "string") throw new MalformedKeyError("key: must be a string");
  // By length first: the signature that opens a key of version 1 or 2 may begin with any digits, "005" among them.
  const shape = TEXT_VERSIONS.find(({ length }) => length === key.length);
  if (!shape && key.startsWith("005")) return inspectVersion5(key.slice(3));
  if (!shape)
    throw malformed(
      `it has ${key.length} characters, which no version has (90, 110, 113, 103, or 107 and 111 after "005")`,
    );
  const groups = shape.pattern.exec(key)?.groups;
  if (!groups) throw malformed(`it has the length of version ${shape.version} but not its digits`);

  const fields: InspectedKey = {
    version: shape.version,
    appId: groups.appId as string,
    unixTs: decimal("issue time", groups.unixTs as string),
    randomInt: Number.parseInt(groups.randomInt as string, 16),
    signature: groups.signature as string,
  };
  if (shape.version !== 4) fields.service = "mediaChannel";
  if (groups.uid !== undefined) fields.uid = decimal("uid", groups.uid);
  if (groups.expiredTs !== undefined) fields.expiredTs = decimal("expiry", groups.expiredTs);
  return fields;
}

function decimal(what: string, digits: string): number {
  const value = Number(digits);
  if (!isU32(value)) throw malformed(`its ${what} does not fit 32 bits`);
  return value;
}

const SERVICE_OF_NUMBER: Readonly<Record<number, Service>> = {
  1: "mediaChannel",
  2: "recording",
  3: "publicSharing",
  4: "inChannelPermission",
};
const PERMISSION_OF_DIGIT: Readonly<Record<string, Permission>> = {
  "0": "noUpload",
  "3": "audioVideoUpload",
};
const ALLOW_UPLOAD_IN_CHANNEL = 1;

function inspectVersion5(base64: string): InspectedKey {
  const reader = new Reader(decodeBase64(base64));
  const service = SERVICE_OF_NUMBER[reader.u16("service")];
  if (!service) throw malformed("it names a service that does not exist");
  const signature = String.fromCharCode(...reader.bytes("signature", 40));
  if (!/^[0-9A-F]{40}$/.test(signature))
    throw malformed("its signature is not 40 upper-case hexadecimal digits");
  const appId = Array.from(reader.bytes("App ID", 16), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
  const fields: InspectedKey = {
    version: 5,
    service,
    appId,
    unixTs: reader.u32("issue time"),
    randomInt: reader.u32("random number"),
    expiredTs: reader.u32("expiry"),
    signature,
  };
  const entries = reader.u16("map of permissions");
  if (entries !== (service === "inChannelPermission" ? 1 : 0))
    throw malformed("it has permissions that its service doesn't have");
  if (service === "inChannelPermission") {
    const entry = reader.u16("permission");
    const permission = PERMISSION_OF_DIGIT[String.fromCharCode(...reader.bytes("permission", 1))];
    if (entry !== ALLOW_UPLOAD_IN_CHANNEL || !permission)
      throw malformed("it has a permission that does not exist");
    fields.permission = permission;
  }
  reader.end();
  return fields;
}

/** Strict base64: what `atob` lets pass but would not be written again (stray bits, white space, no padding) is refused. */
function decodeBase64(text: string): Uint8Array {
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    throw malformed('what follows "005" is not base64');
  }
  if (btoa(binary) !== text) throw malformed('what follows "005" is not canonical base64');
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/** Reads the vendor's little-endian packing. */
class Reader {
  #at = 0;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }

  u16(what: string): number {
    return this.#view.getUint16(this.#take(what, 2), true);
  }

  u32(what: string): number {
    return this.#view.getUint32(this.#take(what, 4), true);
  }

  /** A string of one given length. */
  bytes(what: string, length: number): Uint8Array {
    if (this.u16(what) !== length) throw malformed(`its ${what} does not have ${length} bytes`);
    const start = this.#take(what, length);
    return this.#bytes.subarray(start, start + length);
  }

  end(): void {
    if (this.#at !== this.#bytes.length) throw malformed("bytes follow its end");
  }

  #take(what: string, length: number): number {
    const start = this.#at;
    this.#at += length;
    if (this.#at > this.#bytes.length) throw malformed(`it ends within its ${what}`);
    return start;
  }
}

function malformed(what: string): MalformedKeyError {
  return new MalformedKeyError(`key: ${what}`);
}
