// The lockfile installs everywhere, from anywhere: every platform's binary is in it with its
// integrity, and no registry's name. Nothing runs when it is installed: an install script may fetch
// what no lockfile pins.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const { packages } = JSON.parse(readFileSync(`${root}/package-lock.json`, "utf8"));
const { allowScripts = {} } = JSON.parse(readFileSync(`${root}/package.json`, "utf8"));
const problems = [];
/** Folders of this repository. npm links them, so there is nothing to download. */
const linked = new Set(
  Object.values(packages)
    .filter(({ link, resolved }) => link && resolved in packages)
    .map(({ resolved }) => resolved),
);
for (const [at, entry] of Object.entries(packages)) {
  const { resolved, integrity, link, hasInstallScript, optionalDependencies = {} } = entry;
  const isOurs = at === "" || linked.has(link ? resolved : at);
  if (resolved !== undefined && !isOurs) problems.push(`${at}: names where it was downloaded from`);
  if (integrity === undefined && !isOurs) problems.push(`${at}: has no integrity`);
  const name = at.slice(at.lastIndexOf("node_modules/") + "node_modules/".length);
  if (hasInstallScript && allowScripts[name] !== false) {
    problems.push(`${at}: package.json does not say "${name}": false under allowScripts`);
  }
  for (const name of Object.keys(optionalDependencies)) {
    if (!isInstalledFor(at, name))
      problems.push(`${at}: its optional dependency ${name} is not in the lockfile`);
  }
}
for (const [name, isAllowed] of Object.entries(allowScripts)) {
  if (isAllowed) problems.push(`${name}: may run a script when it is installed`);
}
if (!/^ignore-scripts=true$/m.test(readFileSync(`${root}/.npmrc`, "utf8"))) {
  problems.push(".npmrc: does not say ignore-scripts=true, which older npm needs");
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
