// May this caller have this key, and how long may the key last? Pure: no clock, no configuration
// but what is handed in.

import { ServiceError } from "../contract/service-error.ts";
import type { Service, Version } from "../keys/versions.ts";
import type { Caller, Grant } from "./caller.ts";

/** Every field of a request that changes what its key can do, or how long. */
export interface KeyUse {
  readonly channel: string;
  readonly version: Version;
  readonly service: Service;
  /** Undefined: not given, or several. */
  readonly uid: number | undefined;
  readonly issuedAt: number;
  /** Which of `issuedAt`, `randomInt` and `expiresAt` were given: service keys alone may. */
  readonly exactFields: readonly string[];
}

export interface Terms {
  /** The request's uid, or else the grant's. */
  readonly uid: number | undefined;
  /** When the key must end at the latest, Unix seconds; 0 = it may never end. */
  readonly latestExpiry: number;
}

/** A service key may have any key; a grant, what it names. Throws `forbidden` or a finer code. */
export function authorize(caller: Caller, use: KeyUse, maxExpiresInSeconds: number): Terms {
  const ends = maxExpiresInSeconds > 0 ? [use.issuedAt + maxExpiresInSeconds] : [];
  if (caller.kind === "serviceKey") return { uid: use.uid, latestExpiry: earliest(ends) };
  const { grant } = caller;
  authorizeGrant(grant, use);
  ends.push(grant.expiresAt);
  if (grant.maxKeyExpiresInSeconds !== undefined) {
    ends.push(use.issuedAt + grant.maxKeyExpiresInSeconds);
  }
  return { uid: authorizeUid(grant, use.uid), latestExpiry: earliest(ends) };
}

function authorizeGrant(grant: Grant, { channel, version, service, exactFields }: KeyUse): void {
  if (exactFields.length > 0) {
    const detail = `Only a service key may give ${exactFields.join(", ")}.`;
    throw new ServiceError("forbidden", detail);
  }
  if (version === 1) {
    const detail =
      "A grant yields no key of version 1: it has no uid and never expires, so anyone could use it.";
    throw new ServiceError("forbidden", detail);
  }
  if (!grant.channels.some((pattern) => matchesChannel(pattern, channel))) {
    const detail = "The grant's channels do not include this one.";
    throw new ServiceError("forbidden_channel", detail);
  }
  if (!grant.services.includes(service)) {
    const detail = `The grant's services do not include ${service}.`;
    throw new ServiceError("forbidden_service", detail);
  }
}

/** A grant for uid 0 is for any uid, and the request names one. */
function authorizeUid(grant: Grant, uid: number | undefined): number | undefined {
  if (grant.uid === 0) return uid;
  if (uid === undefined || uid === grant.uid) return grant.uid;
  throw new ServiceError("forbidden_uid", "The grant is for another uid.");
}

function matchesChannel(pattern: string, channel: string): boolean {
  return pattern.endsWith("*") ? channel.startsWith(pattern.slice(0, -1)) : channel === pattern;
}

function earliest(ends: readonly number[]): number {
  return ends.length === 0 ? 0 : Math.min(...ends);
}
