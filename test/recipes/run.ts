// How the tests find and run a recipe's interpreter or compiler: what is not on this machine is
// reported, never fetched.
import { spawn, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export const recipes = fileURLToPath(new URL("../../docs/recipes/", import.meta.url).href);

/** Names and values; what is undefined is not set. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command, and where it runs. */
export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Environment;
}

/**
 * This process's environment without proxies, which would stand between a recipe and the loopback,
 * and without our settings.
 */
export function plainEnvironment(): Environment {
  const ours = /^(.*_proxy|LATCHKEY_.*|SERVICE_KEY|GRANT_SECRET|APP_ID|APP_CERTIFICATE)$/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)));
}

/** For looking around before the tests: does this succeed here? */
export function succeeds(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: Environment; input?: string } = {},
): boolean {
  const env = (options.env ?? process.env) as NodeJS.ProcessEnv;
  return (
    spawnSync(command, args, {
      ...options,
      env,
      timeout: 120_000,
      stdio: ["pipe", "ignore", "ignore"],
    }).status === 0
  );
}

export function run({ command, args, cwd = recipes, env = {} }: Command): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...plainEnvironment(), ...env } as NodeJS.ProcessEnv,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      stderr += text;
    });
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, stdout, stderr }));
  });
}
