// What a deployment is made of once its configuration is whole. Use cases get it handed in; they know nothing of HTTP.

import { Grants } from "./access/grants.ts";
import type { RateLimits } from "./access/rate-limits.ts";
import { type Config, type ConfigProblem, readBindings, readConfig } from "./config.ts";
import { createSigner, type Signer } from "./keys/signer.ts";
import { Revocations } from "./revocations/revocations.ts";

/** What the world around the service gives it; tests give it their own. */
export interface Host {
  /** Unix seconds, whole. */
  now(): number;
  /** Unpredictable u32s. */
  randomInts(count: number): Uint32Array;
  fetch: typeof fetch;
}

export interface Service {
  readonly config: Config;
  readonly host: Host;
  readonly grants: Grants;
  /** Undefined in App-ID-only mode. */
  readonly signer: Signer | undefined;
  /** Undefined where nothing is bound for it: then nobody is cut off. */
  readonly revocations: Revocations | undefined;
  readonly rateLimits: RateLimits;
}

export type Deployment =
  | { readonly service: Service }
  | { readonly problems: readonly ConfigProblem[] };

/** Reads the environment of a deployment once; an isolate sees the same object at every request. */
export function createDeployments(host: Host): (env: object) => Deployment {
  const known = new WeakMap<object, Deployment>();
  return (env) => {
    const deployment = known.get(env) ?? deploy(env, host);
    known.set(env, deployment);
    return deployment;
  };
}

function deploy(env: object, host: Host): Deployment {
  const result = readConfig(env as Readonly<Record<string, unknown>>);
  if ("problems" in result) return result;
  const { config } = result;
  const { appId, appCertificate } = config;
  const signer = appCertificate === undefined ? undefined : createSigner({ appId, appCertificate });
  const { revocations, rateLimits } = readBindings(env);
  return {
    service: {
      config,
      host,
      grants: new Grants(config.grants, host.fetch),
      signer,
      revocations: revocations && new Revocations(appId, revocations),
      rateLimits,
    },
  };
}

/** Drawn ahead, and none handed out twice: to ask the runtime for a hundred numbers takes little longer than for one. */
const drawn = new Uint32Array(128);
let left = 0;

function randomInts(count: number): Uint32Array {
  if (count > drawn.length) return crypto.getRandomValues(new Uint32Array(count));
  if (left < count) {
    crypto.getRandomValues(drawn);
    left = drawn.length;
  }
  left -= count;
  return drawn.slice(left, left + count);
}

export const workersHost: Host = {
  now: () => Math.floor(Date.now() / 1000),
  randomInts,
  fetch: (input, init) => fetch(input, init),
};
