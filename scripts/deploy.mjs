// `npm run deploy`: deploys, but not a service that could issue no key. Arguments go on to `wrangler deploy`.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { unstable_readConfig as readWranglerConfig } from "wrangler";
import { missingForDeployment } from "./deployment-check.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const { vars } = readWranglerConfig({ config: `${root}/wrangler.toml` });
const missing = missingForDeployment(vars, namesOfSecrets());
if (missing.length > 0) {
  console.error(["Not deployed. Missing:", ...missing.map((what) => `  - ${what}`)].join("\n"));
  process.exit(1);
}
const { status } = wrangler(["deploy", ...process.argv.slice(2)], "inherit");
process.exit(status ?? 1);

/** The names alone: values can't be read back. A Worker that does not exist yet has none. */
function namesOfSecrets() {
  const { status, stdout, stderr } = wrangler(["secret", "list", "--format", "json"], "pipe");
  if (status === 0) return JSON.parse(stdout).map(({ name }) => name);
  console.error(`The Worker's secrets could not be listed:\n${stderr || stdout}`);
  return [];
}

function wrangler(args, output) {
  const bin = process.env.WRANGLER_BIN ?? `${root}/node_modules/wrangler/bin/wrangler.js`;
  return spawnSync(process.execPath, [bin, ...args], { cwd: root, encoding: "utf8", stdio: ["inherit", output, output] });
}
