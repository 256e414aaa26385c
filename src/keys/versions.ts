// What the five versions of a channel key are (the vendor's DynamicKey 1 to 5), as data.

export const VERSIONS = [1, 2, 3, 4, 5] as const;
export type Version = (typeof VERSIONS)[number];

/** In the order of their numbers in version 5. */
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
  /** Whether the key is signed for a uid, and ends the call at an expiry. */
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

/** The service's number in version 5, which the core uses for every version: 1 to 4, in the order above. */
export function serviceNumber(service: Service): number {
  // The commonest first: with its like in fields.ts it spares a key 3 % and more.
  return service === "mediaChannel" ? 1 : SERVICES.indexOf(service) + 1;
}

/** The ASCII digit of the "allow upload in channel" entry of version 5. */
export const PERMISSION_DIGITS: Readonly<Record<Permission, number>> = {
  noUpload: 0x30,
  audioVideoUpload: 0x33,
};

export function isVersion(value: unknown): value is Version {
  return typeof value === "number" && value in VERSION_TRAITS;
}
