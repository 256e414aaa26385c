// Installs this repository's HEAD from git into an app's folder, as docs/library.md says, and uses
// it: `prepare` must have built it there. Needs npm's registry, so it is no part of `npm test`.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "latchkey-git-"));
const USE = `
  import { createSigner, inspect } from "latchkey";
  import { DynamicKey4 } from "latchkey/dynamic-key";
  import { createKeySource } from "latchkey/client";
  const hex = "0123456789abcdef".repeat(2);
  const key = createSigner({ appId: hex, appCertificate: hex })
    .channelKey({ version: 5, channel: "a", unixTs: 1, randomInt: 1, uid: 1, expiredTs: 0 });
  console.log(inspect(key).version, typeof DynamicKey4, typeof createKeySource);`;

try {
  const [clone, app] = ["clone", "app"].map((name) => join(folder, name));
  run("git", ["clone", "--quiet", root, clone], folder);
  mkdirSync(app);
  writeFileSync(join(app, "package.json"), '{ "type": "module" }');
  run("npm", ["install", "--no-audit", "--no-fund", `git+${pathToFileURL(clone)}`], app);
  writeFileSync(join(app, "use.js"), USE);
  const said = run(process.execPath, ["use.js"], app).trim();
  if (said !== "5 object function") throw new Error(said);
  console.log("install from git: built, and it makes keys");
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function run(program, args, cwd) {
  // npm's settings of this run, such as its prefix, are not the app's.
  const env = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name));
  const shell = process.platform === "win32";
  const stdio = ["ignore", "pipe", "inherit"];
  return execFileSync(program, args, {
    cwd,
    shell,
    stdio,
    encoding: "utf8",
    env: Object.fromEntries(env),
  });
}
