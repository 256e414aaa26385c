// `npm run bench -- [node] [workerd] [http] [cold] [--quick] [--json] [--svg]`: the named sections,
// or all of them, each in its own process. With `--svg`, the first three are drawn into
// docs/speed.svg instead. `npm run bench -- profile`: where a request's time goes;
// `npm run bench -- revocations`: what a long list of revocations costs an edge.

import { type StdioOptions, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { drawChart } from "./chart.ts";

const CHARTED = ["node", "workerd", "http"];
const SECTIONS = [...CHARTED, "cold"];

const args = process.argv.slice(2);
const flags = args.filter((arg) => arg.startsWith("--"));
const named = args.filter((arg) => !arg.startsWith("--"));
const known = [...SECTIONS, "profile", "revocations"];
const unknown = named.filter((name) => !known.includes(name));
if (unknown.length > 0)
  throw new Error(`no section ${unknown.join(", ")}: there are ${known.join(", ")}`);

if (flags.includes("--svg")) {
  const rest = flags.filter((flag) => flag !== "--svg");
  const sections = CHARTED.map((section) => JSON.parse(run(section, [...rest, "--json"], "pipe")));
  writeFileSync(new URL("../docs/speed.svg", import.meta.url), drawChart(sections));
  for (const { machine, ratios } of sections) {
    console.log(machine);
    for (const { what, ratio, goal } of ratios)
      console.log(`  ${what.padEnd(58)}${ratio.toFixed(2).padStart(8)}   (${goal})`);
  }
} else
  for (const section of named.length > 0 ? named : SECTIONS) {
    run(section, flags, "inherit");
  }

function run(section: string, args: readonly string[], output: "inherit" | "pipe"): string {
  const script = fileURLToPath(new URL(`${section}.ts`, import.meta.url));
  const stdio: StdioOptions = ["ignore", output, "inherit"];
  const { status, stdout } = spawnSync(process.execPath, [script, ...args], {
    stdio,
    encoding: "utf8",
  });
  if (status !== 0) process.exitCode = 1;
  return stdout;
}
