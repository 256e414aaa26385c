// How often one caller may ask, by Workers' rate limiting binding: it counts near the caller, and
// waits for no network. The limits themselves are in wrangler.toml.

import { expandIPv6 } from "hono/utils/ipaddr";
import { ServiceError } from "../contract/service-error.ts";
import { ADDRESS_MAX_CHARACTERS, RATE_LIMIT_PERIOD_SECONDS } from "../platform/limits.ts";
import type { Caller } from "./caller.ts";

/** A binding that is absent limits nothing; `GET /ready` says so. */
export interface RateLimits {
  readonly bySubject: RateLimit | undefined;
  readonly byServiceKey: RateLimit | undefined;
  /** Of failed authentication alone: good callers at the same address are not locked out. */
  readonly byAddress: RateLimit | undefined;
}

/** Counts the requests of one deployment. */
export class RateLimiter {
  readonly #limits: RateLimits;
  /** Two deployments of one Cloudflare account may share a limit's namespace. */
  readonly #appId: string;

  constructor(limits: RateLimits, appId: string) {
    this.#limits = limits;
    this.#appId = appId.toLowerCase();
  }

  /** Counts a caller's request. Throws `rate_limited` beyond the limit. */
  countCaller(caller: Caller): Promise<void> {
    if (caller.kind === "serviceKey") return this.#count("byServiceKey", caller.id);
    const { issuer, subject, madeBy } = caller.grant;
    // A named service key may name any subject, and must not use up another one's requests.
    return this.#count("bySubject", issuer, subject, ...(madeBy === undefined ? [] : [madeBy]));
  }

  /** Counts a failed authentication. Throws `rate_limited` beyond the limit. */
  countFailure(address: string | undefined): Promise<void> {
    return this.#count("byAddress", address === undefined ? "unknown" : networkOf(address));
  }

  /** No name holds a line break: other names, or another number of them, make another key. */
  #count(limit: keyof RateLimits, ...names: readonly string[]): Promise<void> {
    return count(this.#limits[limit], [this.#appId, ...names].join("\n"));
  }
}

/**
 * IPv4 is limited per address, IPv6 per /64: one subscriber owns the whole /64 (RFC 6177). What is
 * no address stands for itself.
 */
export function networkOf(address: string): string {
  const text = address.slice(0, ADDRESS_MAX_CHARACTERS).toLowerCase();
  if (!text.includes(":")) return text;
  try {
    return `${expandIPv6(text).split(":").slice(0, 4).join(":")}::/64`;
  } catch {
    return text;
  }
}

/** A limit that can't be asked limits nothing: the service must not fail with it. */
async function count(limit: RateLimit | undefined, key: string): Promise<void> {
  let isWithin = true;
  try {
    if (limit) isWithin = (await limit.limit({ key })).success;
  } catch {
    // Fail open.
  }
  if (isWithin) return;
  const retryAfterSeconds = RATE_LIMIT_PERIOD_SECONDS;
  const detail = `Too many requests. Wait ${retryAfterSeconds} s.`;
  throw new ServiceError("rate_limited", detail, { retryAfterSeconds });
}
