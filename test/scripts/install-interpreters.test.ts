// .ci/install-interpreters helps where it can, and never stands in the way of a run.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "latchkey-apt-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs it with these programs in place of the machine's. */
function install(programs: Readonly<Record<string, string>>, CI = "true") {
  for (const [name, script] of Object.entries(programs))
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const env: Record<string, string> = { CI, PATH: `${folder}:/usr/bin:/bin` };
  const { status, stdout } = spawnSync("bash", [".ci/install-interpreters"], {
    env: env as NodeJS.ProcessEnv,
    encoding: "utf8",
  });
  return { status, stdout };
}

const NOTHING_IS_HERE = { "dpkg-query": "exit 1", "apt-cache": "exit 0", id: "echo 0" };

test.runIf(process.platform === "linux").each([
  ["on a developer's machine", { "apt-get": "exit 0" }, "", "CI is not set"],
  ["without root", { "apt-get": "exit 0", id: "echo 1000", sudo: "exit 1" }, "true", "not root"],
  [
    "where all is here",
    { ...NOTHING_IS_HERE, "apt-get": "exit 1", "dpkg-query": "echo 'ii '" },
    "true",
    "all interpreters are here",
  ],
  [
    "where apt knows nothing",
    { ...NOTHING_IS_HERE, "apt-get": "exit 0", "apt-cache": "exit 100" },
    "true",
    "apt does not know",
  ],
  ["without a network", { ...NOTHING_IS_HERE, "apt-get": "exit 100" }, "true", "could not install"],
  ["with apt", { ...NOTHING_IS_HERE, "apt-get": "exit 0" }, "true", "installed php-curl ruby-jwt"],
])("%s", (_, programs, ci, said) => {
  const { status, stdout } = install(programs, ci);
  expect(stdout).toContain(said);
  expect(status).toBe(0);
});
