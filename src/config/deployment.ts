// What a deployment consists of once its configuration is whole. Operations get it handed in.

import type { Caller } from "../auth/caller.ts";
import { Grants } from "../auth/grants.ts";
import { RateLimiter } from "../auth/rate-limits.ts";
import type { NamedProblem } from "../contract/responses.ts";
import { createSigner, type Signer } from "../keys/signer.ts";
import type { Host, WaitUntil } from "../platform/host.ts";
import type { Result } from "../platform/result.ts";
import { Revocations } from "../revocations/store.ts";
import type { AuditRecord } from "../telemetry/audit-event.ts";
import { createWriteLine, secretTexts } from "../telemetry/audit-line.ts";
import { createTelemetry, type Telemetry } from "../telemetry/telemetry.ts";
import { readBindings } from "./deployment-bindings.ts";
import { type Config, readConfig } from "./settings.ts";

export interface Deployment {
  readonly config: Config;
  readonly host: Host;
  readonly grants: Grants;
  /** Undefined in App-ID mode. */
  readonly signer: Signer | undefined;
  /**
   * Undefined where REVOCATIONS is "off": then nobody's access can be revoked. Undefined also where
   * it is "on" and its bindings are absent: then no grant is served.
   */
  readonly revocations: Revocations | undefined;
  readonly rateLimiter: RateLimiter;
  readonly telemetry: Telemetry;
}

/** What an operation knows of the request that it serves. */
export interface Context<C extends Caller = Caller> {
  readonly deployment: Deployment;
  readonly caller: C;
  /** Unix seconds. */
  readonly now: number;
  readonly waitUntil: WaitUntil;
  /** What the log says of this request. */
  readonly record: AuditRecord;
}

/** A deployment, or the settings that keep it from being one. */
export type DeploymentResult = Result<Deployment, NamedProblem>;

/** Reads an environment once: an isolate sees the same object at every request. */
export function createDeployments(host: Host): (env: object) => DeploymentResult {
  const known = new WeakMap<object, DeploymentResult>();
  return (env) => {
    const deployment = known.get(env) ?? deploy(env, host);
    known.set(env, deployment);
    return deployment;
  };
}

function deploy(env: object, host: Host): DeploymentResult {
  const config = readConfig(env);
  if (!config.ok) return config;
  const { appId, appCertificate, grants, hasRevocations } = config.value;
  const { revocations, rateLimits, metrics } = readBindings(env);
  const hashes = new Set(config.value.serviceKeys.hashed.map(({ text }) => text));
  const writeLine = createWriteLine(appId, secretTexts(config.value), hashes);
  const value: Deployment = {
    config: config.value,
    host,
    grants: new Grants(appId, grants, host),
    signer: appCertificate === undefined ? undefined : createSigner({ appId, appCertificate }),
    revocations: hasRevocations && revocations ? new Revocations(appId, revocations) : undefined,
    rateLimiter: new RateLimiter(rateLimits, appId),
    telemetry: createTelemetry({ log: host.log, writeLine, dataset: metrics }),
  };
  return { ok: true, value };
}
