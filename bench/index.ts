// `npm run bench -- [node] [workerd] [http] [--quick] [--json]`: the sections named, or all of them. Each is a process of its own.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const SECTIONS = ["node", "workerd", "http"];

const args = process.argv.slice(2);
const flags = args.filter((arg) => arg.startsWith("--"));
const named = args.filter((arg) => !arg.startsWith("--"));
const unknown = named.filter((name) => !SECTIONS.includes(name));
if (unknown.length > 0) throw new Error(`no section ${unknown.join(", ")}: there are ${SECTIONS.join(", ")}`);

for (const section of named.length > 0 ? named : SECTIONS) {
  const script = fileURLToPath(new URL(`${section}.ts`, import.meta.url));
  const { status } = spawnSync(process.execPath, [script, ...flags], { stdio: "inherit" });
  if (status !== 0) process.exitCode = 1;
}
