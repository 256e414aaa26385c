import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const section = /^## Threats, .*?(?=^## )/ms.exec(readFileSync("SECURITY.md", "utf8"))?.[0] ?? "";
const rows = section
  .split("\n")
  .filter((line) => line.startsWith("| "))
  .slice(1)
  .map((line) => line.slice(2, -2).split(" | "));

test("there are threats", () => {
  expect(rows.length).toBeGreaterThan(20);
});

test.for(rows)("the threat %j names a test that exists", ([, , coveredBy = ""]) => {
  const [, path = "", title = ""] = /^`(test\/[\w/-]+\.test\.ts)`: "(.+)"$/.exec(coveredBy) ?? [];
  const source = readFileSync(path, "utf8");
  expect(source).toContain(`"${title}"`);
  expect(source).not.toMatch(/\.(skip|only|todo)\(/);
});
