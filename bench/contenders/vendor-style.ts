// How the vendor's Node sample makes a version-4 key: a buffer for each part, all concatenated, and
// the certificate as a string, from which an HMAC key is made each time. Our own code, because the
// sample is not on npm.

import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
import type { Mint } from "./contender.ts";

export function vendorStyle(appId: string, appCertificate: string): Mint {
  return ({ channel, unixTs, randomInt, uid, expiredTs }) => {
    const ts = `0000000000${unixTs}`.slice(-10);
    const random = `00000000${randomInt.toString(16)}`.slice(-8);
    const uidText = `0000000000${uid}`.slice(-10);
    const expiry = `0000000000${expiredTs}`.slice(-10);
    const content = Buffer.concat([
      Buffer.from("ACS"),
      Buffer.from(appId),
      Buffer.from(ts),
      Buffer.from(random),
      Buffer.from(channel),
      Buffer.from(uidText),
      Buffer.from(expiry),
    ]);
    const signature = createHmac("sha1", appCertificate).update(content).digest("hex");
    return `004${signature}${appId}${ts}${random}${expiry}`;
  };
}
