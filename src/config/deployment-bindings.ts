// What wrangler.toml binds besides text. A deployment may leave each of these out; `GET /ready`
// says what that means.

import type { RateLimits } from "../auth/rate-limits.ts";
import type { NamedProblem } from "../contract/responses.ts";
import type { RevocationBindings } from "../revocations/store.ts";

export interface Bindings {
  readonly revocations: RevocationBindings | undefined;
  readonly rateLimits: RateLimits;
  /** A comment in wrangler.toml: an account has to enable Workers Analytics Engine first. */
  readonly metrics: AnalyticsEngineDataset | undefined;
}

const NEEDED_FOR_REVOCATIONS =
  'is not bound, so no grant is taken: bind it in wrangler.toml, or set REVOCATIONS to "off"';

/** The bindings that access is revoked with. */
const REVOCATION_BINDINGS = ["REVOCATION_LIST", "REVOCATION_SNAPSHOTS"] as const;

const UNLIMITED = {
  RATE_LIMIT_BY_SUBJECT: "is not bound: grants are not limited",
  RATE_LIMIT_BY_SERVICE_KEY: "is not bound: service keys are not limited",
  RATE_LIMIT_BY_ADDRESS: "is not bound: failed authentication is not limited",
} as const;

export function readBindings(
  env: Partial<Cloudflare.Env> & { readonly METRICS?: AnalyticsEngineDataset },
): Bindings {
  const { REVOCATION_LIST: list, REVOCATION_SNAPSHOTS: snapshots } = env;
  return {
    revocations: list && snapshots ? { list, snapshots } : undefined,
    rateLimits: {
      bySubject: env.RATE_LIMIT_BY_SUBJECT,
      byServiceKey: env.RATE_LIMIT_BY_SERVICE_KEY,
      byAddress: env.RATE_LIMIT_BY_ADDRESS,
    },
    metrics: env.METRICS,
  };
}

/** Which bindings are absent that revocations need. */
export function bindingProblems(env: Partial<Cloudflare.Env>): NamedProblem[] {
  return REVOCATION_BINDINGS.filter((name) => env[name] === undefined).map((name) => ({
    name,
    message: NEEDED_FOR_REVOCATIONS,
  }));
}

/** What is not limited because its binding is absent. */
export function bindingWarnings(env: Partial<Cloudflare.Env>): NamedProblem[] {
  const names = Object.keys(UNLIMITED) as (keyof typeof UNLIMITED)[];
  return names
    .filter((name) => env[name] === undefined)
    .map((name) => ({ name, message: UNLIMITED[name] }));
}
