// Whether the process answers, and whether it can issue keys.

import type { DeploymentResult } from "../config/deployment.ts";
import { bindingWarnings } from "../config/deployment-bindings.ts";
import type { Readiness } from "../contract/responses.ts";
import { selfTest } from "../keys/self-test.ts";

/** Names of settings, never their values. */
export function readiness(deployment: DeploymentResult, env: Partial<Cloudflare.Env>): Readiness {
  const problems = deployment.ok ? [] : [...deployment.errors];
  if (!selfTest()) problems.push({ name: "core", message: "fails its self-test" });
  if (problems.length > 0) return { status: "not_ready", problems };
  return { status: "ready", warnings: bindingWarnings(env) };
}
