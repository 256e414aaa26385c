// What a line of the audit log says. Only what the contract's parser has taken is in it, never raw
// input: that may be a secret in the wrong place.

import type { CallerKind, OperationId } from "../contract/routes.ts";
import type { ErrorCode } from "../contract/service-error.ts";
import type { Role } from "../keys/role.ts";
import type { KeyVersion } from "../keys/versions.ts";

export type Outcome = "ok" | ErrorCode;

/** What a request is about. An operation adds what it knows: first what was asked, then all. */
export interface AuditFacts {
  readonly channel?: string | undefined;
  /** Of a grant: exact names, or the start of a name followed by *. */
  readonly channels?: readonly string[];
  readonly uid?: number | null | undefined;
  readonly account?: string | undefined;
  readonly version?: KeyVersion | undefined;
  readonly role?: Role | undefined;
  /** Of a channel key, by its name; of a grant or a token, each. */
  readonly service?: string;
  readonly services?: readonly (string | ServiceFacts)[] | undefined;
  /** When what was given ends, Unix seconds; null = never. */
  readonly expiresAt?: number | null;
  /** Of a grant that was made. */
  readonly jti?: string;
  readonly subject?: string;
  readonly maxKeyExpiresIn?: number | undefined;
  /** The entry that was made, or the id of the one that was ended. */
  readonly revocation?: object;
}

/** One service of a token. */
export interface ServiceFacts {
  readonly type: string;
  readonly channel?: string | undefined;
  readonly uid?: number | undefined;
  readonly account?: string | undefined;
  readonly role?: Role | undefined;
  readonly userId?: string | undefined;
}

/** The uids or accounts of a batch, in the order of the request. */
export type Users = readonly number[] | readonly string[];

/** What an operation says to the log. What it said before counts no more. */
export interface AuditRecord {
  about(facts: AuditFacts, users?: Users): void;
}

/** For operations that are run where there is no log, as by the command line. */
export const NO_RECORD: AuditRecord = { about: () => undefined };

/** Who asked. `id` is a service key's name, or a grant's jti. */
export interface AuditCaller {
  readonly kind: CallerKind;
  readonly id: string;
  readonly subject?: string;
}

export interface AuditEvent extends AuditFacts {
  /** Tells it from the other lines of the log. */
  readonly type: "audit";
  /** Unix seconds. */
  readonly time: number;
  readonly requestId: string;
  readonly operation: OperationId;
  readonly outcome: Outcome;
  readonly caller: AuditCaller;
  /** Of a batch: how many users, and the SHA-256 of their list. */
  readonly count?: number | undefined;
  readonly sha256?: string | undefined;
}
