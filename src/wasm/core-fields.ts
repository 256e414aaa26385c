// What core.ts takes: fields that are checked already, all but the characters of some texts.

/**
 * A signer's midstates, App ID and certificate, as the core wrote them. The certificate is here
 * only because 007 signs it as a message: nothing else can stand for it.
 */
export type SignerState = Uint8Array;

/** What one key and a batch have in common. The caller checks all but the channel's characters. */
interface SharedKeyFields {
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
export interface CoreFields extends SharedKeyFields {
  readonly randomInt: number;
  readonly uid: number;
}

/** Keys that differ only in uid and random number; as many of the one as of the other. */
export interface CoreBatch extends SharedKeyFields {
  readonly uids: Uint32Array;
  readonly randomInts: Uint32Array;
}

/** What one RTC token and a batch have in common. */
interface SharedTokenFields {
  readonly version: 6 | 7;
  /** 1 to 64 characters; for an RTM user of 006, up to 255. */
  readonly channel: string;
  /** 0 in version 6. */
  readonly issueTs: number;
  /** The token's end: `ts` of version 6, `expire` of version 7. */
  readonly end: number;
  /** A bit for each privilege that is granted, and the value of each. */
  readonly granted: number;
  readonly privileges: readonly number[];
}

export interface CoreToken extends SharedTokenFields {
  /** 1 to 255 characters, or none: then the uid counts. */
  readonly account: string;
  readonly uid: number;
  readonly salt: number;
}

/** Tokens that differ only in user and salt; as many of the one as of the other. */
export interface CoreTokenBatch extends SharedTokenFields {
  /** Uids, or accounts with no character that is not allowed. */
  readonly users: Uint32Array | readonly string[];
  readonly salts: Uint32Array;
}
