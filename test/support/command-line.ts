// `npx latchkey` as a process of its own, with an environment that holds what a test gives it.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { inject } from "vitest";
import { CountingCommandLine } from "./counting-command-line.ts";

const SHIPPED = fileURLToPath(new URL("../../dist/cli.js", import.meta.url).href);

declare module "vitest" {
  interface ProvidedContext {
    hasCoverage: boolean;
  }
}

/** While coverage is counted, the same program with counters in it. */
const counting = inject("hasCoverage") ? new CountingCommandLine() : undefined;

export interface Surroundings {
  readonly env?: Readonly<Record<string, string>>;
  /** What is piped in. */
  readonly input?: string;
}

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** stdout as JSON; undefined where it is none. */
  readonly json: unknown;
}

export async function latchkey(
  args: readonly string[],
  { env = {}, input = "" }: Surroundings = {},
): Promise<Outcome> {
  const counted = await counting?.prepare();
  // Nothing of this process's own environment: it may name a deployment.
  const environment = { ...env, ...counted?.env } as unknown as NodeJS.ProcessEnv;
  const command = [counted?.path ?? SHIPPED, ...args];
  const child = spawn(process.execPath, command, { env: environment, stdio: "pipe" });
  // Most commands read nothing, and may have ended before this is written.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close") as Promise<[number | null]>,
  ]);
  counted?.collect();
  return { status, stdout, stderr, json: jsonOf(stdout) };
}

function jsonOf(stdout: string): unknown {
  try {
    return JSON.parse(stdout);
  } catch {
    return undefined;
  }
}
