// What the versions of a key are, as data: 1 to 5 are channel keys (the vendor's DynamicKey 1 to
// 5), 6 and 7 are access tokens (the vendor's 006 and 007).

export const CHANNEL_KEY_VERSIONS = [1, 2, 3, 4, 5] as const;
export type ChannelKeyVersion = (typeof CHANNEL_KEY_VERSIONS)[number];
/** What the library has called it since before there were access tokens. */
export type Version = ChannelKeyVersion;

export const ACCESS_TOKEN_VERSIONS = [6, 7] as const;
export type AccessTokenVersion = (typeof ACCESS_TOKEN_VERSIONS)[number];

export const KEY_VERSIONS = [...CHANNEL_KEY_VERSIONS, ...ACCESS_TOKEN_VERSIONS] as const;
export type KeyVersion = (typeof KEY_VERSIONS)[number];

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

export const VERSION_TRAITS: Readonly<Record<KeyVersion, VersionTraits>> = {
  1: { services: MEDIA_ONLY, carriesUid: false, carriesExpiry: false },
  2: { services: MEDIA_ONLY, carriesUid: true, carriesExpiry: true },
  3: { services: MEDIA_ONLY, carriesUid: true, carriesExpiry: true },
  4: {
    services: ["mediaChannel", "recording", "publicSharing"],
    carriesUid: true,
    carriesExpiry: true,
  },
  5: { services: SERVICES, carriesUid: true, carriesExpiry: true },
  6: { services: MEDIA_ONLY, carriesUid: true, carriesExpiry: true },
  7: { services: MEDIA_ONLY, carriesUid: true, carriesExpiry: true },
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

export function isChannelKeyVersion(value: unknown): value is ChannelKeyVersion {
  return CHANNEL_KEY_VERSIONS.some((version) => version === value);
}

export function isAccessTokenVersion(version: KeyVersion): version is AccessTokenVersion {
  return version === 6 || version === 7;
}
