// The only place that touches the core's memory. There is no `await` between writing an input and
// reading its output, so all signers and requests share one instance.

import { asciiReader, writeAscii, writeChecked } from "./ascii.ts";
import { coreModule } from "./module.ts";

/** A global of WebAssembly that never changes: an address, a size or a count. */
interface Constant {
  readonly value: number;
}

/** What assembly/index.ts exports. */
interface CoreExports {
  readonly memory: WebAssembly.Memory;
  readonly INPUT: Constant;
  readonly INPUT_SIZE: Constant;
  readonly OUTPUT: Constant;
  readonly CHUNK_KEYS: Constant;
  readonly UIDS: Constant;
  readonly RANDOM_INTS: Constant;
  readonly BATCH_OUTPUT: Constant;
  readonly BATCH_JSON: Constant;
  readonly SIGNER: Constant;
  readonly SIGNER_SIZE: Constant;
  prepareSigner(): number;
  channelKey(
    version: number,
    service: number,
    permission: number,
    channelLength: number,
    unixTs: number,
    randomInt: number,
    uid: number,
    expiredTs: number,
  ): number;
  channelKeys(
    version: number,
    service: number,
    permission: number,
    channelLength: number,
    unixTs: number,
    expiredTs: number,
    count: number,
  ): number;
  channelKeysJson(count: number): number;
  hashBegin(): number;
  hmacBegin(keyLength: number): number;
  hashUpdate(length: number): number;
  hashFinish(): number;
  hmacFinish(): number;
}

/** What a negative status is about. The numbers are those of assembly/status.ts. */
const STATUS_NAMES: Readonly<Record<number, string>> = {
  [-1]: "version",
  [-2]: "service",
  [-3]: "permission",
  [-4]: "channel length",
  [-5]: "App ID",
  [-6]: "App Certificate",
  [-7]: "length",
  [-8]: "count",
};

/** The core refused what our own checks let pass. This is a bug of ours, not of the input. */
export class CoreError extends Error {
  override readonly name = "CoreError";
}

/** A signer's midstates and App ID, as the core wrote them. It can sign; it has no certificate. */
export type SignerState = Uint8Array;

/** A longer HMAC key is hashed first (RFC 2104, 2). */
const HMAC_KEY_MAX_BYTES = 64;

/** What one key and a batch have in common. The caller checks all but the channel's characters. */
interface SharedFields {
  readonly version: number;
  /** 1 to 4. */
  readonly service: number;
  /** The ASCII digit of an in-channel permission, or 0. */
  readonly permission: number;
  /** 1 to 64 characters. */
  readonly channel: string;
  readonly unixTs: number;
  readonly expiredTs: number;
}

/** What a version does not carry is 0. */
export interface CoreFields extends SharedFields {
  readonly randomInt: number;
  readonly uid: number;
}

/** Keys that differ only in uid and random number; as many of the one as of the other. */
export interface CoreBatch extends SharedFields {
  readonly uids: Uint32Array;
  readonly randomInts: Uint32Array;
}

class Core {
  readonly #exports: CoreExports;
  readonly #input: Uint8Array;
  readonly #output: Uint8Array;
  readonly #signer: Uint8Array;
  readonly #uids: Uint32Array;
  readonly #randomInts: Uint32Array;
  readonly #chunkKeys: number;
  readonly #readOutput: (length: number) => string;
  readonly #readBatch: (length: number) => string;
  readonly #readJson: (length: number) => string;
  #loaded: SignerState | undefined;
  #isBusy = false;

  constructor() {
    const exports = new WebAssembly.Instance(coreModule, {}).exports as unknown as CoreExports;
    const { buffer } = exports.memory;
    const { INPUT, INPUT_SIZE, OUTPUT, SIGNER, SIGNER_SIZE, UIDS, RANDOM_INTS } = exports;
    this.#exports = exports;
    this.#input = new Uint8Array(buffer, INPUT.value, INPUT_SIZE.value);
    this.#output = new Uint8Array(buffer, OUTPUT.value);
    this.#signer = new Uint8Array(buffer, SIGNER.value, SIGNER_SIZE.value);
    this.#chunkKeys = exports.CHUNK_KEYS.value;
    this.#uids = new Uint32Array(buffer, UIDS.value, this.#chunkKeys);
    this.#randomInts = new Uint32Array(buffer, RANDOM_INTS.value, this.#chunkKeys);
    this.#readOutput = asciiReader(buffer, OUTPUT.value);
    this.#readBatch = asciiReader(buffer, exports.BATCH_OUTPUT.value);
    this.#readJson = asciiReader(buffer, exports.BATCH_JSON.value);
  }

  /** True between two calls if the last one threw. Then its work may be half done in the memory. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** Both are 32 hexadecimal digits. */
  prepareSigner(appId: string, appCertificate: string): SignerState {
    this.#isBusy = true;
    this.#loaded = undefined;
    writeAscii(this.#input, 0, appId);
    writeAscii(this.#input, appId.length, appCertificate);
    checked(this.#exports.prepareSigner());
    const state = this.#signer.slice();
    this.#isBusy = false;
    return state;
  }

  /** One key. Undefined if the channel has a character that is not `allowed`. */
  channelKey(signer: SignerState, fields: CoreFields, allowed: Uint8Array): string | undefined {
    const { version, service, permission, channel, unixTs, randomInt, uid, expiredTs } = fields;
    if (!writeChecked(this.#input, channel, allowed)) return undefined;
    this.#isBusy = true;
    this.#load(signer);
    const length = checked(
      this.#exports.channelKey(
        version,
        service,
        permission,
        channel.length,
        unixTs,
        randomInt,
        uid,
        expiredTs,
      ),
    );
    const key = this.#readOutput(length);
    this.#isBusy = false;
    return key;
  }

  /**
   * The keys of a batch as texts. Each text has several keys with nothing between them; all keys
   * have the same length. Undefined if the channel has a character that is not `allowed`.
   */
  channelKeys(signer: SignerState, batch: CoreBatch, allowed: Uint8Array): string[] | undefined {
    return this.#signChunks(signer, batch, allowed, (count, length) =>
      this.#readBatch(count * length),
    );
  }

  /** The same as members of a JSON array: `{"uid":1,"key":"…","randomInt":5},…`. */
  channelKeysJson(signer: SignerState, batch: CoreBatch, allowed: Uint8Array): string | undefined {
    const { channelKeysJson } = this.#exports;
    return this.#signChunks(signer, batch, allowed, (count) =>
      this.#readJson(checked(channelKeysJson(count))),
    )?.join(",");
  }

  #signChunks(
    signer: SignerState,
    { version, service, permission, channel, unixTs, expiredTs, uids, randomInts }: CoreBatch,
    allowed: Uint8Array,
    read: (count: number, keyLength: number) => string,
  ): string[] | undefined {
    if (!writeChecked(this.#input, channel, allowed)) return undefined;
    this.#isBusy = true;
    this.#load(signer);
    const texts: string[] = [];
    for (let at = 0; at < uids.length; at += this.#chunkKeys) {
      const chunk = uids.subarray(at, at + this.#chunkKeys);
      const count = chunk.length;
      this.#uids.set(chunk);
      this.#randomInts.set(randomInts.subarray(at, at + count));
      const length = checked(
        this.#exports.channelKeys(
          version,
          service,
          permission,
          channel.length,
          unixTs,
          expiredTs,
          count,
        ),
      );
      texts.push(read(count, length));
    }
    this.#isBusy = false;
    return texts;
  }

  hmacSha1(key: Uint8Array, message: Uint8Array): Uint8Array {
    this.#isBusy = true;
    if (key.length > HMAC_KEY_MAX_BYTES) {
      checked(this.#exports.hashBegin());
      this.#update(key);
      const length = checked(this.#exports.hashFinish());
      this.#input.set(this.#output.subarray(0, length));
      checked(this.#exports.hmacBegin(length));
    } else {
      this.#input.set(key);
      checked(this.#exports.hmacBegin(key.length));
    }
    this.#update(message);
    const digest = this.#output.slice(0, checked(this.#exports.hmacFinish()));
    this.#isBusy = false;
    return digest;
  }

  #update(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += this.#input.length) {
      const piece = bytes.subarray(at, at + this.#input.length);
      this.#input.set(piece);
      checked(this.#exports.hashUpdate(piece.length));
    }
  }

  #load(signer: SignerState): void {
    if (this.#loaded === signer) return;
    this.#signer.set(signer);
    this.#loaded = signer;
  }
}

function checked(status: number): number {
  if (status < 0)
    throw new CoreError(`the core refused: ${STATUS_NAMES[status] ?? `status ${status}`}`);
  return status;
}

let shared: Core | undefined;

/**
 * The shared instance. After a call that threw there is a new one: a trap may have left the old one
 * between two states. (A wrapper with a closure would do the same, and cost a key a tenth more.)
 */
export function sharedCore(): Core {
  if (shared === undefined || shared.isBusy) shared = new Core();
  return shared;
}
