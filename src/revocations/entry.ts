// What a revocation is, and what it can match. Pure.

import type { Revocation } from "../contract/responses.ts";
import {
  REVOCATION_BROAD_ROOM_BYTES,
  REVOCATION_CHANNEL_ROOM_BYTES,
  REVOCATION_EVERYBODY_ROOM_BYTES,
  REVOCATION_LIST_MAX_BYTES,
} from "../platform/limits.ts";

export type NewRevocation = Omit<Revocation, "id" | "ejection">;

/** What a grant asks for: access as a user, to a channel. */
export interface Access {
  /** One of them at most; compared as one text (keys/user.ts). */
  readonly uid?: number | undefined;
  readonly account?: string | undefined;
  /** Undefined: RTM or chat, which have none. */
  readonly channel: string | undefined;
  /** The grant's subject and id. */
  readonly sub: string;
  readonly jti: string;
  /** When the grant was issued, Unix seconds. It may have a fraction. */
  readonly issuedAt: number;
}

/** The fields of an entry, or of an access, that are compared as texts. */
export interface Texts {
  readonly jti: string | undefined;
  readonly sub: string | undefined;
  readonly user: string | undefined;
  /** Of an entry it may end with *: then it is the start of a name. */
  readonly channel: string | undefined;
}

export function textsOf({ uid, account, channel, sub, jti }: Partial<Access>): Texts {
  const isNamed = uid !== undefined || account !== undefined;
  return { jti, sub, user: isNamed ? (account ?? String(uid)) : undefined, channel };
}

/**
 * How full the list may become with this entry. Room is kept for what an emergency needs: a user
 * (uid, account or sub alone), beyond that a whole channel, and beyond that everybody. Entries that
 * end less than that are many, and may not use it up.
 */
export function maxListBytes(entry: NewRevocation): number {
  return REVOCATION_LIST_MAX_BYTES - roomKeptFrom(textsOf(entry));
}

function roomKeptFrom({ jti, sub, user, channel }: Texts): number {
  const named = [jti, sub, user, channel].filter((text) => text !== undefined).length;
  if (named === 0) return 0;
  if (named > 1 || jti !== undefined) return REVOCATION_BROAD_ROOM_BYTES;
  return channel === undefined ? REVOCATION_CHANNEL_ROOM_BYTES : REVOCATION_EVERYBODY_ROOM_BYTES;
}
