// `npm run release`: checks, packs and publishes the package, and tags the commit. `-- --dry-run`
// says what would stop it, packs, and publishes nothing. `--name @you/latchkey` publishes by
// another name, `--tag next` under another tag than "latest".
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { git, packRelease, publishedManifest, repositoryUrl } from "./release-tarball.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const { values } = parseArgs({
  options: {
    "dry-run": { type: "boolean", default: false },
    name: { type: "string" },
    tag: { type: "string", default: "latest" },
  },
});
const isDry = values["dry-run"];
const { name, version } = publishedManifest(values.name);
const gitTag = `v${version}`;

const problems = [
  git("status", "--porcelain") !== "" && "there are changes that are not committed",
  git("tag", "--list", gitTag) !== "" && `${gitTag} is a tag already: raise "version"`,
  !new RegExp(`^## ${version.replaceAll(".", "\\.")}\\b`, "m").test(
    readFileSync(join(root, "CHANGELOG.md"), "utf8"),
  ) && `CHANGELOG.md has no section "## ${version}"`,
  repositoryUrl() === undefined &&
    'there is no remote "origin", which becomes "repository": git remote add origin …',
].filter(Boolean);
for (const problem of problems) console.error(`${isDry ? "would stop" : "stopped"}: ${problem}`);
if (problems.length > 0 && !isDry) process.exit(1);

if (isDry) {
  run("run", "--silent", "build");
  execFileSync(process.execPath, ["scripts/check-package.mjs"], { cwd: root, stdio: "inherit" });
} else {
  // Who is not logged in should learn it before the tests.
  run("whoami");
  run("test");
  run("run", "check");
}

const folder = mkdtempSync(join(tmpdir(), "latchkey-release-"));
try {
  const { tarball, files, size } = packRelease(folder, values.name);
  for (const path of files) if (!path.includes("types/")) console.log(`  ${path}`);
  const types = files.filter((path) => path.includes("types/")).length;
  console.log(
    `  and ${types} declarations\n${name}@${version}: ${(size / 1000).toFixed(0)} KB packed`,
  );
  if (isDry) console.log(`Would publish it as "${values.tag}", and tag the commit ${gitTag}.`);
  else {
    run("publish", tarball, "--access", "public", "--tag", values.tag);
    git("tag", gitTag);
    console.log(`Published. Push the tag: git push origin ${gitTag}`);
  }
} finally {
  rmSync(folder, { recursive: true });
}

function run(...args) {
  // On Windows npm is a script that only a shell finds.
  const shell = process.platform === "win32";
  execFileSync("npm", args, { cwd: root, stdio: "inherit", shell });
}
