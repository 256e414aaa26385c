// The only place that touches the core's memory. There is no `await` between writing an input and
// reading its output, so all signers and requests share one instance.

import { asciiReader, writeAscii, writeChecked } from "./ascii.ts";
import { type CoreExports, checked } from "./core-exports.ts";
import { coreModule } from "./module.ts";

/**
 * A signer's midstates, App ID and certificate, as the core wrote them. The certificate is here
 * only because 007 signs it as a message: nothing else can stand for it.
 */
export type SignerState = Uint8Array;

/** A longer HMAC key is hashed first (RFC 2104, 2). */
const HMAC_KEY_MAX_BYTES = 64;

/** The numbers that the core has for the algorithms. */
const ALGORITHMS = { sha1: 1, sha256: 256 } as const;

/** Where an account is in the core's input, after a channel. */
const ACCOUNT_AT = 256;

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

/** The user and the privileges of an RTC token. The caller checks all but the texts' characters. */
export interface CoreToken {
  /** 1 to 64 characters; for an RTM user of 006, up to 255. */
  readonly channel: string;
  /** 1 to 255 characters, or none: then the uid counts. */
  readonly account: string;
  readonly uid: number;
  readonly salt: number;
  /** A bit for each privilege that is granted, and the value of each. */
  readonly granted: number;
  readonly privileges: readonly number[];
}

class Core {
  readonly #exports: CoreExports;
  readonly #input: Uint8Array;
  readonly #output: Uint8Array;
  readonly #accountInput: Uint8Array;
  readonly #signer: Uint8Array;
  readonly #privileges: Uint32Array;
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
    const { INPUT, INPUT_SIZE, OUTPUT, SIGNER, SIGNER_SIZE, UIDS, RANDOM_INTS, PRIVILEGES } =
      exports;
    this.#exports = exports;
    this.#input = new Uint8Array(buffer, INPUT.value, INPUT_SIZE.value);
    this.#accountInput = this.#input.subarray(ACCOUNT_AT);
    this.#output = new Uint8Array(buffer, OUTPUT.value);
    this.#privileges = new Uint32Array(buffer, PRIVILEGES.value, 5);
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

  /** A 006 token. Undefined if a text has a character that is not `allowed`. */
  accessToken006(
    signer: SignerState,
    token: CoreToken & { readonly ts: number },
    allowed: Uint8Array,
  ): string | undefined {
    if (!this.#writeToken(token, allowed)) return undefined;
    this.#isBusy = true;
    this.#load(signer);
    const { channel, account, uid, salt, ts, granted } = token;
    const { accessToken006 } = this.#exports;
    return this.#read(accessToken006(channel.length, account.length, uid, salt, ts, granted));
  }

  /** A 007 token of one RTC service, likewise. */
  accessToken007(
    signer: SignerState,
    token: CoreToken & { readonly issueTs: number; readonly expire: number },
    allowed: Uint8Array,
  ): string | undefined {
    if (!this.#writeToken(token, allowed)) return undefined;
    this.#isBusy = true;
    this.#load(signer);
    const { channel, account, uid, salt, issueTs, expire, granted } = token;
    const { accessToken007 } = this.#exports;
    return this.#read(
      accessToken007(channel.length, account.length, uid, salt, issueTs, expire, granted),
    );
  }

  /** A 007 token of services that are packed already, their number first. */
  accessTokenOf(
    signer: SignerState,
    { salt, issueTs, expire }: { salt: number; issueTs: number; expire: number },
    services: Uint8Array,
  ): string {
    this.#isBusy = true;
    this.#load(signer);
    this.#input.set(services);
    return this.#read(this.#exports.accessTokenOf(services.length, salt, issueTs, expire));
  }

  #writeToken({ channel, account, privileges }: CoreToken, allowed: Uint8Array): boolean {
    if (!writeChecked(this.#input, channel, allowed)) return false;
    if (!writeChecked(this.#accountInput, account, allowed)) return false;
    for (let i = 0; i < privileges.length; i++) this.#privileges[i] = privileges[i] as number;
    return true;
  }

  /** What a call left in the output. */
  #read(status: number): string {
    const text = this.#readOutput(checked(status));
    this.#isBusy = false;
    return text;
  }

  hmac(algorithm: keyof typeof ALGORITHMS, key: Uint8Array, message: Uint8Array): Uint8Array {
    const number = ALGORITHMS[algorithm];
    this.#isBusy = true;
    if (key.length > HMAC_KEY_MAX_BYTES) {
      checked(this.#exports.hashBegin(number));
      this.#update(key);
      const length = checked(this.#exports.hashFinish());
      this.#input.set(this.#output.subarray(0, length));
      checked(this.#exports.hmacBegin(number, length));
    } else {
      this.#input.set(key);
      checked(this.#exports.hmacBegin(number, key.length));
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

let shared: Core | undefined;

/**
 * The shared instance. After a call that threw there is a new one: a trap may have left the old one
 * between two states. (A wrapper with a closure would do the same, and cost a key a tenth more.)
 */
export function sharedCore(): Core {
  if (shared === undefined || shared.isBusy) shared = new Core();
  return shared;
}
