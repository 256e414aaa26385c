// Whether the process answers, and whether it can issue keys.

import { bindingWarnings } from "../config/bindings.ts";
import type { DeploymentResult } from "../config/deployment.ts";
import type { Readiness } from "../contract/responses.ts";
import { selfTest } from "../keys/self-test.ts";
import type { WaitUntil } from "../platform/host.ts";

/** Names of settings, never their values. It may wait for the list of revocations. */
export async function readiness(
  deployment: DeploymentResult,
  env: Partial<Cloudflare.Env>,
  nowSeconds: number,
  waitUntil: WaitUntil,
): Promise<Readiness> {
  const problems = deployment.ok ? [] : [...deployment.errors];
  if (!selfTest()) problems.push({ name: "core", message: "fails its self-test" });
  if (!deployment.ok || problems.length > 0) return { status: "not_ready", problems };
  const { revocations } = deployment.value;
  const ofList = (await revocations?.warnings(nowSeconds, waitUntil)) ?? [];
  return { status: "ready", warnings: [...bindingWarnings(env), ...ofList] };
}
