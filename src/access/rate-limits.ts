// How often one caller may ask, by Workers' rate limiting binding: it counts near the caller, and waits for no network. The limits
// themselves are in wrangler.toml.

import { Refusal } from "../errors.js";
import { RATE_LIMIT_PERIOD_SECONDS } from "../limits.js";
import type { Caller } from "./caller.js";

/** A binding that is absent limits nothing; `GET /ready` says so. */
export interface RateLimits {
  readonly bySubject: RateLimit | undefined;
  readonly byServiceKey: RateLimit | undefined;
  /** Of failed authentication alone: good callers at the same address are not locked out. */
  readonly byAddress: RateLimit | undefined;
}

/** Counts a caller's request. Throws a Refusal (`rate_limited`) beyond the limit. */
export async function limitCaller(limits: RateLimits, caller: Caller): Promise<void> {
  if (caller.kind === "service") await spend(limits.byServiceKey, "service key");
  else await spend(limits.bySubject, `${caller.grant.issuer}\n${caller.grant.subject}`);
}

/** Counts a failed authentication. Throws a Refusal (`rate_limited`) beyond the limit. */
export async function limitFailure(limits: RateLimits, address: string | undefined): Promise<void> {
  await spend(limits.byAddress, address ?? "unknown");
}

async function spend(limit: RateLimit | undefined, key: string): Promise<void> {
  if (limit === undefined || (await limit.limit({ key })).success) return;
  const headers = { "Retry-After": String(RATE_LIMIT_PERIOD_SECONDS) };
  throw new Refusal("rate_limited", `Too many requests: wait ${RATE_LIMIT_PERIOD_SECONDS} seconds.`, { headers });
}
