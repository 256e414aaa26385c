// A signer makes channel keys for one App ID and certificate. The certificate goes into the core once, leaves two HMAC
// midstates for each use of it, and is kept nowhere.

import { BATCH_MAX_KEYS } from "../limits.js";
import { type SignerState, withCore } from "../wasm/core.js";
import { assertChannelKeyFields, assertHex32, assertU32, type ChannelKeyFields } from "./fields.js";
import { PERMISSION_DIGITS, SERVICE_NUMBERS } from "./versions.js";

export interface SignerOptions {
  /** 32 hexadecimal digits, either case. */
  appId: string;
  /** 32 hexadecimal digits, either case. Versions 1 to 4 sign with its characters, version 5 with its bytes. */
  appCertificate: string;
}

export interface Signer {
  readonly appId: string;
  /** One key. Throws a TypeError or RangeError that names the wrong field. */
  channelKey(fields: ChannelKeyFields): string;
  /**
   * One key for each uid, with the random number at the same place, in the order given; 1 to 10,000 of them. Versions 2 to 5.
   * Throws a TypeError or RangeError that names the wrong field, and then returns no key.
   */
  channelKeys(
    shared: Omit<ChannelKeyFields, "uid" | "randomInt">,
    uids: ArrayLike<number>,
    randomInts: ArrayLike<number>,
  ): string[];
}

/** Makes a signer at once. Throws a TypeError or RangeError that names `appId` or `appCertificate`, never quoting it. */
export function createSigner({ appId, appCertificate }: SignerOptions): Signer {
  assertHex32("appId", appId);
  assertHex32("appCertificate", appCertificate);
  const state = withCore((core) => core.prepareSigner(appId, appCertificate));
  return {
    appId,
    channelKey(fields) {
      assertChannelKeyFields(fields);
      return sign(state, fields);
    },
    channelKeys(shared, uids, randomInts) {
      assertBatch(shared, uids, randomInts);
      return Array.from(uids, (uid, i) => sign(state, { ...shared, uid, randomInt: randomInts[i] as number }));
    },
  };
}

function sign(state: SignerState, fields: ChannelKeyFields): string {
  const { version, service = "mediaChannel", permission, channel, unixTs, randomInt, uid = 0, expiredTs = 0 } = fields;
  const digit = permission === undefined ? 0 : PERMISSION_DIGITS[permission];
  return withCore((core) =>
    core.channelKey(state, version, SERVICE_NUMBERS[service], digit, channel, unixTs, randomInt, uid, expiredTs),
  );
}

function assertBatch(
  shared: Omit<ChannelKeyFields, "uid" | "randomInt">,
  uids: ArrayLike<number>,
  randomInts: ArrayLike<number>,
): void {
  if (typeof uids !== "object" || !(uids.length >= 1 && uids.length <= BATCH_MAX_KEYS)) {
    throw new RangeError(`uids: must be 1 to ${BATCH_MAX_KEYS} numbers`);
  }
  if (typeof randomInts !== "object" || randomInts.length !== uids.length) {
    throw new RangeError("randomInts: must be as many as uids");
  }
  assertChannelKeyFields({ ...shared, uid: 0, randomInt: 0 });
  for (let i = 0; i < uids.length; i++) {
    assertU32(`uids[${i}]`, uids[i]);
    assertU32(`randomInts[${i}]`, randomInts[i]);
  }
}
