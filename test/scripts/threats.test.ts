import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const rows = [
  ...rowsOf("SECURITY.md", /^## Threats, .*?(?=^## )/ms),
  ...rowsOf("docs/consistency.md", /^## What is promised.*?(?=^## )/ms),
];

function rowsOf(path: string, section: RegExp): string[][] {
  return (section.exec(readFileSync(path, "utf8"))?.[0] ?? "")
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .slice(1)
    .map((line) => line.slice(2, -2).split(" | "));
}

test("there are threats and promises", () => {
  expect(rows.length).toBeGreaterThan(70);
});

test.for(rows)("%j names a test that exists", ([, , coveredBy = ""]) => {
  const [, path = "", title = ""] = /^`(test\/[\w/-]+\.test\.ts)`: "(.+)"$/.exec(coveredBy) ?? [];
  const source = readFileSync(path, "utf8");
  expect(source).toContain(`"${title}"`);
  expect(source).not.toMatch(/\.(skip|only|todo)\(/);
});
