// `npm run deploy`: deploys, but not a service that could issue no key, nor one whose revocations
// got lost. `-- --config FILE --env NAME` choose another configuration than wrangler.toml, or an
// environment of it.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { unstable_readConfig as readWranglerConfig } from "wrangler";
import { missingForDeployment } from "./deployment-check.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const { config, env } = options();
// Always an --env: without one wrangler would read CLOUDFLARE_ENV, from .env files too, and deploy
// another environment than was checked.
const target = ["--config", config, "--env", env];
const settings = readSettings();
const missing = missingForDeployment({
  vars: settings.vars,
  secrets: namesOfSecrets(),
  bindings: [
    ...settings.durable_objects.bindings.map(({ name }) => name),
    ...settings.kv_namespaces.map(({ binding }) => binding),
  ],
  env: env === "" ? undefined : env,
});
if (missing.length > 0) fail(["Missing:", ...missing.map((what) => `  - ${what}`)].join("\n"));
const { status } = wrangler(["deploy", ...target], "inherit");
process.exit(status ?? 1);

function options() {
  try {
    const { values } = parseArgs({
      options: {
        config: { type: "string", short: "c", default: "wrangler.toml" },
        env: { type: "string", short: "e", default: process.env.CLOUDFLARE_ENV ?? "" },
      },
    });
    return values;
  } catch (error) {
    return fail(`${error.message}\nnpm run deploy takes -- --config FILE --env NAME`);
  }
}

function readSettings() {
  try {
    return readWranglerConfig({ config, env });
  } catch (error) {
    return fail(error.message);
  }
}

function fail(message) {
  console.error(`Not deployed. ${message}`);
  process.exit(1);
}

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
