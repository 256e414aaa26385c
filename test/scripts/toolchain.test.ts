// The tools that build and deploy see the deploy token: each of them is what the lockfile says.

import { execFileSync } from "node:child_process";
import { readFileSync, realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
  readonly os?: string | readonly string[];
  readonly cpu?: string | readonly string[];
  readonly bin?: Readonly<Record<string, string>>;
}

const root = fileURLToPath(new URL("../..", import.meta.url).href);
const read = (path: string) => JSON.parse(readFileSync(`${root}/${path}`, "utf8"));
const { packages }: { packages: Readonly<Record<string, LockedPackage>> } =
  read("package-lock.json");
const nodes = Object.entries(packages).filter(([, { bin }]) => bin?.node !== undefined);

test("the lockfile pins the Node of each platform by its integrity, all of one version", () => {
  expect(nodes.map(([at]) => at.replace("node_modules/", "")).sort()).toEqual(
    Object.keys(read("tools/node/package.json").optionalDependencies).sort(),
  );
  for (const [, { integrity, version }] of nodes) {
    expect(integrity).toMatch(/^sha512-/);
    expect(version).toBe(read("tools/node/package.json").version);
  }
});

test("the Node that runs this is the one of the lockfile", () => {
  const { platform, arch } = process;
  const pinned = nodes.find(
    ([, { os, cpu }]) => [os].flat().includes(platform) && [cpu].flat().includes(arch),
  );
  // Other platforms use the system's Node: CONTRIBUTING.md, "Tools".
  if (pinned === undefined) return;
  const [at, { version, bin }] = pinned;
  expect(process.versions.node).toBe(version);
  expect(realpathSync(process.execPath)).toBe(realpathSync(`${root}/${at}/${bin?.node}`));
});

test("no package runs a script when it is installed, and the lockfile installs everywhere", () => {
  const scripted = Object.entries(packages).filter(([, entry]) => entry.hasInstallScript);
  const names = scripted.map(([at]) => at.replace(/^.*node_modules\//, ""));
  expect(read("package.json").allowScripts).toEqual(
    Object.fromEntries(names.map((name) => [name, false])),
  );
  expect(readFileSync(`${root}/.npmrc`, "utf8")).toMatch(/^ignore-scripts=true$/m);
  const output = execFileSync(process.execPath, [`${root}/scripts/check-lockfile.mjs`]);
  expect(String(output)).toMatch(/, 0 problems\n$/);
});
