// The service as it is deployed, in a real workerd, on a port of the loopback that the system chooses.

import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { createTestHarness } from "wrangler";

export interface RunningDeployment {
  readonly origin: string;
  readonly appId: string;
  readonly serviceKey: string;
  close(): Promise<void>;
}

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** With secrets of its own, so that no .dev.vars is needed, and none read has any effect. */
export async function startDeployment(vars: Record<string, string> = {}): Promise<RunningDeployment> {
  const hex = () => randomBytes(16).toString("hex");
  const appId = hex();
  const serviceKey = randomBytes(32).toString("base64url");
  const secrets = { APP_CERTIFICATE: hex(), SERVICE_KEY: serviceKey, GRANT_SECRET: randomBytes(32).toString("base64url") };
  const harness = createTestHarness({
    root,
    workers: [{ configPath: "wrangler.toml", vars: { APP_ID: appId, ...vars }, secrets }],
  });
  const { url } = await harness.listen();
  return { origin: url.origin, appId, serviceKey, close: () => harness.close() };
}
