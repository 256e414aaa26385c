// What the documents and the workflow tell people and machines to run.

import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "dotenv";
import { describe, expect, test } from "vitest";

const documents = globSync([
  "*.md",
  "docs/*.md",
  "docs/recipes/*.md",
  "examples/*.md",
  "examples/*/*.md",
]).sort();
const workflow = readFileSync(".github/workflows/deploy.yml", "utf8");

/** The blocks of code of a document, fenced or indented, and the code within its lines. */
function codeOf(markdown: string): string[] {
  return markdown.match(/^```[\s\S]*?^```|^ {4}.*$|`[^`\n]+`/gm) ?? [];
}

test.each(documents)("no step of %s needs a tool that Windows lacks", (path) => {
  const code = codeOf(readFileSync(path, "utf8"));
  const lacking = code.filter((text) => /(?<![\w.-])(sed|awk|openssl) [-\w]|<<</.test(text));
  expect(lacking).toEqual([]);
});

test.each(documents)("the scripts that %s names exist", (path) => {
  const code = codeOf(readFileSync(path, "utf8")).join("\n");
  const named = [...code.matchAll(/\bnode (scripts\/[\w/.-]+)/g)].map(([, script]) => script);
  for (const script of named) expect(globSync(script ?? "")).toEqual([script]);
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8"));
  const runs = [...code.matchAll(/\bnpm run (?:--silent )?([\w:]+)/g)].map(([, run]) => run);
  for (const run of runs) expect(Object.keys(scripts)).toContain(run);
});

/** As GitHub makes them: of a heading, or an id that is written out. */
function anchorsOf(markdown: string): string[] {
  const headings = Array.from(markdown.matchAll(/^#+ (.+)$/gm), ([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
  return headings.concat(Array.from(markdown.matchAll(/ id="([^"]+)"/g), ([, id = ""]) => id));
}

test.each(documents)("each link of %s leads somewhere", (path) => {
  const markdown = readFileSync(path, "utf8").replace(/^```[\s\S]*?^```/gm, "");
  const links = Array.from(markdown.matchAll(/\]\(([^)\s]+)\)/g), ([, to = ""]) => to);
  for (const link of links.filter((to) => !to.startsWith("https://"))) {
    const [file = "", anchor] = link.split("#");
    const target = file === "" ? path : join(dirname(path), file);
    expect([link, existsSync(target)]).toEqual([link, true]);
    if (anchor === undefined) continue;
    expect(anchorsOf(readFileSync(target, "utf8"))).toContain(anchor);
  }
});

describe("the workflow", () => {
  test("pins each action by its commit", () => {
    const actions = [...workflow.matchAll(/uses: (.*)$/gm)].map(([, action]) => action);
    expect(actions.length).toBeGreaterThan(0);
    for (const action of actions) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v[\d.]+$/);
  });

  test("runs what continuous integration runs, and deploys with every secret that may be asked", () => {
    expect(workflow).toMatch(/^ +- run: \.ci\/run$/m);
    expect(workflow).toMatch(/^ +needs: check$/m);
    for (const name of Object.keys(parse(readFileSync(".dev.vars.example"))))
      expect(workflow).toContain(`${name}: \${{ secrets.${name} }}`);
  });
});
