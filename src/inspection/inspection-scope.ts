// What a service key with channels or services may have verified: what it could be given itself.
// Else it could find out for which channel and uid any key was made that comes into its hands.

import type { Scope, ServiceKeyCaller } from "../auth/caller.ts";
import { type PolicySettings, requireVersion } from "../auth/policy.ts";
import { requireInScope } from "../auth/service-key-rules.ts";
import type { ServiceKeyService } from "../contract/scope.ts";
import { ServiceError } from "../contract/service-error.ts";
import type { Credential } from "../keys/read-credential.ts";
import type { TokenService } from "../keys/token/token-services.ts";
import { isRtm006 } from "../keys/token/ways-in.ts";
import type { SignatureInspection } from "./signature-inspection.ts";

type Use = readonly [service: ServiceKeyService, channel: string | undefined];

/**
 * Why the signature is not to be verified for this service key; undefined: it is. `channel`: the
 * one that it is asked for.
 */
export function scopeObjection(
  caller: ServiceKeyCaller,
  settings: PolicySettings,
  credential: Credential,
  channel: string | undefined,
): string | undefined {
  const { scope } = caller;
  const { version } = credential.key ?? credential.token;
  try {
    // In versions without a boundary a key for another channel can be made to look like one for it.
    if (scope.channels) requireVersion(caller, settings, version);
    for (const use of usesOf(credential, scope, channel)) requireInScope(scope, ...use);
    return undefined;
  } catch (error) {
    if (error instanceof ServiceError) return error.message;
    throw error;
  }
}

/** Version 4 shows its service only by being verified. */
export function isHiddenFrom(
  { scope: { services } }: ServiceKeyCaller,
  { key }: Credential,
  { verifiedKey }: SignatureInspection,
): boolean {
  if (!services || !key || key.service) return false;
  return !verifiedKey || !services.includes(verifiedKey.service);
}

/** What it is for: of what does not show its channel, the one that it is asked for. */
function usesOf(
  { key, token: read }: Credential,
  { services = ["mediaChannel"] }: Scope,
  channel: string | undefined,
): readonly Use[] {
  if (read?.version === 7) return read.token.services.map(useOf);
  if (read && isRtm006(read.token)) return [["rtm", undefined]];
  // Without a channel neither is verified. Of a hidden service see isHiddenFrom.
  if (channel === undefined) return [];
  const service = read ? "mediaChannel" : (key.service ?? services[0] ?? "mediaChannel");
  return [[service, channel]];
}

function useOf(service: TokenService): Use {
  const { type } = service;
  if (type === "rtc") return ["mediaChannel", service.channel];
  if (type === "chat" && "app" in service.privileges) return ["chatApp", undefined];
  // Of a type that no service key can be for: services that are named never include it.
  return [type as ServiceKeyService, "channel" in service ? service.channel : undefined];
}
