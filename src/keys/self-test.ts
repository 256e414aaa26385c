// The vendor's published example for versions 4 and 5: its App ID, certificate and keys are public,
// and good for nothing else.

import { createSigner } from "./signer.ts";

const EXAMPLE = {
  service: "mediaChannel",
  channel: "7d72365eb983485397e3e3f9d460bdda",
  unixTs: 1446455472,
  randomInt: 58964981,
  uid: 2882341273,
  expiredTs: 1446455471,
} as const;
const EXAMPLE_KEY_4 =
  "004d0ec5ee3179c964fe7c0485c045541de6bff332b970ca35de60c44645bbae8a215061b3314464554720383bbf51446455471";
const EXAMPLE_KEY_5 =
  "005AQAoAEJERTJDRDdFNkZDNkU0ODYxNkYxQTYwOUVFNTM1M0U5ODNCQjFDNDQQAJcMo13mDERkW7roohUGGzOwKDdW9buDA68oN1YAAA==";

/** Whether the core, as it runs here and now, makes the keys that it must. */
export function selfTest(): boolean {
  try {
    const signer = createSigner({
      appId: "970ca35de60c44645bbae8a215061b33",
      appCertificate: "5cfd2fd1755d40ecb72977518be15d3b",
    });
    return (
      signer.channelKey({ version: 4, ...EXAMPLE }) === EXAMPLE_KEY_4 &&
      signer.channelKey({ version: 5, ...EXAMPLE }) === EXAMPLE_KEY_5
    );
  } catch {
    return false;
  }
}
