import { expect, test } from "vitest";
import { segmentKey } from "../../src/console/model/key-segments.ts";
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

test("the segments of every vector have its values, and make up the whole text", () => {
  for (const vector of vectors as Vector[]) {
    const segmented = segmentKey(vector.key);
    const values = new Map(segmented?.segments.map(({ kind, value }) => [kind, value]));
    expect(values.get("appId")?.toLowerCase()).toBe(vector.appId.toLowerCase());
    expect(values.get("issuedAt")).toBe(String(vector.unixTs));
    expect(values.get("randomInt")).toBe(String(vector.randomInt));
    expect(values.get("signature")).toMatch(/^[0-9a-fA-F]{40}$/);
    if (vector.version > 1) expect(values.get("expiresAt")).toBe(String(vector.expiredTs));
    if (vector.version === 2 || vector.version === 3)
      expect(values.get("uid")).toBe(String(vector.uid));
    expect(segmented?.runs.map(({ text }) => text).join("")).toBe(vector.key);
    expect(segmented?.segments.at(-1)?.end).toBe(vector.key.length);
  }
  expect(vectors).toHaveLength(600);
});

test("version 5: a character with bits of two segments is between them", () => {
  const key = (vectors as Vector[]).find(({ version }) => version === 5)?.key ?? "";
  const segmented = segmentKey(key);
  const shared = segmented?.runs.filter(({ segments }) => segments.length === 2) ?? [];
  // Bytes 2, 44, 62, 70 and 74 begin within a character; byte 66 begins with one.
  expect(shared.map(({ segments }) => segments)).toEqual([
    [1, 2],
    [2, 3],
    [3, 4],
    [5, 6],
    [6, 7],
  ]);
  expect(shared.every(({ text }) => text.length === 1)).toBe(true);
  // A character has 6 bits, after a prefix of three characters.
  for (const { bytes, start } of segmented?.segments.slice(1) ?? [])
    expect((start - 3) * 6).toBeCloseTo((bytes?.start ?? 0) * 8);
});

test("a text with the form of no version has no segments", () => {
  for (const text of ["", "005", "005!!!!", `005${"A".repeat(40)}`, "x".repeat(91)])
    expect(segmentKey(text)).toBeUndefined();
});
