// `npm run deploy`: deploys, but not a service that could issue no key, nor one whose revocations
// got lost. `-- --config FILE --env NAME` choose another configuration than wrangler.toml, or an
// environment of it.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { unstable_readConfig as readWranglerConfig } from "wrangler";
import { missingForDeployment } from "./deployment-check.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const { values } = parseArgs({
  options: {
    config: { type: "string", short: "c", default: "wrangler.toml" },
    // wrangler reads this variable too, and what is checked must be what is deployed.
    env: { type: "string", short: "e", default: process.env.CLOUDFLARE_ENV },
  },
});
const { config, env = "" } = values;
const target = ["--config", config, ...(env === "" ? [] : ["--env", env])];
const settings = readWranglerConfig({ config, env });
const missing = missingForDeployment({
  vars: settings.vars,
  secrets: namesOfSecrets(),
  bindings: [
    ...settings.durable_objects.bindings.map(({ name }) => name),
    ...settings.kv_namespaces.map(({ binding }) => binding),
  ],
  env: env === "" ? undefined : env,
});
if (missing.length > 0) {
  console.error(["Not deployed. Missing:", ...missing.map((what) => `  - ${what}`)].join("\n"));
  process.exit(1);
}
const { status } = wrangler(["deploy", ...target], "inherit");
process.exit(status ?? 1);

/** The names alone: values can't be read back. A Worker that does not exist yet has none. */
function namesOfSecrets() {
  const { status, stdout, stderr } = wrangler(
    ["secret", "list", "--format", "json", ...target],
    "pipe",
  );
  if (status === 0) return JSON.parse(stdout).map(({ name }) => name);
  console.error(`The Worker's secrets could not be listed:\n${stderr || stdout}`);
  return [];
}

function wrangler(args, output) {
  const bin = process.env.WRANGLER_BIN ?? `${root}/node_modules/wrangler/bin/wrangler.js`;
  return spawnSync(process.execPath, [bin, ...args], {
    cwd: root,
    encoding: "utf8",
    stdio: ["inherit", output, output],
  });
}
