// May this caller have a token with these services? Pure, as policy.ts is.

import type { ServiceKeyService } from "../contract/scope.ts";
import { ServiceError } from "../contract/service-error.ts";
import type { RequestedService } from "../contract/token-request.ts";
import { givenUser, type RtcPrivileges } from "../contract/values.ts";
import type { Role } from "../keys/role.ts";
import { type User, userText } from "../keys/user.ts";
import type { Caller, Grant } from "./caller.ts";
import { canPublish, requireChannel, requireService, requireUser } from "./grant-rules.ts";
import { type Limits, limitsOf, type PolicySettings, requireVersion } from "./policy.ts";
import { requireInScope } from "./service-key-rules.ts";

/** A service with everything that its request may leave out. */
export type TokenUse =
  | {
      readonly type: "rtc";
      readonly channel: string;
      readonly user: User;
      readonly role: Role | undefined;
      readonly privileges: RtcPrivileges | undefined;
    }
  | { readonly type: "rtm"; readonly userId: string }
  | (Extract<RequestedService, { type: "rtm2" }> & { readonly userId: string })
  /** `userId` undefined: the whole app's. */
  | { readonly type: "chat"; readonly userId: string | undefined };

export interface TokenTerms extends Limits {
  readonly services: readonly TokenUse[];
}

const VERSION = 7;

/**
 * A service key may have any service of its scope; a grant, those that it names, for its own user.
 * Throws `forbidden` or a finer code.
 */
export function authorizeToken(
  caller: Caller,
  services: readonly RequestedService[],
  settings: PolicySettings,
  nowSeconds: number,
): TokenTerms {
  const limits = limitsOf(caller, VERSION, settings, nowSeconds);
  requireVersion(caller, settings, VERSION);
  if (caller.kind === "serviceKey") {
    for (const service of services) requireInScope(caller.scope, ...scopeOf(service));
    return { services: services.map(asRequested), ...limits };
  }
  const { grant } = caller;
  return { services: services.map((service) => authorizeService(grant, service)), ...limits };
}

/** What a service needs of a service key's scope. */
function scopeOf(service: RequestedService): [ServiceKeyService, string | undefined] {
  if (service.type === "rtc") return ["mediaChannel", service.channel];
  const isApp = service.type === "chat" && service.app === true;
  return [isApp ? "chatApp" : service.type, undefined];
}

/** For a request in which `tokenErrors` finds nothing. */
function asRequested(service: RequestedService): TokenUse {
  if (service.type === "rtc") {
    const { type, channel, role, privileges } = service;
    const user = givenUser(service) as User;
    return {
      type,
      channel,
      user,
      privileges,
      role: privileges ? undefined : (role ?? "publisher"),
    };
  }
  if (service.type === "rtm2") return service;
  const { type, userId } = service;
  return type === "chat" ? { type, userId } : { type, userId: userId as string };
}

function authorizeService(grant: Grant, service: RequestedService): TokenUse {
  if (service.type === "rtm2" || (service.type === "chat" && service.app)) {
    const what = service.type === "rtm2" ? "rtm2" : "a chat token of the app";
    throw new ServiceError("forbidden_service", `Only a service key may have ${what}.`);
  }
  if (service.type !== "rtc") {
    const { type } = service;
    requireService(grant.services, type);
    return { type, userId: requireUserId(grant, service.userId) };
  }
  const { type, channel, privileges } = service;
  requireChannel(grant.channels, channel);
  requireService(grant.services, "mediaChannel");
  const role = privileges ? undefined : (service.role ?? grant.role);
  if (grant.role === "subscriber" && canPublish({ role, privileges })) {
    const detail = "A subscriber's grant yields no token that lets its user publish.";
    throw new ServiceError("forbidden_role", detail);
  }
  return { type, channel, user: requireUser(grant, givenUser(service)), role, privileges };
}

/** RTM and chat know a user by the same text, and have none for anyone. */
function requireUserId({ user }: Grant, userId: string | undefined): string {
  if (user.uid === 0) {
    const detail = "The grant is for any uid: rtm and chat need a grant that names its user.";
    throw new ServiceError("forbidden_uid", detail);
  }
  const own = userText(user);
  if (userId === undefined || userId === own) return own;
  throw new ServiceError("forbidden_uid", "The grant is for another userId.");
}
