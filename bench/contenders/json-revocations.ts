// The list of revocations as edges held it before: parsed from JSON, in a Map for each set of
// fields that entries name.

export interface JsonEntry {
  readonly uid?: number;
  readonly account?: string;
  readonly channel?: string;
  readonly sub?: string;
  readonly jti?: string;
  readonly until: number;
}

const FIELDS = ["jti", "sub", "user", "channel"] as const;
type Values = { readonly [F in (typeof FIELDS)[number]]?: string | undefined };

interface Group {
  readonly fields: readonly (typeof FIELDS)[number][];
  readonly ends: Map<unknown, number>;
}

export class JsonRevocations {
  readonly #groups = new Map<string, Group>();

  constructor(entries: readonly JsonEntry[]) {
    for (const entry of entries) {
      const values = valuesOf(entry);
      const fields = FIELDS.filter((field) => values[field] !== undefined);
      const name = fields.join();
      const group = this.#groups.get(name) ?? { fields, ends: new Map() };
      this.#groups.set(name, group);
      const text = textOf(values, fields);
      group.ends.set(text, Math.max(entry.until, group.ends.get(text) ?? 0));
    }
  }

  isRevoked(access: Omit<JsonEntry, "until">, now: number): boolean {
    const values = valuesOf(access);
    for (const { fields, ends } of this.#groups.values()) {
      const until = ends.get(textOf(values, fields));
      if (until !== undefined && now < until) return true;
    }
    return false;
  }
}

function valuesOf({ uid, account, channel, sub, jti }: Omit<JsonEntry, "until">): Values {
  const isNamed = uid !== undefined || account !== undefined;
  return { jti, sub, user: isNamed ? (account ?? String(uid)) : undefined, channel };
}

function textOf(values: Values, fields: Group["fields"]): unknown {
  const [first] = fields;
  return fields.length === 1 && first
    ? values[first]
    : JSON.stringify(fields.map((field) => values[field]));
}
