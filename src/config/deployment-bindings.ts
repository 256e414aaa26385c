// What wrangler.toml binds besides text. A deployment may leave each of these out; `GET /ready`
// says what that means.

import type { RateLimits } from "../auth/rate-limits.ts";
import type { NamedProblem } from "../contract/responses.ts";
import type { RevocationBindings } from "../revocations/store.ts";

export interface Bindings {
  readonly revocations: RevocationBindings | undefined;
  readonly rateLimits: RateLimits;
}

const ABSENT = {
  REVOCATION_LIST: "is not bound: no access can be revoked",
  REVOCATION_SNAPSHOTS: "is not bound: no access can be revoked",
  RATE_LIMIT_BY_SUBJECT: "is not bound: grants are not limited",
  RATE_LIMIT_BY_SERVICE_KEY: "is not bound: service keys are not limited",
  RATE_LIMIT_BY_ADDRESS: "is not bound: failed authentication is not limited",
} as const;

export function readBindings(env: Partial<Cloudflare.Env>): Bindings {
  const { REVOCATION_LIST: list, REVOCATION_SNAPSHOTS: snapshots } = env;
  return {
    revocations: list && snapshots ? { list, snapshots } : undefined,
    rateLimits: {
      bySubject: env.RATE_LIMIT_BY_SUBJECT,
      byServiceKey: env.RATE_LIMIT_BY_SERVICE_KEY,
      byAddress: env.RATE_LIMIT_BY_ADDRESS,
    },
  };
}

/** What does not work because its binding is absent. */
export function bindingWarnings(env: Partial<Cloudflare.Env>): NamedProblem[] {
  const names = Object.keys(ABSENT) as (keyof typeof ABSENT)[];
  return names
    .filter((name) => env[name] === undefined)
    .map((name) => ({ name, message: ABSENT[name] }));
}
