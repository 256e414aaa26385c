import type { Deployment } from "../config/deployment.ts";
import { ServiceError } from "../contract/service-error.ts";
import type { WaitUntil } from "../platform/host.ts";
import type { Caller } from "./caller.ts";
import { GrantKeyUnknown } from "./key-sets.ts";
import { identifyServiceKey } from "./service-keys.ts";

/** RFC 6750, 2.1; the scheme's case does not matter (RFC 9110, 11.1). */
const BEARER = /^bearer +([A-Za-z0-9._~+/=-]+)$/i;

/** What of a request tells who sent it. */
export interface Credentials {
  readonly authorization: string | undefined;
  /** The caller's IP address. Asked for only where authentication fails. */
  readonly address: () => string | undefined;
}

/**
 * Who sent this? Throws `unauthenticated`, `grant_expired`, `grant_not_yet_valid`,
 * `grant_keys_unavailable`, or `rate_limited` where an address has sent too many that are none.
 */
export async function authenticate(
  deployment: Deployment,
  credentials: Credentials,
  nowSeconds: number,
  waitUntil: WaitUntil,
): Promise<Caller> {
  const { authorization, address } = credentials;
  try {
    return await identify(deployment, authorization, nowSeconds, waitUntil);
  } catch (error) {
    const isUnknown = error instanceof ServiceError && error.code === "unauthenticated";
    // Anyone can make up a kid: that is no way around the limit.
    if (isUnknown || error instanceof GrantKeyUnknown)
      await deployment.rateLimiter.countFailure(address());
    throw error;
  }
}

async function identify(
  { config, grants, revocations }: Deployment,
  authorization: string | undefined,
  nowSeconds: number,
  waitUntil: WaitUntil,
): Promise<Caller> {
  if (authorization === undefined) {
    const detail = "Send the header Authorization: Bearer, with a service key or a grant.";
    throw new ServiceError("unauthenticated", detail);
  }
  const credential = BEARER.exec(authorization)?.[1];
  if (credential === undefined) throw unreadable(authorization);
  // A grant has two dots, and a service key has none.
  const { length: parts } = credential.split(".", 4);
  if (parts === 1) {
    const caller = identifyServiceKey(credential, config.serviceKeys, nowSeconds);
    if (caller) return caller;
  }
  if (parts !== 3) throw unknown();
  // A cold isolate reads the list while it verifies the signature, and not after that.
  revocations?.replica.refresh(nowSeconds, waitUntil);
  return { kind: "grant", grant: await grants.verify(credential, nowSeconds, waitUntil) };
}

function unknown(): ServiceError {
  const detail =
    "The credential is neither a service key of this deployment nor a grant that it can verify.";
  return new ServiceError("unauthenticated", detail);
}

/** A header that is not Bearer and one credential: says how to send it, and quotes nothing. */
function unreadable(authorization: string): ServiceError {
  const hasScheme = /^bearer +\S/i.test(authorization);
  const detail = hasScheme
    ? "What stands after Bearer has a character that no credential has, such as a space or a quote."
    : "Send it as Authorization: Bearer …, with a service key or a grant after Bearer.";
  return new ServiceError("unauthenticated", detail);
}
