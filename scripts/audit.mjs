// Known vulnerabilities in the libraries that the Worker bundles, where the registry can tell. If
// it can't be asked, nothing fails: a build must not depend on the network. `check-lockfile.mjs`
// checks what needs no network.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const args = ["audit", "--json", "--fetch-retries=0", "--fetch-timeout=10000"];
const { stdout } = spawnSync("npm", args, { cwd: root, encoding: "utf8", timeout: 60_000 });
const bundled = bundledPackages();
const found = vulnerabilities(stdout);
if (found === undefined) {
  console.log("audit: the registry does not say; skipped");
} else {
  const affected = Object.values(found).filter(({ name }) => bundled.has(name));
  const severe = affected.filter(({ severity }) => ["high", "critical"].includes(severity));
  const names = [...bundled].join(", ");
  console.log(
    `audit of ${names}: ${affected.length} vulnerable, ${severe.length} of them severely`,
  );
  for (const { name, severity } of affected) console.log(`${name}: ${severity} (npm audit)`);
  if (severe.length > 0) process.exitCode = 1;
}

/** What src/ imports by a package's name, but for what the build alone needs. */
function bundledPackages() {
  const files = readdirSync(`${root}src`, { recursive: true }).filter((path) => /\.ts$/.test(path));
  const sources = files.map((path) => readFileSync(`${root}src/${path}`, "utf8"));
  const imports = sources.flatMap((source) => [...source.matchAll(/from "(\w[\w-]*)(?:\/|")/g)]);
  return new Set(imports.map(([, name]) => name));
}

function vulnerabilities(json) {
  try {
    return JSON.parse(json).vulnerabilities;
  } catch {
    return undefined;
  }
}
