// What a revocation is, and whom it cuts off. Pure.

/** Every field that an entry has must match; it has at least one. */
export interface RevocationEntry {
  readonly id: string;
  readonly uid?: number;
  readonly channel?: string;
  /** A grant's subject, or the id of one grant. */
  readonly sub?: string;
  readonly jti?: string;
  /** When the entry ends by itself, Unix seconds. */
  readonly until: number;
}

export type NewRevocation = Omit<RevocationEntry, "id">;

/** What a request for a key is held against. */
export interface Holder {
  readonly uid: number | undefined;
  readonly channel: string;
  readonly sub: string;
  readonly jti: string;
}

/** Entries, found by the one of their fields that fewest requests share. */
export class RevocationIndex {
  readonly #byJti = new Map<string, RevocationEntry[]>();
  readonly #bySub = new Map<string, RevocationEntry[]>();
  readonly #byUid = new Map<number, RevocationEntry[]>();
  readonly #byChannel = new Map<string, RevocationEntry[]>();

  constructor(entries: readonly RevocationEntry[]) {
    for (const entry of entries) this.add(entry);
  }

  add(entry: RevocationEntry): void {
    if (entry.jti !== undefined) append(this.#byJti, entry.jti, entry);
    else if (entry.sub !== undefined) append(this.#bySub, entry.sub, entry);
    else if (entry.uid !== undefined) append(this.#byUid, entry.uid, entry);
    else if (entry.channel !== undefined) append(this.#byChannel, entry.channel, entry);
  }

  isRevoked(holder: Holder, nowSeconds: number): boolean {
    const { jti, sub, uid, channel } = holder;
    const candidates = [
      this.#byJti.get(jti),
      this.#bySub.get(sub),
      uid === undefined ? undefined : this.#byUid.get(uid),
      this.#byChannel.get(channel),
    ];
    return candidates.some((entries) => entries?.some((entry) => nowSeconds < entry.until && matches(entry, holder)));
  }
}

function append<K>(map: Map<K, RevocationEntry[]>, key: K, entry: RevocationEntry): void {
  const entries = map.get(key);
  if (entries) entries.push(entry);
  else map.set(key, [entry]);
}

function matches(entry: RevocationEntry, holder: Holder): boolean {
  return (
    (entry.jti === undefined || entry.jti === holder.jti) &&
    (entry.sub === undefined || entry.sub === holder.sub) &&
    (entry.uid === undefined || entry.uid === holder.uid) &&
    (entry.channel === undefined || entry.channel === holder.channel)
  );
}
