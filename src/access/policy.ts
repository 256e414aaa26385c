// May this caller have this key, and how long? Pure: no clock, no configuration but what is handed in.

import type { ErrorCode } from "../errors.ts";
import type { Service, Version } from "../keys/versions.ts";
import type { Caller, Grant } from "./caller.ts";

export interface Wish {
  readonly channel: string;
  readonly version: Version;
  readonly service: Service;
  /** Undefined: not named. */
  readonly uid: number | undefined;
  /** Which of `issuedAt`, `randomInt` and `expiresAt` were given: exact values are for service keys alone. */
  readonly exactFields: readonly string[];
}

export type Decision =
  | { readonly allowed: true; readonly uid: number | undefined }
  | { readonly allowed: false; readonly code: ErrorCode; readonly detail: string };

/** A service key may have any key. A grant may have what it names, and `uid` is then the grant's where none was asked for. */
export function decide(caller: Caller, wish: Wish): Decision {
  if (caller.kind === "service") return { allowed: true, uid: wish.uid };
  const { grant } = caller;
  if (wish.exactFields.length > 0) {
    return refused(
      "forbidden",
      `${wish.exactFields.join(", ")} can be given with a service key alone.`,
    );
  }
  if (wish.version === 1) {
    return refused(
      "forbidden",
      "A version-1 key has neither uid nor expiry: it would let anyone in for ever, so no grant yields one.",
    );
  }
  if (!grant.channels.some((pattern) => matchesChannel(pattern, wish.channel))) {
    return refused("forbidden_channel", "The grant's channels do not include this one.");
  }
  if (!grant.services.includes(wish.service)) {
    return refused("forbidden_service", `The grant's services do not include ${wish.service}.`);
  }
  return decideUid(grant, wish.uid);
}

function decideUid(grant: Grant, asked: number | undefined): Decision {
  if (grant.uid === 0) return { allowed: true, uid: asked };
  if (asked === undefined || asked === grant.uid) return { allowed: true, uid: grant.uid };
  return refused("forbidden_uid", "The grant is for another uid.");
}

function matchesChannel(pattern: string, channel: string): boolean {
  return pattern.endsWith("*") ? channel.startsWith(pattern.slice(0, -1)) : channel === pattern;
}

function refused(code: ErrorCode, detail: string): Decision {
  return { allowed: false, code, detail };
}

/** The latest moment at which a key of this caller may end, Unix seconds; 0 = it need not end. */
export function latestExpiry(
  caller: Caller,
  maxExpiresInSeconds: number,
  issuedAt: number,
): number {
  const ends: number[] = [];
  if (maxExpiresInSeconds > 0) ends.push(issuedAt + maxExpiresInSeconds);
  if (caller.kind === "grant") {
    ends.push(caller.grant.expiresAt);
    if (caller.grant.maxKeyExpiresInSeconds !== undefined)
      ends.push(issuedAt + caller.grant.maxKeyExpiresInSeconds);
  }
  return ends.length === 0 ? 0 : Math.min(...ends);
}

/** The earlier of a wished end and the latest allowed, where 0 stands for never in both. */
export function capExpiry(wished: number, latest: number): number {
  if (latest === 0) return wished;
  return wished === 0 ? latest : Math.min(wished, latest);
}
