// The one place that touches the core's memory. Between writing its input and reading its output there is no `await`, so any
// number of signers and requests share one instance.

import { coreModule } from "./module.js";

interface CoreExports {
  readonly memory: WebAssembly.Memory;
  inputAddress(): number;
  inputSize(): number;
  outputAddress(): number;
  signerAddress(): number;
  signerSize(): number;
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
};

/** The core refused what its caller let through, or trapped: a defect of ours, never of the input. */
export class CoreError extends Error {
  override readonly name = "CoreError";
}

/** A signer's midstates and App ID as the core laid them out: enough to sign, but not the certificate. */
export type SignerState = Uint8Array;

const KEY_MAX_BYTES = 64;

class Core {
  readonly #exports: CoreExports;
  readonly #input: Uint8Array;
  readonly #output: Uint8Array;
  readonly #signer: Uint8Array;
  readonly #ascii = new TextDecoder();
  #loaded: SignerState | undefined;

  constructor() {
    this.#exports = new WebAssembly.Instance(coreModule, {}).exports as unknown as CoreExports;
    const { buffer } = this.#exports.memory;
    this.#input = new Uint8Array(buffer, this.#exports.inputAddress(), this.#exports.inputSize());
    this.#output = new Uint8Array(buffer, this.#exports.outputAddress());
    this.#signer = new Uint8Array(buffer, this.#exports.signerAddress(), this.#exports.signerSize());
  }

  get memoryBytes(): number {
    return this.#exports.memory.buffer.byteLength;
  }

  prepareSigner(appId: string, appCertificate: string): SignerState {
    this.#loaded = undefined;
    this.#write(appId, 0);
    this.#write(appCertificate, appId.length);
    checked(this.#exports.prepareSigner());
    return this.#signer.slice();
  }

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
  ): string {
    if (this.#loaded !== signer) {
      this.#signer.set(signer);
      this.#loaded = signer;
    }
    this.#write(channel, 0);
    const length = checked(
      this.#exports.channelKey(version, service, permission, channel.length, unixTs, randomInt, uid, expiredTs),
    );
    return this.#ascii.decode(this.#output.subarray(0, length));
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

  /** ASCII text whose length the caller has bounded. */
  #write(text: string, at: number): void {
    for (let i = 0; i < text.length; i++) this.#input[at + i] = text.charCodeAt(i);
  }
}

function checked(status: number): number {
  if (status < 0) throw new CoreError(`the core refused: ${STATUS_NAMES[status] ?? `status ${status}`}`);
  return status;
}

let instance: Core | undefined;

/** Runs one piece of work on the shared instance. If it traps, that work fails and the next one gets a new instance. */
export function withCore<T>(work: (core: Core) => T): T {
  instance ??= new Core();
  try {
    return work(instance);
  } catch (error) {
    instance = undefined;
    throw error instanceof WebAssembly.RuntimeError ? new CoreError("the core trapped") : error;
  }
}
