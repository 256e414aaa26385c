// Whether the process answers, and whether it can issue keys.

import type { DeploymentResult } from "../config/deployment.ts";
import { bindingProblems, bindingWarnings } from "../config/deployment-bindings.ts";
import { keySetProblem } from "../config/key-set-check.ts";
import { settingWarnings } from "../config/setting-warnings.ts";
import { wantsRevocations } from "../config/settings.ts";
import type { NamedProblem, Readiness } from "../contract/responses.ts";
import { selfTest } from "../keys/self-test.ts";
import type { WaitUntil } from "../platform/host.ts";

/**
 * Names of settings and bindings, never their values. It may wait for the list of revocations.
 */
export async function readiness(
  deployment: DeploymentResult,
  env: Partial<Cloudflare.Env>,
  nowSeconds: number,
  waitUntil: WaitUntil,
): Promise<Readiness> {
  const problems: NamedProblem[] = deployment.ok ? [] : [...deployment.errors];
  if (wantsRevocations(env)) problems.push(...bindingProblems(env));
  const jwks = deployment.ok ? deployment.value.config.grants.jwks : undefined;
  const message = jwks && (await keySetProblem(jwks));
  if (message !== undefined) problems.push({ name: "GRANT_JWKS", message });
  if (!selfTest()) problems.push({ name: "core", message: "fails its self-test" });
  if (!deployment.ok || problems.length > 0) return { status: "not_ready", problems };
  const { config, grants, revocations } = deployment.value;
  const warnings = [
    ...settingWarnings(config),
    ...bindingWarnings(env),
    ...grants.warnings(nowSeconds),
    ...((await revocations?.warnings(nowSeconds, waitUntil)) ?? []),
  ];
  return { status: "ready", warnings };
}
