// How often one caller may ask, by Workers' rate limiting binding: it counts near the caller, and waits for no network. The limits
// themselves are in wrangler.toml.

import { Refusal } from "../errors.js";
import { RATE_LIMIT_PERIOD_SECONDS } from "../limits.js";
import type { Caller } from "./caller.js";

/** The longest text of an IPv6 address. */
const ADDRESS_MAX_CHARACTERS = 45;

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
  await spend(limits.byAddress, address === undefined ? "unknown" : networkOf(address));
}

/**
 * An IPv4 address by itself; of an IPv6 address the first 64 bits, since whoever has one has all that begin so (RFC 6177).
 * What is no address stands for itself.
 */
export function networkOf(address: string): string {
  const text = address.slice(0, ADDRESS_MAX_CHARACTERS).toLowerCase();
  if (!text.includes(":")) return text;
  const [head = "", tail] = text.split("::", 2);
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  // A dotted end stands for two groups.
  const groups = before.length + after.length + (text.includes(".") ? 1 : 0);
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - groups)).fill("0");
  const [a, b, c, d] = [...before, ...zeros, ...after].map((group) => group.replace(/^0+(?=.)/, ""));
  return `${a}:${b}:${c}:${d}::/64`;
}

/** A limit that can't be asked limits nothing: the service must not fail with it. */
async function spend(limit: RateLimit | undefined, key: string): Promise<void> {
  if (limit === undefined || (await isWithin(limit, key))) return;
  const headers = { "Retry-After": String(RATE_LIMIT_PERIOD_SECONDS) };
  throw new Refusal("rate_limited", `Too many requests: wait ${RATE_LIMIT_PERIOD_SECONDS} seconds.`, { headers });
}

async function isWithin(limit: RateLimit, key: string): Promise<boolean> {
  try {
    return (await limit.limit({ key })).success;
  } catch {
    return true;
  }
}
