import type { CallerOperation, GrantService, ServiceKeyService } from "../contract/scope.ts";
import type { Role } from "../keys/role.ts";
import type { User } from "../keys/user.ts";

/** What a verified grant says. Times are Unix seconds. */
export interface Grant {
  readonly issuer: string;
  readonly subject: string;
  readonly id: string;
  /** These two may have a fraction. */
  readonly issuedAt: number;
  readonly notBefore: number | undefined;
  /** Whole. From then on the grant is over. */
  readonly expiresAt: number;
  /** Exact names, or a prefix followed by *. */
  readonly channels: readonly string[];
  /** uid 0 = any uid, and then the request names one of 1 or more. An account is no uid's text. */
  readonly user: User;
  readonly services: readonly GrantService[];
  readonly role: Role;
  readonly maxKeyExpiresInSeconds: number | undefined;
  /** Whether the deployment's default counts beside it, where that is shorter. */
  readonly hasDefaultToo: boolean;
  /** The id of the named service key that made it. Undefined of all other grants. */
  readonly madeBy: string | undefined;
}

/** Who asks: a business server with a service key, or a client with a grant. */
export type Caller = ServiceKeyCaller | GrantCaller;

/** What a service key may do, as its entry in SERVICE_KEYS says it. Left out: no limit. */
export interface Scope {
  readonly allow: readonly CallerOperation[];
  /** Exact names, or a prefix followed by *. */
  readonly channels?: readonly string[] | undefined;
  readonly services?: readonly ServiceKeyService[] | undefined;
  /** Seconds: the most for each key that it gets, and for the keys of its grants. */
  readonly maxExpiresIn?: number | undefined;
  /** Unix seconds. From then on the service key is over, and all that it made ends by then. */
  readonly notAfter?: number | undefined;
}

export interface ServiceKeyCaller {
  readonly kind: "serviceKey";
  /** What names the key in limits and lines of the log. Never the key itself. */
  readonly id: string;
  /** Whether it is one of SERVICE_KEYS. */
  readonly isNamed: boolean;
  readonly scope: Scope;
}

export interface GrantCaller {
  readonly kind: "grant";
  readonly grant: Grant;
}
