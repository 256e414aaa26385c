import { expect, test } from "vitest";
import { anatomyOf } from "../../src/console/model/stretches.ts";
import vectors from "../vectors/dynamic-key.json" with { type: "json" };

interface Vector {
  version: number;
  appId: string;
  unixTs: number;
  randomInt: number;
  uid?: number;
  expiredTs?: number;
  key: string;
}

test("every stretch of every vector says what was signed, and the pieces make up the whole text", () => {
  for (const vector of vectors as Vector[]) {
    const anatomy = anatomyOf(vector.key);
    const says = new Map(anatomy?.stretches.map(({ kind, value }) => [kind, value]));
    expect(says.get("appId")?.toLowerCase()).toBe(vector.appId.toLowerCase());
    expect(says.get("issuedAt")).toBe(String(vector.unixTs));
    expect(says.get("randomInt")).toBe(String(vector.randomInt));
    expect(says.get("signature")).toMatch(/^[0-9a-fA-F]{40}$/);
    if (vector.version > 1) expect(says.get("expiresAt")).toBe(String(vector.expiredTs));
    if (vector.version === 2 || vector.version === 3)
      expect(says.get("uid")).toBe(String(vector.uid));
    expect(anatomy?.runs.map(({ text }) => text).join("")).toBe(vector.key);
    expect(anatomy?.stretches.at(-1)?.end).toBe(vector.key.length);
  }
  expect(vectors).toHaveLength(600);
});

test("version 5: a character whose bits belong to two stretches stands between them", () => {
  const key = (vectors as Vector[]).find(({ version }) => version === 5)?.key ?? "";
  const anatomy = anatomyOf(key);
  const shared = anatomy?.runs.filter(({ stretches }) => stretches.length === 2) ?? [];
  // Bytes 2, 44, 62, 70 and 74 begin within a character; byte 66 begins with one.
  expect(shared.map(({ stretches }) => stretches)).toEqual([
    [1, 2],
    [2, 3],
    [3, 4],
    [5, 6],
    [6, 7],
  ]);
  expect(shared.every(({ text }) => text.length === 1)).toBe(true);
  // Each stretch has its bytes' bits: 6 to a character, after the three characters of the prefix.
  for (const { bytes, start } of anatomy?.stretches.slice(1) ?? [])
    expect((start - 3) * 6).toBeCloseTo((bytes?.start ?? 0) * 8);
});

test("what has the shape of no version has no stretches", () => {
  for (const text of ["", "005", "005!!!!", `005${"A".repeat(40)}`, "x".repeat(91)])
    expect(anatomyOf(text)).toBeUndefined();
});
