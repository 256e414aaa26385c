// The one place that touches the core's memory. Between writing its input and reading its output there is no `await`, so any
// number of signers and requests share one instance.

import { IS_CHANNEL_CHARACTER } from "../keys/fields.ts";
import { asciiReader, writeAscii, writeChecked } from "./ascii.ts";
import { coreModule } from "./module.ts";

/** A global of WebAssembly that never changes: an address or a size. */
interface Constant {
  readonly value: number;
}

interface CoreExports {
  readonly memory: WebAssembly.Memory;
  readonly INPUT: Constant;
  readonly INPUT_SIZE: Constant;
  readonly OUTPUT: Constant;
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

/** What a negative status means; the numbers are those of assembly/status.ts. */
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

/** The core refused what its caller let through, or trapped: a defect of ours, never of the input. */
export class CoreError extends Error {
  override readonly name = "CoreError";
}

/** A signer's midstates and App ID as the core laid them out: enough to sign, but not the certificate. */
export type SignerState = Uint8Array;

const KEY_MAX_BYTES = 64;

/** How many keys the core signs at a time: its buffers have room for no more (assembly/memory.ts). */
export const BATCH_CHUNK_KEYS = 256;

/** Keys that differ in uid and random number alone, at most BATCH_CHUNK_KEYS of them; all of it the caller's to check. */
export interface Batch {
  readonly version: number;
  /** 1 to 4. */
  readonly service: number;
  /** The ASCII digit of an in-channel permission, or 0. */
  readonly permission: number;
  readonly channel: string;
  readonly unixTs: number;
  readonly expiredTs: number;
  readonly uids: Uint32Array;
  readonly randomInts: Uint32Array;
}

export class Core {
  readonly #exports: CoreExports;
  readonly #input: Uint8Array;
  readonly #output: Uint8Array;
  readonly #signer: Uint8Array;
  readonly #uids: Uint32Array;
  readonly #randomInts: Uint32Array;
  readonly #readOutput: (length: number) => string;
  readonly #readBatch: (length: number) => string;
  readonly #readJson: (length: number) => string;
  #loaded: SignerState | undefined;

  constructor() {
    const exports = new WebAssembly.Instance(coreModule, {}).exports as unknown as CoreExports;
    const { buffer } = exports.memory;
    this.#exports = exports;
    this.#input = new Uint8Array(buffer, exports.INPUT.value, exports.INPUT_SIZE.value);
    this.#output = new Uint8Array(buffer, exports.OUTPUT.value);
    this.#signer = new Uint8Array(buffer, exports.SIGNER.value, exports.SIGNER_SIZE.value);
    this.#uids = new Uint32Array(buffer, exports.UIDS.value, BATCH_CHUNK_KEYS);
    this.#randomInts = new Uint32Array(buffer, exports.RANDOM_INTS.value, BATCH_CHUNK_KEYS);
    this.#readOutput = asciiReader(buffer, exports.OUTPUT.value);
    this.#readBatch = asciiReader(buffer, exports.BATCH_OUTPUT.value);
    this.#readJson = asciiReader(buffer, exports.BATCH_JSON.value);
  }

  get memoryBytes(): number {
    return this.#exports.memory.buffer.byteLength;
  }

  prepareSigner(appId: string, appCertificate: string): SignerState {
    this.#loaded = undefined;
    writeAscii(this.#input, 0, appId);
    writeAscii(this.#input, appId.length, appCertificate);
    checked(this.#exports.prepareSigner());
    return this.#signer.slice();
  }

  /** One key; undefined where a character of the channel is not one. The other arguments are the caller's to check. */
  channelKey(
    signer: SignerState,
    version: number,
    service: number,
    permission: number,
    channel: string,
    unixTs: number,
    randomInt: number,
    uid: number,
    expiredTs: number,
  ): string | undefined {
    this.#load(signer);
    if (!writeChecked(this.#input, channel, IS_CHANNEL_CHARACTER)) return undefined;
    return this.#readOutput(
      checked(
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
      ),
    );
  }

  /** The keys of a batch as one text, with nothing between: all have the same length. */
  channelKeys(signer: SignerState, batch: Batch): string {
    return this.#readBatch(batch.uids.length * this.#signBatch(signer, batch));
  }

  /** The same as members of a JSON array: `{"uid":1,"key":"…","randomInt":5},…`. */
  channelKeysJson(signer: SignerState, batch: Batch): string {
    this.#signBatch(signer, batch);
    return this.#readJson(checked(this.#exports.channelKeysJson(batch.uids.length)));
  }

  #signBatch(
    signer: SignerState,
    { version, service, permission, channel, unixTs, expiredTs, uids, randomInts }: Batch,
  ): number {
    this.#load(signer);
    writeAscii(this.#input, 0, channel);
    this.#uids.set(uids);
    this.#randomInts.set(randomInts);
    return checked(
      this.#exports.channelKeys(
        version,
        service,
        permission,
        channel.length,
        unixTs,
        expiredTs,
        uids.length,
      ),
    );
  }

  hmacSha1(key: Uint8Array, message: Uint8Array): Uint8Array {
    if (key.length > KEY_MAX_BYTES) {
      checked(this.#exports.hashBegin());
      this.#update(key);
      this.#input.set(this.#output.subarray(0, checked(this.#exports.hashFinish())));
      checked(this.#exports.hmacBegin(20));
    } else {
      this.#input.set(key);
      checked(this.#exports.hmacBegin(key.length));
    }
    this.#update(message);
    return this.#output.slice(0, checked(this.#exports.hmacFinish()));
  }

  #update(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += this.#input.length) {
      const chunk = bytes.subarray(at, at + this.#input.length);
      this.#input.set(chunk);
      checked(this.#exports.hashUpdate(chunk.length));
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

let instance: Core | undefined;

/** Runs one piece of work on the shared instance. If it traps, that work fails and the next one gets a new instance. */
export function withCore<T>(work: (core: Core) => T): T {
  try {
    return work(sharedCore());
  } catch (error) {
    throw thrownBy(error);
  }
}

/** The same, as two halves, for the one path where a closure is too much: `try { sharedCore()… } catch (e) { throw thrownBy(e) }`. */
export function sharedCore(): Core {
  instance ??= new Core();
  return instance;
}

export function thrownBy(error: unknown): unknown {
  instance = undefined;
  return error instanceof WebAssembly.RuntimeError ? new CoreError("the core trapped") : error;
}
