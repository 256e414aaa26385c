// The vendor's own names and parameters, over our signer: what `import … from
// "latchkey/dynamic-key"` gives. A server written by the vendor's page changes one import.
//
// The vendor's Node code makes some key of any value. Here a value of which it would make a wrong
// key throws, as everywhere in the library. Decimal text, as from a query string, is a number.

import { createSigner } from "./library.ts";
import type { Permission, Service, Version } from "./versions.ts";

/** An unsigned 32-bit integer, or its decimal digits. */
export type Integer = number | string;

/** What a key of version 1 takes, and the others begin with. */
type Join = [
  appID: string,
  appCertificate: string,
  /** 1 to 64 characters of the SDK's set, or a whole number. */
  channel: string | number,
  /** Now, in Unix seconds. */
  ts: Integer,
  /** A random u32. Not its digits: the vendor's Node code reads those as hexadecimal. */
  r: number,
];

/** uid 0 = any user. expiredTs is in Unix seconds, 0 = never. */
type Fields = [...join: Join, uid: Integer, expiredTs: Integer];

const NO_UPLOAD = "0";
const AUDIO_VIDEO_UPLOAD = "3";
type Upload = typeof NO_UPLOAD | typeof AUDIO_VIDEO_UPLOAD;

const PERMISSIONS: ReadonlyMap<Upload, Permission> = new Map([
  [NO_UPLOAD, "noUpload"],
  [AUDIO_VIDEO_UPLOAD, "audioVideoUpload"],
]);

export const DynamicKey = {
  /** Version 1: it has no user, and no time at which it expires. */
  generate: (...join: Join): string => sign(join, { version: 1 }),
};

/** The vendor has it in C++ and Python alone. */
export const DynamicKey2 = { generate: generator(2, "mediaChannel") };

export const DynamicKey3 = { generate: generator(3, "mediaChannel") };

export const DynamicKey4 = {
  generateMediaChannelKey: generator(4, "mediaChannel"),
  generateRecordingKey: generator(4, "recording"),
  generatePublicSharingKey: generator(4, "publicSharing"),
};

export const DynamicKey5 = {
  version: "005",
  noUpload: NO_UPLOAD,
  audioVideoUpload: AUDIO_VIDEO_UPLOAD,
  generateMediaChannelKey: generator(5, "mediaChannel"),
  generateRecordingKey: generator(5, "recording"),
  generatePublicSharingKey: generator(5, "publicSharing"),
  /** `permission`: `DynamicKey5.noUpload` or `DynamicKey5.audioVideoUpload`. */
  generateInChannelPermissionKey(...fields: [...fields: Fields, permission: Upload]): string {
    const [appID, appCertificate, channel, ts, r, uid, expiredTs, permission] = fields;
    return sign([appID, appCertificate, channel, ts, r], {
      version: 5,
      service: "inChannelPermission",
      permission: PERMISSIONS.get(permission) ?? (permission as never),
      ...user(uid, expiredTs),
    });
  },
} as const;

function generator(version: Version, service: Service): (...fields: Fields) => string {
  return (...[appID, appCertificate, channel, ts, r, uid, expiredTs]) =>
    sign([appID, appCertificate, channel, ts, r], { version, service, ...user(uid, expiredTs) });
}

/** The rest of a key's fields, with a uid and an expiry that version 1 alone does not have. */
interface Rest {
  version: Version;
  service?: Service;
  permission?: Permission;
  uid?: number;
  expiredTs?: number;
}

/** null stands for what is missing: left out, a field would be one that the key need not have. */
function user(uid: Integer, expiredTs: Integer): Pick<Rest, "uid" | "expiredTs"> {
  return { uid: toNumber(uid ?? null), expiredTs: toNumber(expiredTs ?? null) };
}

/** What is wrong stays as it is: the signer's checks refuse it by its name. */
function sign([appId, appCertificate, channel, ts, r]: Join, rest: Rest): string {
  const unixTs = toNumber(ts);
  try {
    return createSigner({ appId, appCertificate }).channelKey({
      ...rest,
      channel: toText(channel),
      unixTs,
      randomInt: r,
    });
  } catch (error) {
    throw inVendorsNames(error);
  }
}

/** The parameters that have another name here. */
const VENDORS_NAMES: Readonly<Record<string, string>> = {
  appId: "appID",
  unixTs: "ts",
  randomInt: "r",
};

function inVendorsNames(error: unknown): unknown {
  const { message } = error as Error;
  const text = message.replace(/^\w+(?=: )/, (name) => VENDORS_NAMES[name] ?? name);
  if (text === message) return error;
  return error instanceof RangeError ? new RangeError(text) : new TypeError(text);
}

function toNumber(value: Integer): number {
  const isDecimal = typeof value === "string" && /^(0|[1-9]\d*)$/.test(value);
  return isDecimal ? Number(value) : (value as number);
}

/** The vendor makes text of any channel; of a fraction or NaN, that is one nobody meant. */
function toText(channel: string | number): string {
  const isWhole = typeof channel === "number" && Number.isSafeInteger(channel) && channel >= 0;
  return isWhole ? String(channel) : (channel as string);
}
