// The tarball as it would be published. The repository's own manifest is private and full of tools;
// the published one has neither, so that `npm publish` by mistake does nothing.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
/** npm packs these whatever "files" says. */
const ALWAYS_PACKED = ["README.md", "LICENSE"];
const ONLY_HERE = ["private", "scripts", "devDependencies", "overrides", "allowScripts"];

/**
 * The repository's address on the web, from the remote "origin", without any credential in it.
 * Undefined where there is none.
 */
export function repositoryUrl(remote = git("config", "--default", "", "remote.origin.url")) {
  const parts = /^(?:\w+:\/\/)?(?:[^@/]+@)?([^:/]+\.[^:/]+)[:/](.+?)(?:\.git)?\/?$/.exec(remote);
  return parts === null ? undefined : `https://${parts[1]}/${parts[2]}`;
}

export function git(...args) {
  const options = { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] };
  return execFileSync("git", args, options).trim();
}

/** What is published as package.json. */
export function publishedManifest(name = undefined) {
  const own = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const kept = Object.entries(own).filter(([field]) => !ONLY_HERE.includes(field));
  const manifest = { ...Object.fromEntries(kept), ...(name && { name }) };
  const url = repositoryUrl();
  if (url === undefined) return manifest;
  return {
    ...manifest,
    homepage: `${url}#readme`,
    bugs: `${url}/issues`,
    repository: { type: "git", url: `git+${url}.git` },
  };
}

/**
 * Packs what `npm run build` made into `folder`, which must exist. Returns the tarball's path and
 * the files in it.
 */
export function packRelease(folder, name = undefined) {
  const manifest = publishedManifest(name);
  const stage = join(folder, "stage");
  mkdirSync(stage);
  for (const path of [...manifest.files, ...ALWAYS_PACKED]) {
    if (!existsSync(join(root, path))) throw new Error(`${path} is missing: run npm run build`);
    cpSync(join(root, path), join(stage, path), { recursive: true });
  }
  writeFileSync(join(stage, "package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
  // On Windows npm is a script that only a shell finds.
  const shell = process.platform === "win32";
  const options = { cwd: stage, encoding: "utf8", shell };
  const args = ["pack", "--json", "--ignore-scripts", "--offline", "--pack-destination", folder];
  const [{ filename, files, size }] = JSON.parse(execFileSync("npm", args, options));
  return { tarball: join(folder, filename), files: files.map(({ path }) => path), size };
}
