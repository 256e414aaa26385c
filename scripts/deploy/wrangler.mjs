// Runs wrangler for a deployment. WRANGLER_BIN names another one, for tests.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";

const root = fileURLToPath(new URL("../..", import.meta.url));
const TOKENS = ["CLOUDFLARE_API_TOKEN", "CLOUDFLARE_API_KEY", "CF_API_TOKEN", "CF_API_KEY"];

/** Wrangler's error, a line of its own. The release is pinned, and a test asks the real one. */
const NO_WORKER = /^(?:\S )?\[ERROR\] Worker "([^"]*)"(?: \(env: [^)]*\))? not found\.$/m;

/** `target` chooses the configuration and the environment. */
export class Wrangler {
  #target;

  constructor(target) {
    this.#target = target;
  }

  /** Whether somebody is logged in, or a token stands in the environment. */
  isLoggedIn() {
    if (TOKENS.some((name) => process.env[name])) return true;
    return !/"loggedIn":\s*false/.test(run(["whoami", "--json"]).stdout);
  }

  /** The names alone: values can't be read back. A Worker that does not exist yet has none. */
  namesOfSecrets(workerName) {
    const list = run(["secret", "list", "--format", "json", ...this.#target]);
    if (list.status === 0) return JSON.parse(list.stdout).map(({ name }) => name);
    const message = list.stderr || list.stdout;
    // Any other failure must not look like "none": the secrets that are there would be replaced.
    const [, missing] = NO_WORKER.exec(stripVTControlCharacters(message)) ?? [];
    if (missing === workerName) return [];
    throw new Error(`The Worker's secrets could not be listed:\n${message}`);
  }

  /** They go through a pipe, so that neither a file nor the process list shows them. */
  setSecrets(secrets) {
    const bulk = run(["secret", "bulk", ...this.#target], { input: JSON.stringify(secrets) });
    if (bulk.status !== 0)
      throw new Error(`The secrets could not be set:\n${bulk.stderr || bulk.stdout}`);
  }

  /** Deploys; the address of the Worker, if wrangler tells it. */
  deploy(...options) {
    const folder = mkdtempSync(join(tmpdir(), "latchkey-deploy-"));
    try {
      const events = join(folder, "events");
      const env = { ...process.env, WRANGLER_OUTPUT_FILE_PATH: events };
      const { status } = run(["deploy", ...options, ...this.#target], { stdio: "inherit", env });
      return { status: status ?? 1, url: addressIn(events) };
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
}

function run(args, options = {}) {
  const bin = process.env.WRANGLER_BIN ?? `${root}/node_modules/wrangler/bin/wrangler.js`;
  return spawnSync(process.execPath, [bin, ...args], {
    cwd: root,
    encoding: "utf8",
    stdio: [options.input === undefined ? "inherit" : "pipe", "pipe", "pipe"],
    ...options,
  });
}

/**
 * The first address in wrangler's events, one JSON object a line. A custom domain stands first: it
 * is what clients will use. A route with `*` is no address.
 */
function addressIn(path) {
  let events = "";
  try {
    events = readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
  const targets = events
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line))
    .filter(({ type }) => type === "deploy")
    .flatMap(({ targets }) => targets ?? [])
    .map((target) => target.replace(/ .*/s, ""))
    .filter((target) => !target.includes("*"));
  const domain = targets.find((target) => !target.includes("://"));
  return domain === undefined ? targets[0] : `https://${domain}`;
}
