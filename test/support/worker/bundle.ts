// What `wrangler deploy` would upload, and what wrangler.toml says that it runs with.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url).href);
const require = createRequire(import.meta.url);

/** Plain data, so that vitest can hand it to its test processes. */
export interface Bundle {
  /** The folder of `index.js` and of the WebAssembly. */
  readonly directory: string;
  readonly compatibilityDate: string;
  readonly vars: Readonly<Record<string, string>>;
  readonly bindings: Bindings;
}

/** The bindings beside the vars, by name. */
export interface Bindings {
  readonly kv: readonly string[];
  readonly rateLimits: readonly string[];
  readonly objects: readonly { readonly name: string; readonly className: string }[];
  readonly assets: { readonly name: string; readonly directory: string } | undefined;
}

/**
 * Makes the bundle in a temporary folder. Builds the core and the console too, as a deployment
 * does.
 */
export async function bundleWorker(): Promise<Bundle> {
  const directory = await mkdtemp(join(tmpdir(), "latchkey-bundle-"));
  await runWrangler("deploy", "--dry-run", "--outdir", directory);
  return { directory, ...(await readWranglerConfig()) };
}

export function removeBundle({ directory }: Bundle): Promise<void> {
  return rm(directory, { recursive: true, force: true });
}

/** Runs wrangler offline in the repository's folder, and returns what it printed. */
export async function runWrangler(...args: readonly string[]): Promise<string> {
  const wrangler = join(dirname(require.resolve("wrangler/package.json")), "bin/wrangler.js");
  const child = spawn(process.execPath, [wrangler, ...args], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      CLOUDFLARE_CF_FETCH_ENABLED: "false",
      WRANGLER_SEND_METRICS: "false",
      WRANGLER_HIDE_BANNER: "true",
    },
  });
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit"),
  ]);
  if (status !== 0) throw new Error(`wrangler ${args.join(" ")} failed:\n${stdout}${stderr}`);
  return stdout;
}

/** What is read of wrangler's configuration. */
interface WranglerConfig {
  readonly compatibility_date?: string;
  readonly vars: Readonly<Record<string, unknown>>;
  readonly kv_namespaces: readonly { readonly binding: string }[];
  readonly ratelimits: readonly { readonly name: string }[];
  readonly durable_objects: {
    readonly bindings: readonly { readonly name: string; readonly class_name: string }[];
  };
  readonly assets?: { readonly binding?: string; readonly directory?: string };
}

async function readWranglerConfig(): Promise<Omit<Bundle, "directory">> {
  // Wrangler is large: it is loaded only where a bundle is made.
  const { unstable_readConfig: readConfig } = await import("wrangler");
  const path = join(root, "wrangler.toml");
  const config: WranglerConfig = readConfig({ config: path }, { hideWarnings: true });
  const { binding, directory = "" } = config.assets ?? {};
  return {
    compatibilityDate: config.compatibility_date ?? "",
    vars: Object.fromEntries(
      Object.entries(config.vars).map(([name, value]) => [name, String(value)]),
    ),
    bindings: {
      kv: config.kv_namespaces.map((kv) => kv.binding),
      rateLimits: config.ratelimits.map(({ name }) => name),
      objects: config.durable_objects.bindings.map(({ name, class_name }) => ({
        name,
        className: class_name,
      })),
      assets:
        binding === undefined ? undefined : { name: binding, directory: resolve(root, directory) },
    },
  };
}
