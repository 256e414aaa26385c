// Each command of docs/command-line.md is run as it is printed there, by a shell, against a
// deployment and offline. Where the document shows an output, it is what the command prints.

import { execFile, spawnSync } from "node:child_process";
import { chmodSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { APP_ID, SECRETS, settings } from "../support/settings.ts";
import { FakeAgora } from "../support/worker/fake-agora.ts";
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

let agora: FakeAgora;
let worker: RunningWorker;
/** A folder with an `npx` that runs what was built, and the `.dev.vars` of `npm start`. */
let bin: string;
beforeAll(async () => {
  agora = await FakeAgora.start();
  const own = settings({ ALLOWED_ORIGINS: "https://app.example.com", ...agora.settings });
  worker = await startWorker(inject("bundle"), { settings: own });
  bin = mkdtempSync(join(tmpdir(), "latchkey-npx-"));
  const npx = join(bin, "npx");
  const run = `exec "${process.execPath}" "${join(root, "bin/latchkey.js")}" "$@"`;
  writeFileSync(npx, `#!/bin/sh\n[ "$1" = latchkey ] || exit 9\nshift\n${run}\n`);
  chmodSync(npx, 0o755);
  const vars = Object.entries({ APP_ID, ...SECRETS });
  writeFileSync(join(bin, ".dev.vars"), vars.map(([name, value]) => `${name}=${value}\n`).join(""));
});
afterAll(async () => {
  rmSync(bin, { recursive: true, force: true });
  await worker?.stop();
  await agora?.stop();
});

/** What a shell prints. Throws where a command fails. */
async function shell(commands: readonly string[]): Promise<string> {
  const { APP_CERTIFICATE, GRANT_SECRET, SERVICE_KEY } = SECRETS;
  const env = {
    PATH: `${bin}${delimiter}${process.env.PATH}`,
    ...(commands.some((command) => REMOTE.test(command))
      ? { LATCHKEY_URL: worker.url, SERVICE_KEY }
      : !commands.some((command) => command.includes("--vars")) && {
          ...{ APP_ID, APP_CERTIFICATE, GRANT_SECRET },
        }),
  };
  const script = ["set -e", ...commands].join("\n");
  // Not synchronously: this process answers for Workers KV.
  const { stdout } = await promisify(execFile)("sh", ["-c", script], {
    cwd: bin,
    env: env as never,
  });
  return stdout;
}

/** Without what differs from one run to the next, or between a test and a real deployment. */
function shape(output: string): string {
  return (
    output
      // The document shortens what scanners for leaked secrets would take for one.
      .replace(/[\w+/=.-]{20,}…?/g, "RANDOM")
      .replace(/\(in [^)]*\)|\([^)]* ago\)|\(now\)/g, "(FROM NOW)")
      .replace(/\d+/g, "0")
      .replace(/^(ok|warning) +https .*\n/m, "")
      .replace(/^0 ok, .*\n/m, "")
  );
}

test("no document has a whole service key or grant: scanners would report it as leaked", () => {
  const WHOLE = /lk_[a-z0-9-]+_[\w-]{43}_[0-9a-f]{8}|eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/;
  const paths = globSync(["*.md", "{docs,examples}/**/*.md"], { cwd: root });
  const documents = paths.filter((path) => !path.includes("node_modules"));
  expect(documents).toContain(join("docs", "command-line.md"));
  const offences = documents.filter((path) => WHOLE.test(readFileSync(join(root, path), "utf8")));
  expect(offences).toEqual([]);
});

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
