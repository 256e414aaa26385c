// What a revocation is, and which access it ends. Pure.

import type { Revocation } from "../contract/responses.ts";
import {
  REVOCATION_BROAD_ROOM_BYTES,
  REVOCATION_CHANNEL_ROOM_BYTES,
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
}

const FIELDS = ["jti", "sub", "user", "channel"] as const;
type Field = (typeof FIELDS)[number];
type Values = { readonly [F in Field]?: string | undefined };

/** The entries that name the same fields: when each ends, by the values of those fields. */
interface Group {
  readonly fields: readonly Field[];
  readonly ends: Map<unknown, number>;
}

/**
 * Finds whether an entry matches in at most 15 look-ups (one for each set of fields that entries
 * name), however many entries there are: revocations can't make requests slow.
 */
export class RevocationIndex {
  readonly #groups = new Map<string, Group>();

  constructor(entries: readonly Revocation[]) {
    for (const entry of entries) this.add(entry);
  }

  add(revocation: Revocation): void {
    const { until } = revocation;
    const entry = textsOf(revocation);
    const fields = FIELDS.filter((field) => entry[field] !== undefined);
    if (fields.length === 0) return;
    const name = fields.join();
    const group = this.#groups.get(name) ?? { fields, ends: new Map() };
    this.#groups.set(name, group);
    const values = valuesOf(entry, fields);
    group.ends.set(values, Math.max(until, group.ends.get(values) ?? 0));
  }

  isRevoked(access: Access, nowSeconds: number): boolean {
    const texts = textsOf(access);
    for (const { fields, ends } of this.#groups.values()) {
      const until = ends.get(valuesOf(texts, fields));
      if (until !== undefined && nowSeconds < until) return true;
    }
    return false;
  }
}

/**
 * How full the list may become with this entry. Room is kept for what an emergency needs: a user
 * (uid, account or sub alone), and beyond that a whole channel. Entries that end less than that are
 * many, and may not use it up.
 */
export function maxListBytes(entry: NewRevocation): number {
  const texts = textsOf(entry);
  const named = FIELDS.filter((field) => texts[field] !== undefined).join();
  if (named === "channel") return REVOCATION_LIST_MAX_BYTES;
  const isUser = named === "user" || named === "sub";
  const kept = isUser ? REVOCATION_CHANNEL_ROOM_BYTES : REVOCATION_BROAD_ROOM_BYTES;
  return REVOCATION_LIST_MAX_BYTES - kept;
}

function textsOf({ uid, account, channel, sub, jti }: Partial<Access>): Values {
  const isNamed = uid !== undefined || account !== undefined;
  return { jti, sub, user: isNamed ? (account ?? String(uid)) : undefined, channel };
}

/** The same for the same values of the same fields, and for no others. */
function valuesOf(from: Values, fields: readonly Field[]): unknown {
  const [first] = fields;
  return fields.length === 1 && first
    ? from[first]
    : JSON.stringify(fields.map((field) => from[field]));
}
