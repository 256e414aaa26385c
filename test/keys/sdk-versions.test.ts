// Which key versions an SDK takes, at both sides of every edge of the vendor's tables.

import { describe, expect, test } from "vitest";
import {
  newestVersionFor,
  PLATFORMS,
  type Platform,
  platformDifference,
  sdkObjection,
} from "../../src/keys/sdk-versions.ts";
import { KEY_VERSIONS } from "../../src/keys/versions.ts";

/** The number before each edge, the edge, and the versions from there on. */
const TABLES: Readonly<
  Record<Platform | "any", readonly [before: string, first: string, taken: readonly number[]][]>
> = {
  native: [
    ["1.2.2", "1.2.3", [1, 2, 3]],
    ["1.2.9999", "1.3.0", [1, 2, 3, 4, 5]],
    ["2.0.9999", "2.1.0", [6]],
    ["3.9999.9999", "4.0.0", [6, 7]],
  ],
  web: [
    ["1.2.2", "1.2.3", [1, 2, 3]],
    ["1.2.9999", "1.3.0", [1, 2, 3, 4, 5]],
    ["2.3.9999", "2.4.0", [6]],
    ["4.7.9999", "4.8.0", [6, 7]],
  ],
  flutter: [["5.9999.9999", "6.0.0", [6, 7]]],
  // What both native and web SDKs take.
  any: [
    ["1.2.2", "1.2.3", [1, 2, 3]],
    ["1.2.9999", "1.3.0", [1, 2, 3, 4, 5]],
    ["2.0.9999", "2.1.0", []],
    ["2.3.9999", "2.4.0", [6]],
    ["3.9999.9999", "4.0.0", [6]],
    ["4.7.9999", "4.8.0", [6, 7]],
  ],
};
const FIRST: Readonly<Record<Platform | "any", readonly number[]>> = {
  native: [1],
  web: [1],
  flutter: [6],
  any: [1],
};

const rows = Object.entries(TABLES).flatMap(([name, edges]) => {
  const platform = name === "any" ? undefined : (name as Platform);
  return edges.flatMap(([before, first, taken], i) => [
    { platform, sdkVersion: before, taken: edges[i - 1]?.[2] ?? FIRST[name as Platform | "any"] },
    { platform, sdkVersion: first, taken },
    { platform, sdkVersion: `${first}.7`, taken },
  ]);
});

describe("an SDK", () => {
  test.each(rows)("$sdkVersion of $platform takes $taken", ({ taken, ...sdk }) => {
    expect(KEY_VERSIONS.filter((version) => newestVersionFor(sdk, [version]))).toEqual(taken);
    expect(newestVersionFor(sdk, KEY_VERSIONS)).toBe(taken.at(-1));
    for (const version of KEY_VERSIONS) {
      const isTaken = taken.includes(version);
      expect(sdkObjection(sdk, version, "mediaChannel") === undefined).toBe(isTaken);
      // The platform is asked for where it would help, and nowhere else.
      const helps = (["native", "web"] as const).some((platform) =>
        newestVersionFor({ ...sdk, platform }, [version]),
      );
      const asks = platformDifference(sdk, version) !== undefined;
      expect(asks).toBe(sdk.platform === undefined && !isTaken && helps);
    }
  });

  test("of which native and web take nothing in common must name its platform", () => {
    for (const sdkVersion of ["2.1.0", "2.2", "2.3.9999"]) {
      const sdk = { sdkVersion, platform: undefined };
      expect(platformDifference(sdk, undefined)).toBe(
        `a native SDK ${sdkVersion} takes version 6, and a web SDK ${sdkVersion} takes version 5`,
      );
      for (const platform of PLATFORMS) {
        expect(platformDifference({ sdkVersion, platform }, undefined)).toBeUndefined();
      }
    }
    expect(platformDifference({ sdkVersion: "4.0.0", platform: undefined }, undefined)).toBe(
      undefined,
    );
  });

  test("with an in-channel permission is 1.7.0 at least", () => {
    const objection = (sdkVersion: string) =>
      sdkObjection({ sdkVersion, platform: "web" }, 5, "inChannelPermission");
    expect(objection("1.6.9999")).toMatch(/1\.7\.0/);
    expect(objection("1.7.0")).toBeUndefined();
    expect(objection("2.3.9999")).toBeUndefined();
  });
});
