// The lockfile installs everywhere, from anywhere: every platform's binary is in it, and no
// registry's name.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const path = fileURLToPath(new URL("../package-lock.json", import.meta.url));
const { packages } = JSON.parse(readFileSync(path, "utf8"));
const problems = [];
for (const [at, { resolved, integrity, link, optionalDependencies = {} }] of Object.entries(
  packages,
)) {
  if (resolved !== undefined) problems.push(`${at}: names where it was downloaded from`);
  if (at !== "" && !link && integrity === undefined) problems.push(`${at}: has no integrity`);
  for (const name of Object.keys(optionalDependencies)) {
    if (!isInstalledFor(at, name))
      problems.push(`${at}: its optional dependency ${name} is not in the lockfile`);
  }
}
for (const problem of problems) console.error(problem);
console.log(`lockfile: ${Object.keys(packages).length - 1} packages, ${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);

/** Node's resolution: beside the package, or in any folder above it. */
function isInstalledFor(at, name) {
  for (
    let folder = at;
    ;
    folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/")))
  ) {
    if (`${folder === "" ? "" : `${folder}/`}node_modules/${name}` in packages) return true;
    if (folder === "") return false;
  }
}
