import { Refusal } from "../errors.ts";
import type { Service } from "../service.ts";
import type { Caller } from "./caller.ts";
import { unverifiable } from "./grants.ts";
import type { Background } from "./key-sets.ts";
import { limitCaller, limitFailure } from "./rate-limits.ts";
import { isServiceKey } from "./service-key.ts";

/** RFC 6750, 2.1; the scheme's case does not matter (RFC 9110, 11.1). */
const BEARER = /^bearer +([A-Za-z0-9._~+/=-]+)$/i;

/** What of an HTTP request tells who sent it. */
export interface Credentials {
  readonly authorization: string | undefined;
  /** The caller's IP address. Asked for where authentication fails. */
  readonly address: () => string | undefined;
}

/** Who sent this, and not too often? Throws a Refusal: `unauthenticated`, `grant_expired`, `not_configured` or `rate_limited`. */
export async function authenticate(
  service: Service,
  credentials: Credentials,
  background: Background,
): Promise<Caller> {
  try {
    const caller = await identify(service, credentials.authorization, background);
    await limitCaller(service.rateLimits, caller);
    return caller;
  } catch (error) {
    if (error instanceof Refusal && error.code === "unauthenticated")
      await limitFailure(service.rateLimits, credentials.address());
    throw error;
  }
}

async function identify(
  service: Service,
  authorization: string | undefined,
  background: Background,
): Promise<Caller> {
  if (authorization === undefined) {
    throw new Refusal(
      "unauthenticated",
      "Send the header Authorization: Bearer, with a service key or a grant.",
    );
  }
  const credential = BEARER.exec(authorization)?.[1];
  if (credential === undefined) throw unverifiable();
  if (isServiceKey(credential, service.config.serviceKeys)) return { kind: "service" };
  if (credential.split(".", 4).length !== 3) throw unverifiable();
  return {
    kind: "grant",
    grant: await service.grants.verify(credential, service.host.now(), background),
  };
}
