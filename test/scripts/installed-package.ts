// The tarball as it would be published, installed in an app's folder without a network.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { packRelease } from "../../scripts/release-tarball.mjs";

export const root = fileURLToPath(new URL("../..", import.meta.url).href);

export interface InstalledPackage {
  /** The app's folder. */
  readonly folder: string;
  /** The paths of the package's files. */
  readonly files: readonly string[];
  write(path: string, text: string): string;
  /** Runs a program of Node's, and returns what it printed. */
  run(...args: readonly string[]): string;
  /** Compiles files as strictly as TypeScript can; throws with what it says. */
  compile(compilerOptions: object, ...files: readonly string[]): void;
  remove(): void;
}

export function installPackage(): InstalledPackage {
  // tmpdir() may be a link, and a bundler names files by their real path.
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "latchkey-package-"));
  const { tarball, files } = packRelease(folder);
  const app = join(folder, "app");
  mkdirSync(app);
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(app, path)), { recursive: true });
    writeFileSync(join(app, path), text);
    return join(app, path);
  };
  write("package.json", '{ "type": "module" }');
  const cache = ["--cache", join(folder, "cache"), "--offline", "--no-audit", "--no-fund"];
  // On Windows npm is a script that only a shell finds.
  const shell = process.platform === "win32";
  execFileSync("npm", ["install", tarball, "--silent", ...cache], { cwd: app, shell });
  return {
    folder: app,
    files,
    write,
    run: (...args) => execute(process.execPath, args, app),
    compile(compilerOptions, ...names) {
      const options = { ...STRICT, ...compilerOptions };
      const config = { compilerOptions: options, files: names };
      const path = write("tsconfig.json", JSON.stringify(config));
      const tsc = join(root, "node_modules/typescript/bin/tsc");
      execute(process.execPath, [tsc, "-p", path], app);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The declarations are checked too, and get no other types than their own. */
const STRICT = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  verbatimModuleSyntax: true,
  skipLibCheck: false,
  types: [],
  target: "es2022",
  noEmit: true,
};

/** One Node for each major version from 20 on: this one, and those of PATH. */
export function everyNode(): (readonly [version: string, path: string])[] {
  const found = new Map<string, string>();
  const name = process.platform === "win32" ? "node.exe" : "node";
  const folders = (process.env.PATH ?? "").split(delimiter);
  for (const path of [process.execPath, ...folders.map((folder) => join(folder, name))]) {
    try {
      const version = execute(path, ["--print", "process.versions.node"], root);
      const major = version.split(".")[0] ?? "";
      if (Number(major) >= 20 && !found.has(major)) found.set(major, path);
    } catch {
      // This folder has no Node.
    }
  }
  return Array.from(found);
}

/** `more`: what its environment has beside this process's. */
export function execute(
  program: string,
  args: readonly string[],
  cwd: string,
  more: Readonly<Record<string, string>> = {},
): string {
  try {
    const env = { ...process.env, ...more };
    return execFileSync(program, args, { cwd, env, encoding: "utf8", stdio: "pipe" });
  } catch (error) {
    const { stdout = "", stderr = "", message } = error as Error & Record<string, string>;
    throw new Error(`${message}\n${stdout}${stderr}`);
  }
}
