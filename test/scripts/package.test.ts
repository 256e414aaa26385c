// What the library brings with it: itself, and nothing else.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url).href);
const folder = mkdtempSync(`${tmpdir()}/latchkey-package-`);
afterAll(() => rmSync(folder, { recursive: true }));

function npm(...args: readonly string[]): string {
  const options = [
    "--cache",
    `${folder}/cache`,
    "--offline",
    "--no-audit",
    "--no-fund",
    "--silent",
  ];
  // On Windows npm is a script that only a shell finds.
  const shell = process.platform === "win32";
  return execFileSync("npm", [...args, ...options], { cwd: folder, encoding: "utf8", shell });
}

test("installing the tarball brings one package, and it works", () => {
  npm("pack", root, "--ignore-scripts");
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz")) ?? "";
  npm("install", "--prefix", folder, `${folder}/${tarball}`);
  const installed = readdirSync(`${folder}/node_modules`).filter((name) => !name.startsWith("."));
  expect(installed).toEqual(["latchkey"]);

  const program = `
    import { createSigner, inspect } from "latchkey";
    import { createKeySource } from "latchkey/client";
    const hex = "0".repeat(32);
    const signer = createSigner({ appId: hex, appCertificate: hex });
    const times = { unixTs: 1, randomInt: 2, expiredTs: 3 };
    const key = signer.channelKey({ version: 5, channel: "room-1", uid: 42, ...times });
    console.log(inspect(key).version, typeof createKeySource);`;
  const args = ["--input-type=module", "--eval", program];
  const printed = execFileSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
  expect(printed).toBe("5 function\n");
});
