// What the service answers, as types alone: client, console and tests take them from here with
// `import type`. Times are Unix seconds.

import type { Finding } from "../keys/findings.ts";
import type { SignatureState, Verdict } from "../keys/verdict.ts";
import type { Permission, Service, Version } from "../keys/versions.ts";

/** The times of one key. */
export interface KeyTimes {
  /** The key's unixTs. */
  readonly issuedAt: number;
  /** issuedAt + 300: until then the key may be used to join. */
  readonly joinBefore: number;
  /** The key's expiredTs, when Agora removes its user from the channel; null = never. */
  readonly expiresAt: number | null;
  /** When to ask for the next key; null where expiresAt is null. */
  readonly renewAt: number | null;
}

/** What one key and a batch have in common. */
export interface SharedKeyResponse extends KeyTimes {
  readonly version: Version;
  readonly service: Service;
  readonly appId: string;
  readonly channel: string;
  readonly serverTime: number;
}

/** `POST /v1/keys`. */
export interface IssuedKey extends SharedKeyResponse {
  /** null in App-ID mode. */
  readonly key: string | null;
  /** null in version 1. */
  readonly uid: number | null;
  readonly randomInt: number;
}

/** One key of a batch. */
export interface BatchKey {
  readonly uid: number;
  /** null in App-ID mode. */
  readonly key: string | null;
  readonly randomInt: number;
}

/** `POST /v1/keys/batch`. */
export interface IssuedKeys extends SharedKeyResponse {
  /** In the order of the request's uids. */
  readonly keys: readonly BatchKey[];
}

/** `POST /v1/grants`. */
export interface IssuedGrant {
  /** A JWT. */
  readonly grant: string;
  /** The grant's id. */
  readonly jti: string;
  readonly subject: string;
  readonly expiresAt: number;
}

/** `POST /v1/keys/inspect`. A text without a key in it has no fields of a key. */
export interface KeyInspection {
  /** Would Agora take it now, from a client that joins? */
  readonly verdict: Verdict;
  readonly version?: Version;
  readonly service?: Service;
  readonly appId?: string;
  readonly issuedAt?: number;
  readonly joinBefore?: number;
  /** null = never. */
  readonly expiresAt?: number | null;
  readonly randomInt?: number;
  readonly uid?: number;
  readonly permission?: Permission;
  /** By this deployment's certificates. */
  readonly signature: SignatureState;
  /** Why it is "unverified", in words. */
  readonly unverifiedReason?: string;
  readonly findings: readonly Finding[];
}

/** One entry of the list of revocations. A request must match every field that the entry has. */
export interface Revocation {
  readonly id: string;
  readonly uid?: number;
  readonly channel?: string;
  /** A grant's subject. */
  readonly sub?: string;
  /** The id of one grant. */
  readonly jti?: string;
  /** When the entry ends by itself. */
  readonly until: number;
}

/** `GET /v1/revocations`: a page of 100, oldest first. */
export interface RevocationPage {
  readonly revocations: readonly Revocation[];
  /** Where the next page begins; left out on the last. */
  readonly cursor?: string;
}

/** A setting, or a part of the deployment: its name, never its value. */
export interface NamedProblem {
  readonly name: string;
  readonly message: string;
}

/** `GET /ready`. */
export type Readiness =
  | { readonly status: "ready"; readonly warnings: readonly NamedProblem[] }
  | { readonly status: "not_ready"; readonly problems: readonly NamedProblem[] };
