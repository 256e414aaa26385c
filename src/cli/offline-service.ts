// The service's own operations, run here: with the same settings, rules and defaults. What a
// deployment has and this does not need, such as a service key, is made up for the moment.

import { randomBytes } from "node:crypto";
import { authenticate } from "../auth/authenticate.ts";
import type { Caller, ServiceKeyCaller } from "../auth/caller.ts";
import { type Context, createDeployments, type Deployment } from "../config/deployment.ts";
import { ServiceError } from "../contract/service-error.ts";
import { inspectKey } from "../inspection/inspect-key.ts";
import { issueGrant } from "../issuance/issue-grant.ts";
import { issueKey } from "../issuance/issue-key.ts";
import { issueToken } from "../issuance/issue-token.ts";
import { workersHost } from "../platform/host.ts";
import { NO_RECORD } from "../telemetry/audit-event.ts";
import { CliError, EXIT, usageError } from "./cli-error.ts";
import type { Responses, Service } from "./service.ts";
import type { Environment } from "./terminal.ts";

type Operation = (context: Context<ServiceKeyCaller>, input: unknown) => unknown;

/** A list of revocations is a deployment's: there is none here. */
const OPERATIONS: Readonly<Partial<Record<keyof Responses, Operation>>> = {
  issueKey,
  issueToken,
  issueGrant,
  inspectKey,
};

/** The settings that count for what is signed here. */
const SETTINGS = {
  certificate: [
    ...["APP_ID", "APP_CERTIFICATE", "APP_CERTIFICATE_PREVIOUS", "KEY_MODE", "EXACT_TIMES"],
    ...["DEFAULT_KEY_VERSION", "DEFAULT_EXPIRES_IN", "MAX_EXPIRES_IN"],
  ],
  grantSecret: ["APP_ID", "GRANT_SECRET", "GRANT_ISSUER"],
};

/** Throws a CliError that names each setting that is missing or wrong, and quotes none. */
export function offlineService(
  environment: Environment,
  signsWith: "certificate" | "grantSecret",
): Service {
  const settings = Object.fromEntries(
    SETTINGS[signsWith].map((name) => [name, environment[name]] as const),
  );
  const serviceKey = randomSecret();
  const madeUp = { SERVICE_KEY: serviceKey, REVOCATIONS: "off" };
  // A grant needs no certificate.
  const others =
    signsWith === "certificate" ? { GRANT_SECRET: randomSecret() } : { KEY_MODE: "app-id" };
  const deployment = createDeployments(workersHost)({ ...settings, ...others, ...madeUp });
  if (!deployment.ok) {
    const errors = deployment.errors.map(({ name, message }) => ({ path: name, message }));
    const message =
      "settings come from the environment or --vars FILE. Or name a deployment: --url";
    throw new CliError(EXIT.usage, message, { errors });
  }
  return {
    place: "offline",
    async ask<O extends keyof Responses>(operation: O, input: object) {
      const run = OPERATIONS[operation];
      if (run === undefined) throw usageError("This needs a deployment: --url, or LATCHKEY_URL.");
      try {
        const context = await contextOf(deployment.value, serviceKey);
        return (await run(context, input)) as Responses[O];
      } catch (error) {
        throw error instanceof ServiceError ? refusalOf(error) : error;
      }
    },
  };
}

/** As a request with that service key would have it. */
async function contextOf(
  deployment: Deployment,
  serviceKey: string,
): Promise<Context<ServiceKeyCaller>> {
  const now = workersHost.now();
  const waitUntil = () => undefined;
  const credentials = { authorization: `Bearer ${serviceKey}`, address: () => undefined };
  const caller: Caller = await authenticate(deployment, credentials, now, waitUntil);
  // Who runs a command sees what it makes: there is no log.
  const record = NO_RECORD;
  return { deployment, caller: caller as ServiceKeyCaller, now, waitUntil, record };
}

export function refusalOf({ code, message, errors = [] }: ServiceError): CliError {
  const exitCode = code === "invalid_request" ? EXIT.usage : EXIT.refused;
  return new CliError(exitCode, message, { code, errors });
}

function randomSecret(): string {
  return randomBytes(32).toString("base64url");
}
