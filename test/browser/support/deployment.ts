// The service as it is deployed, in a real workerd, on a port of the loopback that the system chooses.

import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createTestHarness, unstable_readConfig as readWranglerConfig } from "wrangler";

export interface RunningDeployment {
  readonly origin: string;
  readonly appId: string;
  readonly serviceKey: string;
  close(): Promise<void>;
}

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** With an App ID and secrets of its own; `vars` go beside those of wrangler.toml, or in their place. */
export async function startDeployment(
  vars: Record<string, string> = {},
): Promise<RunningDeployment> {
  const hex = () => randomBytes(16).toString("hex");
  const appId = hex();
  const serviceKey = randomBytes(32).toString("base64url");
  const secrets = {
    APP_CERTIFICATE: hex(),
    SERVICE_KEY: serviceKey,
    GRANT_SECRET: randomBytes(32).toString("base64url"),
  };
  // workerd would ask for the place of this machine on the network.
  process.env.CLOUDFLARE_CF_FETCH_ENABLED = "false";
  // wrangler.toml, but for its build: `npm test` has built everything, and another build would pull it away from under other tests.
  const { build, triggers, ...config } = readWranglerConfig({ config: `${root}/wrangler.toml` });
  // Its paths are relative to wrangler.toml, which lies elsewhere than the harness looks from.
  const alias = Object.fromEntries(
    Object.entries(config.alias ?? {}).map(([name, path]) => [name, join(root, String(path))]),
  );
  const harness = createTestHarness({
    // Not where a developer's .dev.vars lies, whose values would win.
    root: `${root}/build`,
    workers: [
      {
        config: {
          ...config,
          alias,
          ...(config.assets && {
            assets: { ...config.assets, directory: `${root}/build/console` },
          }),
          vars: { ...config.vars, APP_ID: appId, ...secrets, ...vars },
        },
      },
    ],
  });
  const { url } = await harness.listen();
  return { origin: url.origin, appId, serviceKey, close: () => harness.close() };
}
