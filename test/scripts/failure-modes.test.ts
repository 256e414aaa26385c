// docs/failure-modes.md knows every error code, once, with the status that it has.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { PROBLEMS } from "../../src/contract/problem-types.ts";

const page = readFileSync("docs/failure-modes.md", "utf8");
const rows = Array.from(page.matchAll(/^\| `([a-z_]+)` (\d{3}) \|(.*)\|$/gm));

test("every code has one row, with its status, and there is no other", () => {
  const listed = rows.map(([, code, status]) => `${code} ${status}`).sort();
  const known = Object.entries(PROBLEMS).map(([code, { status }]) => `${code} ${status}`);
  expect(listed).toEqual(known.sort());
});

test("every row says what it means, what users notice, and what to do", () => {
  for (const [, code, , cells = ""] of rows) {
    const texts = cells.split(" | ").map((cell) => cell.trim());
    expect([code, texts.length, texts.every((text) => text !== "")]).toEqual([code, 3, true]);
  }
});
