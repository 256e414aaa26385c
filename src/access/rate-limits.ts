// How often one caller may ask, by Workers' rate limiting binding: it counts near the caller, and waits for no network. The limits
// themselves are in wrangler.toml.

import { Refusal } from "../errors.ts";
import { RATE_LIMIT_PERIOD_SECONDS } from "../platform/limits.ts";
import type { Caller } from "./caller.ts";

/** The longest text of an IPv6 address. */
const ADDRESS_MAX_CHARACTERS = 45;

/** A binding that is absent limits nothing; `GET /ready` says so. */
export interface RateLimits {
  readonly bySubject: RateLimit | undefined;
  readonly byServiceKey: RateLimit | undefined;
  /** Of failed authentication alone: good callers at the same address are not locked out. */
  readonly byAddress: RateLimit | undefined;
}

/** Counts a caller's request. Rejects with a Refusal (`rate_limited`) beyond the limit. */
export function limitCaller(limits: RateLimits, caller: Caller): Promise<void> {
  if (caller.kind === "service") return spend(limits.byServiceKey, "service key");
  return spend(limits.bySubject, `${caller.grant.issuer}\n${caller.grant.subject}`);
}

/** Counts a failed authentication. Rejects with a Refusal (`rate_limited`) beyond the limit. */
export function limitFailure(limits: RateLimits, address: string | undefined): Promise<void> {
  return spend(limits.byAddress, address === undefined ? "unknown" : networkOf(address));
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
  const [a, b, c, d] = [...before, ...zeros, ...after].map((group) =>
    group.replace(/^0+(?=.)/, ""),
  );
  return `${a}:${b}:${c}:${d}::/64`;
}

/** A limit that can't be asked limits nothing: the service must not fail with it. */
async function spend(limit: RateLimit | undefined, key: string): Promise<void> {
  let isWithin = true;
  try {
    if (limit) isWithin = (await limit.limit({ key })).success;
  } catch {
    // Within, then.
  }
  if (isWithin) return;
  const headers = { "Retry-After": String(RATE_LIMIT_PERIOD_SECONDS) };
  throw new Refusal(
    "rate_limited",
    `Too many requests: wait ${RATE_LIMIT_PERIOD_SECONDS} seconds.`,
    { headers },
  );
}
