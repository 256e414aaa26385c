// Each command of docs/command-line.md is run as it is printed there, by a shell, against a
// deployment and offline. Where the document shows an output, it is what the command prints.

import { execFile, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { APP_ID, SECRETS, settings } from "../support/settings.ts";
import { type RunningWorker, startWorker } from "../support/worker/worker.ts";

const root = fileURLToPath(new URL("../..", import.meta.url).href);
const document = readFileSync(join(root, "docs/command-line.md"), "utf8");
const hasShell = spawnSync("sh", ["-c", "exit 0"]).status === 0;

/** A block of commands, and the output that follows it. */
const blocks = Array.from(
  document.matchAll(/^```sh\n([\s\S]*?)^```\n(?:\n```text\n([\s\S]*?)^```)?/gm),
  ([, commands = "", output]) => ({ commands: commands.trimEnd().split("\n"), output }),
).filter(({ commands }) => !commands.some((command) => command.startsWith("npm ")));

/** These ask a deployment; the others are shown offline. */
const REMOTE = /latchkey (revoke|doctor) /;

let worker: RunningWorker;
/** A folder with an `npx` that runs what was built. */
let bin: string;
beforeAll(async () => {
  const origins = { ALLOWED_ORIGINS: "https://app.example.com" };
  worker = await startWorker(inject("bundle"), { settings: settings(origins) });
  bin = mkdtempSync(join(tmpdir(), "latchkey-npx-"));
  const npx = join(bin, "npx");
  const run = `exec "${process.execPath}" "${join(root, "dist/cli.js")}" "$@"`;
  writeFileSync(npx, `#!/bin/sh\n[ "$1" = latchkey ] || exit 9\nshift\n${run}\n`);
  chmodSync(npx, 0o755);
});
afterAll(async () => {
  rmSync(bin, { recursive: true, force: true });
  await worker?.stop();
});

/** What a shell prints. Throws where a command fails. */
async function shell(commands: readonly string[]): Promise<string> {
  const { APP_CERTIFICATE, GRANT_SECRET, SERVICE_KEY } = SECRETS;
  const env = {
    PATH: `${bin}${delimiter}${process.env.PATH}`,
    ...(commands.some((command) => REMOTE.test(command))
      ? { LATCHKEY_URL: worker.url, SERVICE_KEY }
      : { APP_ID, APP_CERTIFICATE, GRANT_SECRET }),
  };
  const script = ["set -e", ...commands].join("\n");
  // Not synchronously: this process answers for Workers KV.
  const { stdout } = await promisify(execFile)("sh", ["-c", script], { env: env as never });
  return stdout;
}

/** Without what differs from one run to the next, or between a test and a real deployment. */
function shape(output: string): string {
  return output
    .replace(/[\w+/=.-]{20,}/g, "RANDOM")
    .replace(/\(in [^)]*\)|\([^)]* ago\)|\(now\)/g, "(FROM NOW)")
    .replace(/\d+/g, "0")
    .replace(/^(ok|warning) +https .*\n/m, "")
    .replace(/^0 ok, .*\n/m, "");
}

test("there are examples", () => {
  expect(blocks.length).toBeGreaterThan(8);
});

describe.skipIf(!hasShell)("docs/command-line.md", () => {
  test.each(blocks)("$commands", async ({ commands, output }) => {
    const printed = await shell(commands);
    if (output === undefined) return;
    expect(shape(printed)).toBe(shape(output));
  });
});
