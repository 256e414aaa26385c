import type { GrantService } from "../contract/scope.ts";
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
}

/** Who asks: a business server with a service key, or a client with a grant. */
export type Caller = ServiceKeyCaller | GrantCaller;

export interface ServiceKeyCaller {
  readonly kind: "serviceKey";
  /** What names the key in limits and lines of the log. Never the key itself. */
  readonly id: string;
}

export interface GrantCaller {
  readonly kind: "grant";
  readonly grant: Grant;
}
