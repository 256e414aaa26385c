// Which key versions a client's SDK takes, from the vendor's tables:
//   to check the uid, an SDK needs version 3 from 1.2.3 on, and version 4 or 5 from 1.3.0 on;
//   an in-channel permission needs SDK 1.7.0;
//   native SDKs take 006 from 2.1.0 and 007 from 4.0.0, web SDKs 006 from 2.4.0 and 007 from 4.8.0;
//   Flutter SDKs have always taken 006, and 007 from 6.0.0;
//   an SDK that takes access tokens takes no channel keys, and one that takes 007 still takes 006.
// Version 2 signs the same fields as 3 but has no prefix, so it needs the same SDK. Pure.

import {
  type AccessTokenVersion,
  type ChannelKeyVersion,
  isAccessTokenVersion,
  KEY_VERSIONS,
  type KeyVersion,
  type Service,
} from "./versions.ts";

export const PLATFORMS = ["native", "web", "flutter"] as const;
export type Platform = (typeof PLATFORMS)[number];

/** An SDK as its client names it. */
export interface Sdk {
  readonly sdkVersion: string;
  /** Undefined: native or web. */
  readonly platform: Platform | undefined;
}

type SdkVersion = readonly [major: number, minor: number, patch: number];

const FIRST_SDK_WITH_CHANNEL_KEY: Readonly<Record<ChannelKeyVersion, SdkVersion>> = {
  1: [0, 0, 0],
  2: [1, 2, 3],
  3: [1, 2, 3],
  4: [1, 3, 0],
  5: [1, 3, 0],
};
const FIRST_SDK_WITH_PERMISSIONS: SdkVersion = [1, 7, 0];
const FIRST_SDK_WITH_ACCESS_TOKEN: Readonly<
  Record<Platform, Readonly<Record<AccessTokenVersion, SdkVersion>>>
> = {
  native: { 6: [2, 1, 0], 7: [4, 0, 0] },
  web: { 6: [2, 4, 0], 7: [4, 8, 0] },
  flutter: { 6: [0, 0, 0], 7: [6, 0, 0] },
};
/** Whose SDKs may be meant where no platform is named. */
const UNNAMED_PLATFORMS: readonly Platform[] = ["native", "web"];

export const SDK_VERSION_PATTERN = /^\d{1,4}(\.\d{1,4}){1,3}$/;

/** "1.3", "1.3.0" or "1.3.0.12": the parts after the third do not count. */
function parse(sdkVersion: string): SdkVersion {
  const [major = 0, minor = 0, patch = 0] = sdkVersion.split(".").map(Number);
  return [major, minor, patch];
}

function isBefore(a: SdkVersion, b: SdkVersion): boolean {
  return a[0] !== b[0] ? a[0] < b[0] : a[1] !== b[1] ? a[1] < b[1] : a[2] < b[2];
}

function platformsOf({ platform }: Sdk): readonly Platform[] {
  return platform === undefined ? UNNAMED_PLATFORMS : [platform];
}

function takes(platform: Platform, sdkVersion: string, version: KeyVersion): boolean {
  const sdk = parse(sdkVersion);
  const firsts = FIRST_SDK_WITH_ACCESS_TOKEN[platform];
  if (isAccessTokenVersion(version)) return !isBefore(sdk, firsts[version]);
  return isBefore(sdk, firsts[6]) && !isBefore(sdk, FIRST_SDK_WITH_CHANNEL_KEY[version]);
}

/**
 * The newest of these versions (ascending) that an SDK takes; where no platform is named, that both
 * a native and a web SDK of this number take. Undefined: none of them.
 */
export function newestVersionFor(
  sdk: Sdk,
  versions: readonly KeyVersion[],
): KeyVersion | undefined {
  const platforms = platformsOf(sdk);
  return versions.findLast((version) =>
    platforms.every((platform) => takes(platform, sdk.sdkVersion, version)),
  );
}

/**
 * In what native and web SDKs of this number differ, so that the platform must be named: one of
 * them takes this version, or without a version, they have none in common. Undefined: it need not
 * be named.
 */
export function platformDifference(sdk: Sdk, version: KeyVersion | undefined): string | undefined {
  const { sdkVersion, platform } = sdk;
  if (platform !== undefined) return undefined;
  const takers = UNNAMED_PLATFORMS.filter((each) =>
    version === undefined ? true : takes(each, sdkVersion, version),
  );
  const isCommon = newestVersionFor(sdk, version === undefined ? KEY_VERSIONS : [version]);
  if (isCommon !== undefined || takers.length === 0) return undefined;
  const texts = UNNAMED_PLATFORMS.map((each) => {
    const newest = KEY_VERSIONS.findLast((candidate) => takes(each, sdkVersion, candidate));
    return `a ${each} SDK ${sdkVersion} takes version ${newest}`;
  });
  return texts.join(", and ");
}

/** Why an SDK can't use a key of this version and service; undefined if it can. */
export function sdkObjection(sdk: Sdk, version: KeyVersion, service: Service): string | undefined {
  const { sdkVersion } = sdk;
  const number = parse(sdkVersion);
  for (const platform of platformsOf(sdk)) {
    if (takes(platform, sdkVersion, version)) continue;
    const firsts = FIRST_SDK_WITH_ACCESS_TOKEN[platform];
    if (isAccessTokenVersion(version)) {
      return `version ${version} needs ${platform} SDK ${firsts[version].join(".")} or later, not ${sdkVersion}`;
    }
    if (platform === "flutter") return "Flutter SDKs use access tokens: they take no channel keys";
    if (!isBefore(number, firsts[6])) {
      return `SDK ${sdkVersion} uses access tokens: channel keys are for ${platform} SDKs before ${firsts[6].join(".")}`;
    }
    return `version ${version} needs SDK ${FIRST_SDK_WITH_CHANNEL_KEY[version].join(".")} or later, not ${sdkVersion}`;
  }
  if (service === "inChannelPermission" && isBefore(number, FIRST_SDK_WITH_PERMISSIONS)) {
    return `an in-channel permission needs SDK ${FIRST_SDK_WITH_PERMISSIONS.join(".")} or later, not ${sdkVersion}`;
  }
  return undefined;
}
