import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

const file = (path: string) =>
  readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url).href));

test("is less than 4.5 KB gzipped, and imports nothing", () => {
  const bundle = file("dist/client.min.js");
  expect(gzipSync(bundle, { level: 9 }).length).toBeLessThanOrEqual(4500);
  expect(bundle.toString()).not.toMatch(/\bimport\b|\brequire\b|console/);
});
