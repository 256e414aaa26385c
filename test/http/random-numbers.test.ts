import { expect, test } from "vitest";
import { workersHost } from "../../src/platform/host.ts";

test("a random number is handed out once, however many are asked for at a time", () => {
  const counts = [1, 1, 127, 1, 128, 129, 2, 100, 100, 10_000, 1];
  const drawn = counts.map((count) => workersHost.randomInts(count));
  expect(drawn.map(({ length }) => length)).toEqual(counts);
  // Of 10,590 honest draws from 2^32 some 0.01 pairs are alike; a number handed out again makes
  // many.
  const all = drawn.flatMap((numbers) => [...numbers]);
  expect(all.length - new Set(all).size).toBeLessThan(3);
  expect(Math.max(...all)).toBeGreaterThan(2 ** 31);
});

test("what was handed out does not change when more is drawn", () => {
  const first = workersHost.randomInts(3);
  const before = [...first];
  for (let i = 0; i < 300; i++) workersHost.randomInts(1);
  expect([...first]).toEqual(before);
});
