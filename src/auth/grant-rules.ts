// What a grant allows, a rule each: channel, service, role and user. Pure. Each throws what
// policy.ts and token-policy.ts let through to the caller. Those of channels and services are for
// the scope of a service key too.

import type { ServiceKeyService } from "../contract/scope.ts";
import { ServiceError } from "../contract/service-error.ts";
import type { RtcPrivileges } from "../contract/values.ts";
import type { Role } from "../keys/role.ts";
import { type User, userText } from "../keys/user.ts";
import type { Grant } from "./caller.ts";

type Holder = "grant" | "service key";

export function requireChannel(
  channels: readonly string[],
  channel: string,
  holder: Holder = "grant",
): void {
  if (channels.some((pattern) => coversChannel(pattern, channel))) return;
  const detail = `The ${holder}'s channels do not include this one.`;
  throw new ServiceError("forbidden_channel", detail);
}

/**
 * Whether a pattern covers a channel, or all channels of another pattern: no channel has a * in its
 * name, so "team-*" covers "team-a*" as it covers "team-a", and an exact name covers itself alone.
 */
function coversChannel(pattern: string, channel: string): boolean {
  return pattern.endsWith("*") ? channel.startsWith(pattern.slice(0, -1)) : channel === pattern;
}

export function requireService(
  services: readonly ServiceKeyService[],
  service: ServiceKeyService,
  holder: Holder = "grant",
): void {
  if (services.includes(service)) return;
  const detail = `The ${holder}'s services do not include ${service}.`;
  throw new ServiceError("forbidden_service", detail);
}

/** What an access token lets its user do in a channel: by a role, or else by privileges. */
export interface ChannelRights {
  readonly role: Role | undefined;
  readonly privileges: RtcPrivileges | undefined;
}

/** Whether its user may send anything. Nothing said counts as leave to send. */
export function canPublish({ role, privileges }: ChannelRights): boolean {
  if (privileges === undefined) return role !== "subscriber";
  const { joinChannel, ...publish } = privileges;
  return Object.values(publish).some((seconds) => seconds !== undefined);
}

/**
 * The request's user, or else the grant's: the same text, however each is given. A grant for uid 0
 * is for any uid, and the request names one.
 */
export function requireUser(grant: Grant, user: User | undefined): User {
  if (grant.user.uid === 0) {
    if (user?.uid) return user;
    const detail =
      "The grant is for any uid, and the request must name one of 1 or more: a key for anyone, or for an account, is for service keys alone.";
    throw new ServiceError("forbidden_uid", detail);
  }
  if (user === undefined) return grant.user;
  if (userText(user) === userText(grant.user)) return user;
  const detail = `The grant is for another ${grant.user.account === undefined ? "uid" : "account"}.`;
  throw new ServiceError("forbidden_uid", detail);
}
