// Which key versions a client's SDK can use, from the vendor's table:
//   to check the uid, an SDK needs version 3 from 1.2.3 on, and version 4 or 5 from 1.3.0 on;
//   an in-channel permission needs SDK 1.7.0;
//   from 2.1.0 on, SDKs use access tokens instead of channel keys.
// Version 2 signs the same fields as 3 but has no prefix, so it needs the same SDK.

import type { Service, Version } from "./versions.ts";

type SdkVersion = readonly [major: number, minor: number, patch: number];

const FIRST_SDK: Readonly<Record<Version, SdkVersion>> = {
  1: [0, 0, 0],
  2: [1, 2, 3],
  3: [1, 2, 3],
  4: [1, 3, 0],
  5: [1, 3, 0],
};
const FIRST_SDK_WITH_PERMISSIONS: SdkVersion = [1, 7, 0];
const FIRST_SDK_WITH_ACCESS_TOKENS: SdkVersion = [2, 1, 0];

export const SDK_VERSION_PATTERN = /^\d{1,4}(\.\d{1,4}){1,3}$/;

/** "1.3", "1.3.0" or "1.3.0.12": the parts after the third do not count. */
function parse(sdkVersion: string): SdkVersion {
  const [major = 0, minor = 0, patch = 0] = sdkVersion.split(".").map(Number);
  return [major, minor, patch];
}

function isBefore(a: SdkVersion, b: SdkVersion): boolean {
  return a[0] !== b[0] ? a[0] < b[0] : a[1] !== b[1] ? a[1] < b[1] : a[2] < b[2];
}

/**
 * The newest of these versions (1 to 5, ascending) that an SDK understands; undefined where it
 * understands none of them, or wants access tokens instead.
 */
export function newestVersionFor(
  sdkVersion: string,
  versions: readonly Version[],
): Version | undefined {
  const sdk = parse(sdkVersion);
  if (!isBefore(sdk, FIRST_SDK_WITH_ACCESS_TOKENS)) return undefined;
  return versions.findLast((version) => !isBefore(sdk, FIRST_SDK[version]));
}

/** Why an SDK can't use a key of this version and service; undefined if it can. */
export function sdkObjection(
  sdkVersion: string,
  version: Version,
  service: Service,
): string | undefined {
  const sdk = parse(sdkVersion);
  if (!isBefore(sdk, FIRST_SDK_WITH_ACCESS_TOKENS)) {
    return `SDK ${sdkVersion} uses access tokens: channel keys are for SDKs before ${FIRST_SDK_WITH_ACCESS_TOKENS.join(".")}`;
  }
  if (isBefore(sdk, FIRST_SDK[version])) {
    return `version ${version} needs SDK ${FIRST_SDK[version].join(".")} or later, not ${sdkVersion}`;
  }
  if (service === "inChannelPermission" && isBefore(sdk, FIRST_SDK_WITH_PERMISSIONS)) {
    return `an in-channel permission needs SDK ${FIRST_SDK_WITH_PERMISSIONS.join(".")} or later, not ${sdkVersion}`;
  }
  return undefined;
}
