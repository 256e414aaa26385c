// A signer makes channel keys and access tokens for one App ID and certificate. What it keeps are
// two HMAC midstates for each way to use the certificate as a key, and its text, because 007 signs
// it as a message: see SECURITY.md.

import { BATCH_MAX_KEYS } from "../platform/limits.ts";
import { sharedCore } from "../wasm/core.ts";
import type { CoreBatch, CoreFields, SignerState } from "../wasm/core-fields.ts";
import {
  assertChannelKeyFields,
  assertHex32,
  assertObject,
  type ChannelKeyFields,
  IS_CHANNEL_CHARACTER,
  wrongChannel,
} from "./fields.ts";
import { lengthOf, toU32s } from "./number-lists.ts";
import { signToken } from "./token/sign-token.ts";
import { type SharedTokenFields, signTokens } from "./token/sign-tokens.ts";
import type { AccessTokenFields } from "./token/token-fields.ts";
import { PERMISSION_DIGITS, SERVICE_NUMBERS } from "./versions.ts";

export interface SignerOptions {
  /** 32 hexadecimal digits, in either case. */
  appId: string;
  /**
   * 32 hexadecimal digits, in either case. Versions 1 to 4 sign with its characters, version 5 with
   * its bytes.
   */
  appCertificate: string;
}

/** What all keys of a batch have in common. */
type SharedFields = Omit<ChannelKeyFields, "uid" | "randomInt">;

export interface Signer {
  readonly appId: string;
  /** One key. Throws a TypeError or RangeError that names the wrong field. */
  channelKey(fields: ChannelKeyFields): string;
  /**
   * One key for each uid, with the random number at the same place, in the order given. 1 to 10,000
   * keys of versions 2 to 5. Throws a TypeError or RangeError that names the wrong field, and then
   * returns no key.
   */
  channelKeys(
    shared: SharedFields,
    uids: ArrayLike<number>,
    randomInts: ArrayLike<number>,
  ): string[];
  /**
   * The same keys as the text of a JSON array, `[{"uid":1,"key":"…","randomInt":5},…]`: an HTTP
   * response then needs no object for each key.
   * @internal
   */
  channelKeysJson(
    shared: SharedFields,
    uids: ArrayLike<number>,
    randomInts: ArrayLike<number>,
  ): string;
  /**
   * One access token, 006 or 007, as text. Throws a TypeError or RangeError that names the wrong
   * field, such as "services[1].privileges.joinChannel: must be …".
   */
  accessToken(fields: AccessTokenFields): string;
  /**
   * One RTC token for each uid or account (all of one kind), with the salt at the same place, in
   * the order given. 1 to 10,000. Throws a TypeError or RangeError that names the wrong field, and
   * then returns no token.
   */
  accessTokens(
    shared: SharedTokenFields,
    uidsOrAccounts: ArrayLike<number> | ArrayLike<string>,
    salts: ArrayLike<number>,
  ): string[];
}

/**
 * Makes a signer. Throws a TypeError or RangeError that names `appId` or `appCertificate`; it never
 * quotes them.
 */
export function createSigner(options: SignerOptions): Signer {
  assertObject("options", options);
  const { appId, appCertificate } = options;
  assertHex32("appId", appId);
  assertHex32("appCertificate", appCertificate);
  const state = sharedCore().prepareSigner(appId, appCertificate);
  return {
    appId,
    channelKey: (fields) => sign(state, fields),
    channelKeys(shared, uids, randomInts) {
      const batch = batchOf(shared, uids, randomInts);
      const texts = sharedCore().channelKeys(state, batch, IS_CHANNEL_CHARACTER);
      if (texts === undefined) throw wrongChannel(shared.channel);
      return cut(texts, batch.uids.length);
    },
    channelKeysJson(shared, uids, randomInts) {
      const batch = batchOf(shared, uids, randomInts);
      const members = sharedCore().channelKeysJson(state, batch, IS_CHANNEL_CHARACTER);
      if (members === undefined) throw wrongChannel(shared.channel);
      return `[${members}]`;
    },
    accessToken: (fields) => signToken(state, fields),
    accessTokens: (shared, uidsOrAccounts, salts) =>
      signTokens(state, shared, uidsOrAccounts, salts),
  };
}

function sign(state: SignerState, fields: ChannelKeyFields): string {
  assertChannelKeyFields(fields);
  const key = sharedCore().channelKey(state, coreFields(fields), IS_CHANNEL_CHARACTER);
  if (key === undefined) throw wrongChannel(fields.channel);
  return key;
}

function coreFields(fields: ChannelKeyFields): CoreFields {
  const { version, service = "mediaChannel", permission, channel } = fields;
  const { unixTs, randomInt, uid = 0, expiredTs = 0 } = fields;
  return {
    version,
    service: SERVICE_NUMBERS[service],
    permission: permission === undefined ? 0 : PERMISSION_DIGITS[permission],
    channel,
    unixTs,
    randomInt,
    uid,
    expiredTs,
  };
}

function batchOf(
  shared: SharedFields,
  uids: ArrayLike<number>,
  randomInts: ArrayLike<number>,
): CoreBatch {
  const count = lengthOf("uids", uids);
  if (count < 1 || count > BATCH_MAX_KEYS)
    throw new RangeError(`uids: must be 1 to ${BATCH_MAX_KEYS} numbers`);
  if (lengthOf("randomInts", randomInts) !== count)
    throw new RangeError("randomInts: must be as many as uids");
  const fields = { ...shared, uid: 0, randomInt: 0 };
  assertChannelKeyFields(fields);
  return {
    ...coreFields(fields),
    uids: toU32s("uids", uids, count),
    randomInts: toU32s("randomInts", randomInts, count),
  };
}

/** Cuts texts into single keys. All keys of one batch have the same length. */
function cut(texts: readonly string[], count: number): string[] {
  const length = texts.reduce((sum, text) => sum + text.length, 0) / count;
  const keys = new Array<string>(count);
  let i = 0;
  for (const text of texts) {
    for (let at = 0; at < text.length; at += length) keys[i++] = text.slice(at, at + length);
  }
  return keys;
}
