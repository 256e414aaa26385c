// Known vulnerabilities in what is deployed, where the registry can tell. One that can't be asked fails nothing: a build must not
// depend on the network. `check-lockfile.mjs` holds what holds without it.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const args = ["audit", "--json", "--omit=dev", "--fetch-retries=0", "--fetch-timeout=10000"];
const root = fileURLToPath(new URL("..", import.meta.url));
const { stdout } = spawnSync("npm", args, { cwd: root, encoding: "utf8", timeout: 60_000 });
const found = vulnerabilities(stdout);
if (found === undefined) {
  console.log("audit: the registry does not say; skipped");
} else {
  const { high, critical, total } = found;
  console.log(
    `audit: ${total} known vulnerabilities in what is deployed, ${high + critical} of them high or critical`,
  );
  if (high + critical > 0) {
    console.log("See `npm audit --omit=dev`.");
    process.exitCode = 1;
  }
}

function vulnerabilities(json) {
  try {
    return JSON.parse(json).metadata?.vulnerabilities;
  } catch {
    return undefined;
  }
}
