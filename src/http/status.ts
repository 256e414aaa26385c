// Whether the process answers, and whether it can issue keys.

import type { DeploymentResult } from "../config/deployment.ts";
import { bindingProblems, bindingWarnings } from "../config/deployment-bindings.ts";
import { settingWarnings } from "../config/setting-warnings.ts";
import { wantsRevocations } from "../config/settings.ts";
import type { NamedProblem, Readiness } from "../contract/responses.ts";
import { selfTest } from "../keys/self-test.ts";
import type { WaitUntil } from "../platform/host.ts";

/**
 * Names of settings and bindings, and what is wrong with them; never a secret. It may wait for the
 * list of revocations, and for the provider of keys.
 */
export async function readiness(
  deployment: DeploymentResult,
  env: Partial<Cloudflare.Env>,
  nowSeconds: number,
  waitUntil: WaitUntil,
): Promise<Readiness> {
  const problems: NamedProblem[] = deployment.ok ? [] : [...deployment.errors];
  if (wantsRevocations(env)) problems.push(...bindingProblems(env));
  if (!selfTest()) problems.push({ name: "core", message: "fails its self-test" });
  const keys = deployment.ok && (await deployment.value.grants.state(nowSeconds, waitUntil));
  if (keys) problems.push(...keys.problems);
  if (!deployment.ok || !keys || problems.length > 0) return { status: "not_ready", problems };
  const { config, revocations, grants } = deployment.value;
  const warnings = [
    ...settingWarnings(config, nowSeconds),
    ...bindingWarnings(env),
    ...keys.warnings,
    ...((await revocations?.warnings(nowSeconds, waitUntil)) ?? []),
  ];
  return {
    status: "ready",
    warnings,
    ...revocations?.state(nowSeconds),
    keySetAgeSeconds: grants.keySetAge(nowSeconds),
  };
}
