// A signer makes channel keys for one App ID and certificate. The certificate goes into the core once, leaves two HMAC
// midstates for each use of it, and is kept nowhere.

import { BATCH_MAX_KEYS } from "../platform/limits.ts";
import {
  BATCH_CHUNK_KEYS,
  type Batch,
  type SignerState,
  sharedCore,
  thrownBy,
  withCore,
} from "../wasm/core.ts";
import {
  areRight,
  assertChannelKeyFields,
  assertHex32,
  assertU32,
  type ChannelKeyFields,
  isU32,
  wrongChannel,
} from "./fields.ts";
import { PERMISSION_DIGITS, serviceNumber } from "./versions.ts";

export interface SignerOptions {
  /** 32 hexadecimal digits, either case. */
  appId: string;
  /** 32 hexadecimal digits, either case. Versions 1 to 4 sign with its characters, version 5 with its bytes. */
  appCertificate: string;
}

/** What all keys of a batch have in common. */
type SharedFields = Omit<ChannelKeyFields, "uid" | "randomInt">;

export interface Signer {
  readonly appId: string;
  /** One key. Throws a TypeError or RangeError that names the wrong field. */
  channelKey(fields: ChannelKeyFields): string;
  /**
   * One key for each uid, with the random number at the same place, in the order given; 1 to 10,000 of them. Versions 2 to 5.
   * Throws a TypeError or RangeError that names the wrong field, and then returns no key.
   */
  channelKeys(
    shared: SharedFields,
    uids: ArrayLike<number>,
    randomInts: ArrayLike<number>,
  ): string[];
  /**
   * The same keys as the text of a JSON array, `[{"uid":1,"key":"…","randomInt":5},…]`: an HTTP answer needs no object for each.
   * @internal
   */
  channelKeysJson(
    shared: SharedFields,
    uids: ArrayLike<number>,
    randomInts: ArrayLike<number>,
  ): string;
}

/** Makes a signer at once. Throws a TypeError or RangeError that names `appId` or `appCertificate`, never quoting it. */
export function createSigner({ appId, appCertificate }: SignerOptions): Signer {
  assertHex32("appId", appId);
  assertHex32("appCertificate", appCertificate);
  const state = withCore((core) => core.prepareSigner(appId, appCertificate));
  return {
    appId,
    channelKey: (fields) => sign(state, fields),
    channelKeys(shared, uids, randomInts) {
      const batches = batchesOf(shared, uids, randomInts);
      const keys = new Array<string>(batches.reduce((sum, batch) => sum + batch.uids.length, 0));
      batches.forEach((batch, i) => {
        const text = withCore((core) => core.channelKeys(state, batch));
        cut(text, batch.uids.length, keys, i * BATCH_CHUNK_KEYS);
      });
      return keys;
    },
    channelKeysJson(shared, uids, randomInts) {
      const batches = batchesOf(shared, uids, randomInts);
      return `[${batches.map((batch) => withCore((core) => core.channelKeysJson(state, batch))).join(",")}]`;
    },
  };
}

function sign(state: SignerState, fields: ChannelKeyFields): string {
  if (!areRight(fields)) assertChannelKeyFields(fields);
  const {
    version,
    service = "mediaChannel",
    permission,
    channel,
    unixTs,
    randomInt,
    uid = 0,
    expiredTs = 0,
  } = fields;
  const digit = permission === undefined ? 0 : PERMISSION_DIGITS[permission];
  let key: string | undefined;
  try {
    const core = sharedCore();
    key = core.channelKey(
      state,
      version,
      serviceNumber(service),
      digit,
      channel,
      unixTs,
      randomInt,
      uid,
      expiredTs,
    );
  } catch (error) {
    throw thrownBy(error);
  }
  if (key === undefined) throw wrongChannel(channel);
  return key;
}

/** What the core signs at a time, checked. */
function batchesOf(
  shared: SharedFields,
  uids: ArrayLike<number>,
  randomInts: ArrayLike<number>,
): Batch[] {
  assertBatch(shared, uids, randomInts);
  const { version, service = "mediaChannel", permission, channel, unixTs, expiredTs = 0 } = shared;
  const common = {
    version,
    service: serviceNumber(service),
    permission: permission === undefined ? 0 : PERMISSION_DIGITS[permission],
    channel,
    unixTs,
    expiredTs,
  };
  const allUids = toU32s("uids", uids);
  const allRandomInts = toU32s("randomInts", randomInts);
  const batches: Batch[] = [];
  for (let first = 0; first < allUids.length; first += BATCH_CHUNK_KEYS) {
    const end = first + BATCH_CHUNK_KEYS;
    batches.push({
      ...common,
      uids: allUids.subarray(first, end),
      randomInts: allRandomInts.subarray(first, end),
    });
  }
  return batches;
}

/** All keys of one batch have the same length, so that one text is cut into them. */
function cut(text: string, count: number, into: string[], first: number): void {
  const length = text.length / count;
  for (let i = 0, at = 0; i < count; i++, at += length)
    into[first + i] = text.slice(at, at + length);
}

function assertBatch(
  shared: SharedFields,
  uids: ArrayLike<number>,
  randomInts: ArrayLike<number>,
): void {
  if (typeof uids !== "object" || uids === null)
    throw new TypeError("uids: must be an array of numbers");
  if (!(uids.length >= 1 && uids.length <= BATCH_MAX_KEYS))
    throw new RangeError(`uids: must be 1 to ${BATCH_MAX_KEYS} numbers`);
  if (typeof randomInts !== "object" || randomInts === null)
    throw new TypeError("randomInts: must be an array of numbers");
  if (randomInts.length !== uids.length)
    throw new RangeError("randomInts: must be as many as uids");
  assertChannelKeyFields({ ...shared, uid: 0, randomInt: 0 });
}

/** As u32s, each value checked; what holds nothing else is taken as it is. */
function toU32s(path: string, values: ArrayLike<number>): Uint32Array {
  if (values instanceof Uint32Array) return values;
  const copy = new Uint32Array(values.length);
  for (let i = 0; i < copy.length; i++) {
    const value = values[i];
    if (typeof value !== "number" || !isU32(value)) assertU32(`${path}[${i}]`, value);
    copy[i] = value as number;
  }
  return copy;
}
