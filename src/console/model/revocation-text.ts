// An entry of the list of revocations in words. Fields that the page does not know are shown by
// their names, so that no entry looks broader than it is.

import { instantText } from "./time-text.ts";

export interface RevocationEntry {
  readonly id: string;
  readonly until: number;
  readonly ejection?: { readonly state: string; readonly reason?: string };
  readonly [field: string]: unknown;
}

const LABELS: Readonly<Record<string, string>> = {
  uid: "uid",
  account: "account",
  channel: "channel",
  sub: "subject",
  jti: "grant",
  issuedBefore: "grants made before",
};
/** They say how long, or what else is done: not whom the entry is about. */
const NOT_TARGETS: ReadonlySet<string> = new Set(["id", "until", "eject", "ejection"]);

/** `uid 42 · channel room-1`: a request must match all of it. */
export function targetText(entry: RevocationEntry): string {
  return Object.entries(entry)
    .filter(([name]) => !NOT_TARGETS.has(name))
    .map(([name, value]) => `${LABELS[name] ?? name} ${valueText(name, value)}`)
    .join(" · ");
}

function valueText(name: string, value: unknown): string {
  if (name === "issuedBefore" && typeof value === "number") return instantText(value);
  return typeof value === "string" ? value : JSON.stringify(value);
}

const EJECTIONS: Readonly<Record<string, string>> = {
  pending: "is being removed from the call",
  done: "was removed from the call",
  failed: "could not be removed from the call",
};

/** What has become of removing the user from a call; undefined if nobody asked for it. */
export function ejectionText({ ejection }: RevocationEntry): string | undefined {
  if (ejection === undefined) return undefined;
  const text = EJECTIONS[ejection.state] ?? ejection.state;
  return ejection.reason === undefined ? text : `${text}: ${ejection.reason}`;
}
