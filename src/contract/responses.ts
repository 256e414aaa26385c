// What the service answers, as types alone: client, console and tests take them from here with
// `import type`. Times are Unix seconds.

import type { Finding } from "../keys/findings.ts";
import type { Role } from "../keys/role.ts";
import type {
  PRIVILEGES_006,
  PrivilegeName,
  Rtm2Permissions,
  ServiceType,
} from "../keys/token/token-services.ts";
import type { SignatureState, Verdict } from "../keys/verdict.ts";
import type { KeyVersion, Permission, Service } from "../keys/versions.ts";
import type { CallerKind } from "./routes.ts";
import type { CallerOperation, ServiceKeyService } from "./scope.ts";

/** The times of one key. */
export interface KeyTimes {
  /** The unixTs of a channel key, the issueTs of a token. */
  readonly issuedAt: number;
  /** Until then the key may be used to join: issuedAt + 300; in versions 6 and 7 expiresAt. */
  readonly joinBefore: number;
  /** When the key ends and Agora removes its user from the channel; null = never. */
  readonly expiresAt: number | null;
  /** When to ask for the next key; null where expiresAt is null. */
  readonly renewAt: number | null;
}

/** What one key and a batch have in common. */
export interface SharedKeyResponse extends KeyTimes {
  readonly version: KeyVersion;
  readonly service: Service;
  readonly appId: string;
  readonly channel: string;
  readonly serverTime: number;
}

/** `POST /v1/keys`. */
export interface IssuedKey extends SharedKeyResponse {
  /** null in App-ID mode. */
  readonly key: string | null;
  /** Left out where there is an account; null in version 1. */
  readonly uid?: number | null;
  readonly account?: string;
  /** In versions 6 and 7, where the request gives no privileges. */
  readonly role?: Role;
  /** In versions 6 and 7 the salt. */
  readonly randomInt: number;
}

/** One key of a batch, for a uid or an account. */
export interface BatchKey {
  readonly uid?: number;
  readonly account?: string;
  /** null in App-ID mode. */
  readonly key: string | null;
  readonly randomInt: number;
}

/** `POST /v1/keys/batch`. */
export interface IssuedKeys extends SharedKeyResponse {
  readonly role?: Role;
  /** In the order of the request's uids or accounts. */
  readonly keys: readonly BatchKey[];
}

/** A service of a 007 token as it is signed. What it has follows from its type. */
export interface IssuedService {
  readonly type: "rtc" | "rtm" | "rtm2" | "chat";
  /** Of rtc. */
  readonly channel?: string;
  readonly uid?: number | undefined;
  readonly account?: string | undefined;
  /** Where the request gives no privileges. */
  readonly role?: Role;
  /** Of rtm, rtm2 and chat; empty for the privilege `app`. */
  readonly userId?: string;
  /** Of rtm2. */
  readonly permissions?: Rtm2Permissions;
  /** Seconds from issuedAt. */
  readonly privileges: Readonly<Partial<Record<string, number>>>;
}

/** `POST /v1/tokens`. */
export interface IssuedToken {
  readonly token: string;
  readonly version: 7;
  readonly appId: string;
  /** In the order of the request. */
  readonly services: readonly IssuedService[];
  readonly salt: number;
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** When to ask for the next token. */
  readonly renewAt: number;
  readonly serverTime: number;
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

/** A service of a 007 token, with the fields that its type has. */
export interface InspectedService {
  readonly type: ServiceType;
  readonly channel?: string;
  readonly uid?: number | undefined;
  readonly account?: string | undefined;
  readonly userId?: string;
  readonly roomUuid?: string;
  readonly userUuid?: string;
  readonly role?: number;
  readonly permissions?: Rtm2Permissions;
  /** Seconds after issuedAt. The vendor reads 0 as "no end of its own". */
  readonly privileges: Readonly<Partial<Record<PrivilegeName, number>>>;
}

/** `POST /v1/keys/inspect`. A text without a key or token in it has no fields of one. */
export interface KeyInspection {
  /** Would Agora take it now, from a client that joins? */
  readonly verdict: Verdict;
  readonly version?: KeyVersion;
  readonly service?: Service;
  readonly appId?: string;
  /** As a 007 token shows it, or as a 006 token was verified. */
  readonly channel?: string;
  /** 006 does not say. */
  readonly issuedAt?: number;
  readonly joinBefore?: number;
  /** null = never. */
  readonly expiresAt?: number | null;
  readonly randomInt?: number;
  readonly uid?: number | undefined;
  readonly account?: string | undefined;
  readonly permission?: Permission;
  /** Of a 007 token: the first ones, as many as a response may hold. */
  readonly services?: readonly InspectedService[];
  /** How many more the token has. */
  readonly servicesLeftOut?: number;
  /** Of a 006 token: until when, in Unix seconds. */
  readonly privileges?: Readonly<Partial<Record<keyof typeof PRIVILEGES_006, number>>>;
  /** Which SDKs take a token of this version. */
  readonly sdks?: string;
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
  readonly account?: string;
  /** An exact name, or the start of a name followed by *. */
  readonly channel?: string;
  /** A grant's subject. */
  readonly sub?: string;
  /** The id of one grant. */
  readonly jti?: string;
  /** Grants whose `iat` is earlier. */
  readonly issuedBefore?: number;
  /** When the entry ends by itself. */
  readonly until: number;
  /** Where the entry was made with `eject`. */
  readonly ejection?: EjectionState;
}

/** Whether Agora has removed the user from the call, by a rule that also keeps the user out. */
export interface EjectionState {
  readonly state: "pending" | "done" | "failed";
  /** Of a failed one, in words. */
  readonly reason?: string;
}

/** `GET /v1/revocations`: a page of 100, oldest first. */
export interface RevocationPage {
  readonly revocations: readonly Revocation[];
  /** Where the next page begins; left out on the last. */
  readonly cursor?: string;
}

/** `GET /v1/caller`: who the credential is. What it does not name it may have without limit. */
export interface CallerDescription {
  readonly kind: CallerKind;
  /** A service key's name, or a grant's jti. */
  readonly id: string;
  readonly appId: string;
  /** What it may do. */
  readonly allow: readonly CallerOperation[];
  /** Exact names, or the start of a name followed by *. */
  readonly channels?: readonly string[];
  readonly services?: readonly ServiceKeyService[];
  /** Of a grant: this or account. 0 = any uid. */
  readonly uid?: number | undefined;
  readonly account?: string | undefined;
  /** Of a grant. */
  readonly role?: Role;
  /** When the credential ends. */
  readonly expiresAt?: number;
}

/** A setting, or a part of the deployment: its name, never its value. */
export interface NamedProblem {
  readonly name: string;
  readonly message: string;
}

/** `GET /ready`. What is undefined is left out. */
export type Readiness =
  | {
      readonly status: "ready";
      readonly warnings: readonly NamedProblem[];
      /** How long ago the edge that answers knew the list of revocations to be as it has it. */
      readonly listAgeSeconds?: number | undefined;
      /** How full the list was then. */
      readonly listFullPercent?: number | undefined;
      /** How long ago this edge's copy of the keys of GRANT_JWKS_URL was fetched. */
      readonly keySetAgeSeconds?: number | undefined;
    }
  | { readonly status: "not_ready"; readonly problems: readonly NamedProblem[] };
