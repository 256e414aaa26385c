// Does a certificate verify a key, and for whom? A key is verified by making it again: the result
// must be the same text.

import type { InspectedKey } from "./parse.ts";
import { createSigner } from "./signer.ts";
import { SERVICES, type Service, VERSION_TRAITS } from "./versions.ts";

export interface VerifiedKey {
  /** What the key was signed for; undefined in version 1. */
  readonly uid: number | undefined;
  readonly service: Service;
}

/**
 * Makes `key` again with a certificate, for a channel. It tries the uid that the key shows, or else
 * each of `uids`, and each service that the key may have been signed for. Undefined if none of them
 * gives this text.
 */
export function verifyKey(
  key: string,
  inspected: InspectedKey,
  appCertificate: string,
  channel: string,
  uids: readonly number[],
): VerifiedKey | undefined {
  const { version, appId, unixTs, randomInt, expiredTs, permission } = inspected;
  const traits = VERSION_TRAITS[version];
  const signer = createSigner({ appId, appCertificate });
  const possibleUids =
    inspected.uid !== undefined ? [inspected.uid] : traits.carriesUid ? uids : [undefined];
  const possibleServices =
    inspected.service === undefined
      ? traits.services
      : SERVICES.filter((service) => service === inspected.service);
  for (const uid of possibleUids) {
    for (const service of possibleServices) {
      if (
        signer.channelKey({
          version,
          service,
          channel,
          unixTs,
          randomInt,
          uid,
          expiredTs,
          permission,
        }) === key
      ) {
        return { uid, service };
      }
    }
  }
  return undefined;
}
