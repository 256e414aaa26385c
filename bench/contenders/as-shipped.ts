// The vendor's own libraries for Node, as they are on npm. They use `new Buffer`; Node's warning
// about it is turned off here.

import { createRequire } from "node:module";
import type { Mint } from "./contender.ts";

type Generate = (
  appId: string,
  appCertificate: string,
  channel: string,
  unixTs: number,
  randomInt: number,
  uid: number,
  expiredTs: number,
) => string;

const SOURCES = {
  4: "agora-dynamic-key/nodejs/src/DynamicKey4.js",
  5: "agora-access-token/src/DynamicKey5.js",
} as const;
export const PACKAGES = {
  4: "agora-dynamic-key, as shipped",
  5: "agora-access-token, as shipped",
} as const;

export function asShipped(version: 4 | 5): (appId: string, appCertificate: string) => Mint {
  process.noDeprecation = true;
  const { generateMediaChannelKey }: { generateMediaChannelKey: Generate } = createRequire(
    import.meta.url,
  )(SOURCES[version]);
  return (appId, appCertificate) =>
    ({ channel, unixTs, randomInt, uid, expiredTs }) =>
      generateMediaChannelKey(appId, appCertificate, channel, unixTs, randomInt, uid, expiredTs);
}
