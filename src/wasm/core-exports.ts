// What assembly/index.ts exports, and what its statuses mean.

/** A global of WebAssembly that never changes: an address, a size or a count. */
interface Constant {
  readonly value: number;
}

export interface CoreExports {
  readonly memory: WebAssembly.Memory;
  readonly INPUT: Constant;
  readonly INPUT_SIZE: Constant;
  readonly OUTPUT: Constant;
  readonly CHUNK_KEYS: Constant;
  readonly UIDS: Constant;
  readonly RANDOM_INTS: Constant;
  readonly BATCH_OUTPUT: Constant;
  readonly BATCH_JSON: Constant;
  readonly PRIVILEGES: Constant;
  readonly CHUNK_TOKENS: Constant;
  readonly TOKENS: Constant;
  readonly TOKEN_LENGTHS: Constant;
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
  accessToken006(
    channelLength: number,
    accountLength: number,
    uid: number,
    salt: number,
    ts: number,
    granted: number,
  ): number;
  accessToken007(
    channelLength: number,
    accountLength: number,
    uid: number,
    salt: number,
    issueTs: number,
    expire: number,
    granted: number,
  ): number;
  accessTokenOf(length: number, salt: number, issueTs: number, expire: number): number;
  accessTokens006(
    channelLength: number,
    areAccounts: number,
    ts: number,
    granted: number,
    count: number,
  ): number;
  accessTokens007(
    channelLength: number,
    areAccounts: number,
    issueTs: number,
    expire: number,
    granted: number,
    count: number,
  ): number;
  hashBegin(algorithm: number): number;
  hmacBegin(algorithm: number, keyLength: number): number;
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
  [-9]: "account length",
  [-10]: "privileges",
  [-11]: "algorithm",
};

/** The core refused what our own checks let pass. This is a bug of ours, not of the input. */
export class CoreError extends Error {
  override readonly name = "CoreError";
}

/** A status that is a length, or a CoreError. */
export function checked(status: number): number {
  if (status < 0)
    throw new CoreError(`the core refused: ${STATUS_NAMES[status] ?? `status ${status}`}`);
  return status;
}
