// The only place that touches the core's memory. There is no `await` between writing an input and
// reading its output, so all signers and requests share one instance.

import { asciiReader, writeAscii, writeChecked } from "./ascii.ts";
import { type CoreExports, checked } from "./core-exports.ts";
import type {
  CoreBatch,
  CoreFields,
  CoreToken,
  CoreTokenBatch,
  SignerState,
} from "./core-fields.ts";
import { coreModule } from "./module.ts";

/** A longer HMAC key is hashed first (RFC 2104, 2). */
const HMAC_KEY_MAX_BYTES = 64;

/** The numbers that the core has for the algorithms. */
const ALGORITHMS = { sha1: 1, sha256: 256 } as const;

/** Where an account is, or several are, in the core's input, after a channel. */
const ACCOUNTS_AT = 256;

class Core {
  readonly #exports: CoreExports;
  readonly #input: Uint8Array;
  readonly #output: Uint8Array;
  readonly #sha256Output: Uint8Array;
  readonly #accounts: Uint8Array;
  readonly #signer: Uint8Array;
  readonly #privileges: Uint32Array;
  readonly #uids: Uint32Array;
  readonly #randomInts: Uint32Array;
  readonly #chunkKeys: number;
  readonly #readOutput: (length: number) => string;
  readonly #readBatch: (length: number) => string;
  readonly #readJson: (length: number) => string;
  readonly #chunkTokens: number;
  readonly #tokenLengths: Uint32Array;
  readonly #readTokens: (length: number) => string;
  #loaded: SignerState | undefined;
  #isBusy = false;

  constructor() {
    const exports = new WebAssembly.Instance(coreModule, {}).exports as unknown as CoreExports;
    const { buffer } = exports.memory;
    const { INPUT, INPUT_SIZE, OUTPUT, SIGNER, SIGNER_SIZE, UIDS, RANDOM_INTS, PRIVILEGES } =
      exports;
    this.#exports = exports;
    this.#input = new Uint8Array(buffer, INPUT.value, INPUT_SIZE.value);
    this.#accounts = this.#input.subarray(ACCOUNTS_AT);
    this.#output = new Uint8Array(buffer, OUTPUT.value);
    this.#sha256Output = new Uint8Array(buffer, OUTPUT.value, 32);
    this.#privileges = new Uint32Array(buffer, PRIVILEGES.value, 5);
    this.#signer = new Uint8Array(buffer, SIGNER.value, SIGNER_SIZE.value);
    this.#chunkKeys = exports.CHUNK_KEYS.value;
    this.#uids = new Uint32Array(buffer, UIDS.value, this.#chunkKeys);
    this.#randomInts = new Uint32Array(buffer, RANDOM_INTS.value, this.#chunkKeys);
    this.#readOutput = asciiReader(buffer, OUTPUT.value);
    this.#readBatch = asciiReader(buffer, exports.BATCH_OUTPUT.value);
    this.#readJson = asciiReader(buffer, exports.BATCH_JSON.value);
    this.#chunkTokens = exports.CHUNK_TOKENS.value;
    this.#tokenLengths = new Uint32Array(buffer, exports.TOKEN_LENGTHS.value, this.#chunkTokens);
    this.#readTokens = asciiReader(buffer, exports.TOKENS.value);
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
    return this.#read(
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

  /** An RTC token. Undefined if a text has a character that is not `allowed`. */
  accessToken(signer: SignerState, token: CoreToken, allowed: Uint8Array): string | undefined {
    const { version, channel, account, uid, salt, issueTs, end, granted, privileges } = token;
    if (!writeChecked(this.#input, channel, allowed)) return undefined;
    if (!writeChecked(this.#accounts, account, allowed)) return undefined;
    this.#isBusy = true;
    this.#load(signer);
    for (let i = 0; i < privileges.length; i++) this.#privileges[i] = privileges[i] as number;
    const { accessToken006, accessToken007 } = this.#exports;
    return this.#read(
      version === 6
        ? accessToken006(channel.length, account.length, uid, salt, end, granted)
        : accessToken007(channel.length, account.length, uid, salt, issueTs, end, granted),
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

  /** One token for each user. Undefined if the channel has a character that is not `allowed`. */
  accessTokens(
    signer: SignerState,
    batch: CoreTokenBatch,
    allowed: Uint8Array,
  ): string[] | undefined {
    const { version, channel, issueTs, end, granted, privileges, users, salts } = batch;
    if (!writeChecked(this.#input, channel, allowed)) return undefined;
    this.#isBusy = true;
    this.#load(signer);
    this.#privileges.set(privileges);
    const { accessTokens006, accessTokens007 } = this.#exports;
    const areAccounts = users instanceof Uint32Array ? 0 : 1;
    const tokens: string[] = [];
    for (let at = 0; at < users.length; at += this.#chunkTokens) {
      const chunk = salts.subarray(at, at + this.#chunkTokens);
      const count = chunk.length;
      this.#randomInts.set(chunk);
      this.#writeUsers(users, at, count);
      const text = this.#readTokens(
        checked(
          version === 6
            ? accessTokens006(channel.length, areAccounts, end, granted, count)
            : accessTokens007(channel.length, areAccounts, issueTs, end, granted, count),
        ),
      );
      for (let i = 0, from = 0; i < count; i++) {
        const to = from + (this.#tokenLengths[i] as number);
        tokens.push(text.slice(from, to));
        from = to;
      }
    }
    this.#isBusy = false;
    return tokens;
  }

  #writeUsers(users: Uint32Array | readonly string[], at: number, count: number): void {
    if (users instanceof Uint32Array) {
      this.#uids.set(users.subarray(at, at + count));
      return;
    }
    let end = 0;
    for (let i = 0; i < count; i++) {
      const account = users[at + i] as string;
      writeAscii(this.#accounts, end, account);
      this.#uids[i] = account.length;
      end += account.length;
    }
  }

  /** What a call left in the output. */
  #read(status: number): string {
    const text = this.#readOutput(checked(status));
    this.#isBusy = false;
    return text;
  }

  /** Of what `write` puts into a buffer; it returns its length. The next call changes the hash. */
  sha256(write: (buffer: Uint8Array) => number): Uint8Array {
    this.#isBusy = true;
    checked(this.#exports.hashBegin(ALGORITHMS.sha256));
    checked(this.#exports.hashUpdate(write(this.#input)));
    checked(this.#exports.hashFinish());
    this.#isBusy = false;
    return this.#sha256Output;
  }

  hash(algorithm: keyof typeof ALGORITHMS, message: Uint8Array): Uint8Array {
    this.#isBusy = true;
    checked(this.#exports.hashBegin(ALGORITHMS[algorithm]));
    this.#update(message);
    const digest = this.#output.slice(0, checked(this.#exports.hashFinish()));
    this.#isBusy = false;
    return digest;
  }

  hmac(algorithm: keyof typeof ALGORITHMS, key: Uint8Array, message: Uint8Array): Uint8Array {
    const used = key.length > HMAC_KEY_MAX_BYTES ? this.hash(algorithm, key) : key;
    this.#isBusy = true;
    this.#input.set(used);
    checked(this.#exports.hmacBegin(ALGORITHMS[algorithm], used.length));
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
