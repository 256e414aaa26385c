// What grant may this service key make? Pure, as policy.ts is.

import type { GrantRequest } from "../contract/requests.ts";
import type { ServiceKeyCaller } from "./caller.ts";
import { requireChannel } from "./grant-rules.ts";
import { requireInScope } from "./service-key-rules.ts";

export interface GrantTerms {
  /** Unix seconds. */
  readonly expiresAt: number;
  /** Undefined: the deployment's default counts, whenever a key is asked for. */
  readonly maxKeyExpiresIn: number | undefined;
  /** Whether that default counts beside it: the request named none, and the service key has one. */
  readonly orDefault: true | undefined;
  /** Which named service key made it: its clients are limited apart from those of others. */
  readonly by: string | undefined;
}

/**
 * A grant lies within the scope of the service key that makes it: its channels and services are
 * the key's, none of its keys lasts longer than the key allows, and it ends with the key. Throws
 * `forbidden_channel` or `forbidden_service`.
 */
export function authorizeNewGrant(
  { id, isNamed, scope }: ServiceKeyCaller,
  request: GrantRequest,
  nowSeconds: number,
): GrantTerms {
  const { channels, services = ["mediaChannel"], expiresIn, maxKeyExpiresIn } = request;
  const { channels: within, maxExpiresIn: most, notAfter } = scope;
  if (within) for (const pattern of channels) requireChannel(within, pattern, "service key");
  for (const service of services) {
    const isChannelless = service === "rtm" || service === "chat";
    requireInScope(scope, service, isChannelless ? undefined : channels[0]);
  }
  return {
    expiresAt: Math.min(nowSeconds + expiresIn, notAfter ?? Number.POSITIVE_INFINITY),
    maxKeyExpiresIn: most === undefined ? maxKeyExpiresIn : Math.min(maxKeyExpiresIn ?? most, most),
    orDefault: most !== undefined && maxKeyExpiresIn === undefined ? true : undefined,
    by: isNamed ? id : undefined,
  };
}
