import { inspect } from "latchkey";
import { describe, expect, test } from "vitest";
import { type SegmentName, segmentsOf } from "../../src/keys/layout.ts";
import vectors from "../vectors/dynamic-key.json";

/** The characters of a segment, or its bytes where it has some. */
function readSegments(key: string): Map<SegmentName, string> {
  const bytes = key.startsWith("005") ? atob(key.slice(3)) : "";
  return new Map(
    segmentsOf(key)?.map(({ name, start, end, bytes: inBytes }) => [
      name,
      inBytes ? bytes.slice(inBytes.start, inBytes.end) : key.slice(start, end),
    ]),
  );
}

const littleEndian = (bytes = "") =>
  [...bytes].reduceRight((value, byte) => value * 256 + byte.charCodeAt(0), 0);
const hex = (bytes = "") =>
  [...bytes].map((byte) => byte.charCodeAt(0).toString(16).padStart(2, "0")).join("");

describe("every segment of every vector says what was signed", () => {
  test.each([1, 2, 3, 4])("version %i", (version) => {
    const keys = vectors.filter((vector) => vector.version === version);
    expect(keys.length).toBeGreaterThan(50);
    for (const { key, appId, unixTs, randomInt, uid, expiredTs } of keys) {
      const parts = readSegments(key);
      expect(Object.fromEntries(parts)).toEqual({
        ...(version > 2 && { version: `00${version}` }),
        signature: inspect(key).signature,
        appId,
        unixTs: String(unixTs).padStart(10, "0"),
        randomInt: randomInt.toString(16).padStart(8, "0"),
        ...((version === 2 || version === 3) && { uid: String(uid).padStart(10, "0") }),
        ...(version > 1 && { expiredTs: String(expiredTs).padStart(10, "0") }),
      });
      expect([...parts.values()].join("")).toBe(key);
    }
  });

  test("version 5, in the bytes under the base64", () => {
    const keys = vectors.filter(({ version }) => version === 5);
    expect(keys.length).toBeGreaterThan(50);
    for (const { key, appId, unixTs, randomInt, expiredTs } of keys) {
      const parts = readSegments(key);
      expect([...parts.keys()].join()).toBe(
        "version,service,signature,appId,unixTs,randomInt,expiredTs,permissions",
      );
      expect(parts.get("version")).toBe("005");
      // A string has its length before it: 40 and 16.
      expect(parts.get("signature")).toBe(`\x28\0${inspect(key).signature}`);
      expect(hex(parts.get("appId"))).toBe(`1000${appId.toLowerCase()}`);
      expect(littleEndian(parts.get("unixTs"))).toBe(unixTs);
      expect(littleEndian(parts.get("randomInt"))).toBe(randomInt);
      expect(littleEndian(parts.get("expiredTs"))).toBe(expiredTs);
      expect([...parts.values()].slice(1).join("")).toBe(atob(key.slice(3)));
    }
  });
});

test("the segments of version 5 touch, may cut a character, and reach to the end of the text", () => {
  const { key = "" } = vectors.find(({ version }) => version === 5) ?? {};
  const segments = segmentsOf(key) ?? [];
  expect(segments.slice(1).map(({ start }) => start)).toEqual(
    segments.slice(0, -1).map(({ end }) => end),
  );
  expect(segments.at(-1)?.end).toBe(key.length);
  for (const { start, bytes } of segments.slice(1))
    expect((start - 3) * 6).toBeCloseTo((bytes?.start ?? 0) * 8);
});

test("a text with the shape of no version has no segments", () => {
  for (const text of ["", "005", "005!!!!", `005${"A".repeat(40)}`, "x".repeat(91)])
    expect(segmentsOf(text)).toBeUndefined();
});
