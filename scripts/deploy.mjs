// `npm run deploy`: deploys, and says how to use what it deployed. It makes the secrets that are
// missing. It deploys no service that could issue no key, nor one whose revocations got lost.
//   -- --config FILE        another configuration than wrangler.toml
//   -- --env NAME           an environment of it
//   -- --secrets-file FILE  where the secrets that it makes are written, instead of shown
//   -- --wait SECONDS       how long it waits for GET /ready
//   -- --dry-run            checks and builds, and needs no account
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { unstable_readConfig as readWranglerConfig } from "wrangler";
import { awaitReady } from "./deploy/await-ready.mjs";
import { isCommittable } from "./deploy/committable.mjs";
import { newSecrets, writeSecrets } from "./deploy/new-secrets.mjs";
import { Wrangler } from "./deploy/wrangler.mjs";
import { missingForDeployment, missingSecrets, missingSettings } from "./deployment-check.mjs";
import { deployedRequest } from "./first-request.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const { config, env, wait, "secrets-file": secretsFile, "dry-run": isDryRun } = options();
// Always an --env: without one wrangler would read CLOUDFLARE_ENV, from .env files too, and deploy
// another environment than was checked.
const wrangler = new Wrangler(["--config", config, "--env", env]);
try {
  process.exitCode = await deploy();
} catch (error) {
  fail(error.message);
}

/** The exit code. */
async function deploy() {
  const settings = readWranglerConfig({ config, env });
  const deployment = {
    vars: settings.vars,
    bindings: [
      ...settings.durable_objects.bindings.map(({ name }) => name),
      ...settings.kv_namespaces.map(({ binding }) => binding),
    ],
    env: env === "" ? undefined : env,
  };
  refuseIf(missingSettings(deployment));
  if (secretsFile !== undefined && isCommittable(resolve(root, secretsFile))) {
    fail(
      `--secrets-file: git does not ignore ${secretsFile}, so its secrets could get into a ` +
        `commit. Take .deployed-secrets.${settings.name}, or a file outside of the repository.`,
    );
  }
  if (isDryRun) return rehearse(deployment);
  if (!wrangler.isLoggedIn()) {
    fail(
      "Nobody is logged in at Cloudflare. Run `npx wrangler login`, then this again. " +
        "Where there is no browser, set CLOUDFLARE_API_TOKEN.",
    );
  }
  const secrets = wrangler.namesOfSecrets(settings.name);
  const keyFile = await setMissingSecrets({ ...deployment, secrets }, settings.name);
  const { status, url } = wrangler.deploy();
  if (status !== 0) fail("`wrangler deploy` failed: see above.");
  if (url === undefined) {
    console.log("Deployed. Its address is in wrangler's output: ask GET /ready there.");
    return 0;
  }
  return reportReadiness(url, keyFile);
}

/** Does what needs no account. Whether the Worker has its secrets only Cloudflare knows. */
function rehearse(deployment) {
  const { status } = wrangler.deploy("--dry-run");
  if (status !== 0) fail("`wrangler deploy --dry-run` failed: see above.");
  const secrets = missingSecrets({ ...deployment, secrets: [] });
  console.log(list("\nNothing was deployed. A Worker needs these secrets:", secrets));
  return 0;
}

/** Makes and sets what is missing. Returns what `hand` does. */
async function setMissingSecrets(deployment, workerName) {
  const wanted = missingSecrets(deployment);
  const { given, made, missing } = await newSecrets(wanted, {
    canAsk: Boolean(process.stdin.isTTY && process.stdout.isTTY && !process.env.CI),
    isCi: Boolean(process.env.CI),
    environment: process.env,
  });
  if (missing.length > 0) {
    const present = [...deployment.secrets, ...wanted.filter((name) => !missing.includes(name))];
    const lacks = missingForDeployment({ ...deployment, secrets: present });
    // Cloudflare's own builds may set the secrets after the first deployment.
    if (!process.env.WORKERS_CI) refuseIf(lacks);
    console.warn(list("It will issue no key until it has:", lacks));
  }
  const keyFile = hand(made, workerName);
  if (Object.keys({ ...given, ...made }).length > 0) wrangler.setSecrets({ ...given, ...made });
  return keyFile;
}

/**
 * Shows what was made, or writes it down: before it is set, since it can't be read back. A log is
 * no place for secrets, so only a terminal shows them. Returns the file that has the service key,
 * if any.
 */
function hand(made, workerName) {
  const names = Object.keys(made);
  if (names.length === 0) return undefined;
  if (process.stdout.isTTY && secretsFile === undefined) {
    const lines = Object.entries(made).map(([name, value]) => `  ${name}=${value}`);
    console.log(
      `Made these secrets. Keep them: they are not shown again.\n\n${lines.join("\n")}\n`,
    );
    return undefined;
  }
  const path = secretsFile ?? `.deployed-secrets.${workerName}`;
  writeSecrets(resolve(root, path), made);
  console.log(`Made ${names.join(" and ")}, and wrote them to ${path}. Only you can read it.`);
  return "SERVICE_KEY" in made ? path : undefined;
}

async function reportReadiness(url, keyFile) {
  console.log(`\nAsking ${url}/ready …`);
  const state = await awaitReady(url, Number(wait));
  if (state?.status !== "ready") {
    const problems = state?.problems?.map(({ name, message }) => `${name} ${message}`);
    const text = problems
      ? list("Deployed, but not ready:", problems)
      : `Deployed, but nothing of ours answers at ${url} after ${wait} s. Ask it again later.`;
    console.error(text);
    return 1;
  }
  const warnings = state.warnings.map(({ name, message }) => `Warning: ${name} ${message}`);
  console.log(["Ready.", ...warnings].join("\n"));
  const how = keyFile ? "" : " (it waits until you paste the service key, and does not show it)";
  console.log(`\nAsk for a key${how}:\n\n${deployedRequest(url, keyFile)}\n`);
  return 0;
}

function options() {
  try {
    const { values } = parseArgs({
      options: {
        config: { type: "string", short: "c", default: "wrangler.toml" },
        env: { type: "string", short: "e", default: process.env.CLOUDFLARE_ENV ?? "" },
        "secrets-file": { type: "string" },
        wait: { type: "string", default: "90" },
        "dry-run": { type: "boolean", default: false },
      },
    });
    if (!/^\d+$/.test(values.wait)) throw new Error("--wait takes whole seconds.");
    return values;
  } catch (error) {
    return fail(
      `${error.message}\nnpm run deploy takes -- --config FILE --env NAME --secrets-file FILE ` +
        "--wait SECONDS --dry-run",
    );
  }
}

function refuseIf(missing) {
  if (missing.length > 0) fail(list("Missing:", missing));
}

function list(title, items) {
  return [title, ...items.map((item) => `  - ${item}`)].join("\n");
}

function fail(message) {
  console.error(`Not deployed. ${message}`);
  process.exit(1);
}
