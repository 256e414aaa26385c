// What the five versions of a channel key are (the vendor's DynamicKey 1 to 5), as data.

export const VERSIONS = [1, 2, 3, 4, 5] as const;
export type Version = (typeof VERSIONS)[number];

export const SERVICES = [
  "mediaChannel",
  "recording",
  "publicSharing",
  "inChannelPermission",
] as const;
export type Service = (typeof SERVICES)[number];

export const PERMISSIONS = ["noUpload", "audioVideoUpload"] as const;
export type Permission = (typeof PERMISSIONS)[number];

export interface VersionTraits {
  readonly services: readonly Service[];
  /** Whether the key has a uid, and whether it has a time at which it expires. */
  readonly carriesUid: boolean;
  readonly carriesExpiry: boolean;
}

const MEDIA_ONLY: readonly Service[] = ["mediaChannel"];

export const VERSION_TRAITS: Readonly<Record<Version, VersionTraits>> = {
  1: { services: MEDIA_ONLY, carriesUid: false, carriesExpiry: false },
  2: { services: MEDIA_ONLY, carriesUid: true, carriesExpiry: true },
  3: { services: MEDIA_ONLY, carriesUid: true, carriesExpiry: true },
  4: {
    services: ["mediaChannel", "recording", "publicSharing"],
    carriesUid: true,
    carriesExpiry: true,
  },
  5: { services: SERVICES, carriesUid: true, carriesExpiry: true },
};

/** The number that version 5 signs. The core takes it for every version. */
export const SERVICE_NUMBERS: Readonly<Record<Service, number>> = {
  mediaChannel: 1,
  recording: 2,
  publicSharing: 3,
  inChannelPermission: 4,
};

/** The ASCII digit of the "allow upload in channel" entry of version 5. */
export const PERMISSION_DIGITS: Readonly<Record<Permission, number>> = {
  noUpload: 0x30,
  audioVideoUpload: 0x33,
};

export function isVersion(value: unknown): value is Version {
  return typeof value === "number" && value in VERSION_TRAITS;
}
