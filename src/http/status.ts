// Whether the process answers, and whether it can issue keys.

import { bindingWarnings } from "../config/bindings.ts";
import type { DeploymentResult } from "../config/deployment.ts";
import { settingWarnings } from "../config/setting-warnings.ts";
import type { Readiness } from "../contract/responses.ts";
import { selfTest } from "../keys/self-test.ts";

/** Names of settings, never their values. */
export function readiness(deployment: DeploymentResult, env: Partial<Cloudflare.Env>): Readiness {
  const problems = deployment.ok ? [] : [...deployment.errors];
  if (!selfTest()) problems.push({ name: "core", message: "fails its self-test" });
  if (!deployment.ok || problems.length > 0) return { status: "not_ready", problems };
  const warnings = [...settingWarnings(deployment.value.config), ...bindingWarnings(env)];
  return { status: "ready", warnings };
}
