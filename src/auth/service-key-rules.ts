// What a service key's scope allows, a rule each. Pure. Each throws `forbidden` or a finer code.

import type { CallerOperation, ServiceKeyService } from "../contract/scope.ts";
import { ServiceError } from "../contract/service-error.ts";
import type { Scope } from "./caller.ts";
import { requireChannel, requireService } from "./grant-rules.ts";

export function requireOperation({ allow }: Scope, operation: CallerOperation): void {
  if (allow.includes(operation)) return;
  const detail = `This is not allowed to this service key: its allow has no "${operation}".`;
  throw new ServiceError("forbidden", detail);
}

/**
 * Whether a key of this scope is bound to channels or to an end. Of key versions without a boundary
 * in what is signed one could make a key beyond that.
 */
export function isBound({ channels, maxExpiresIn, notAfter }: Scope): boolean {
  return (channels ?? maxExpiresIn ?? notAfter) !== undefined;
}

/** `channel` undefined: of a service that has none. */
export function requireInScope(
  { channels, services }: Scope,
  service: ServiceKeyService,
  channel: string | undefined,
): void {
  if (channels && channel !== undefined) requireChannel(channels, channel, "service key");
  if (services) requireService(services, service, "service key");
  else if (channels && channel === undefined) {
    const detail = `The service key is for channels, and ${service} has none: its services must name it.`;
    throw new ServiceError("forbidden_service", detail);
  }
}
