import { expect, test } from "vitest";
import {
  chartOf,
  type Entry,
  describe as sentence,
  toneOf,
} from "../../src/console/model/timeline.ts";

const asked = (at: number, isOk = true): Entry => ({
  at,
  type: "request",
  what: "key",
  latencyMs: 12,
  outcome: isOk ? "200" : "503",
  isOk,
  isPutOn: !isOk,
});
const came = (at: number, lifeSeconds?: number): Entry => ({ at, type: "renewed", lifeSeconds });

test("a key is in force until the next one takes over", () => {
  const chart = chartOf([asked(0), came(0, 100), asked(80), came(80, 100)], 90);
  expect(chart.inForce).toEqual([
    { from: 0, to: 80 },
    { from: 80, to: 180 },
  ]);
  expect(chart.renewals).toEqual([80]);
  expect(chart.gaps).toEqual([]);
  expect(chart.range).toEqual({ from: 0, to: 180 });
});

test("a renewal that is late leaves a gap, and so does one that has not come yet", () => {
  expect(chartOf([came(0, 100), came(120, 100)], 150).gaps).toEqual([{ from: 100, to: 120 }]);
  expect(chartOf([came(0, 100)], 130).gaps).toEqual([{ from: 100, to: 130 }]);
  // After hanging up, nobody misses a key.
  expect(chartOf([came(0, 100), { at: 50, type: "hungUp" }], 500).gaps).toEqual([]);
});

test("a wait ends with the next request, or when its time is up", () => {
  const retrying: Entry = {
    at: 10,
    type: "retrying",
    code: "internal",
    attempt: 1,
    delaySeconds: 20,
  };
  expect(chartOf([asked(10, false), retrying, asked(15)], 40).waits).toEqual([
    { from: 10, to: 15 },
  ]);
  expect(chartOf([asked(10, false), retrying], 12).waits).toEqual([{ from: 10, to: 30 }]);
});

test("the oldest leave a chart that is full, and a key without end stays", () => {
  const entries = Array.from({ length: 20 }, (_, index) => came(index * 80, 100));
  const { range } = chartOf(entries, 1530);
  expect(range).toEqual({ from: 1120, to: 1620 });
  expect(chartOf([came(0)], 10).inForce).toEqual([{ from: 0, to: 40 }]);
});

test("every entry is a sentence", () => {
  const entries: [Entry, string, string][] = [
    [{ at: 0, type: "joined" }, "Joined the channel with the first key", "good"],
    [{ at: 0, type: "renewToken" }, "The new key was handed to the SDK: renewToken", "plain"],
    [
      { at: 0, type: "token-privilege-will-expire" },
      "The SDK says token-privilege-will-expire",
      "plain",
    ],
    [
      { at: 0, type: "token-privilege-did-expire" },
      "The SDK says token-privilege-did-expire",
      "bad",
    ],
    [{ at: 0, type: "hungUp" }, "Hung up: close()", "plain"],
    [asked(0), "Asked for a key: 200 in 12 ms", "plain"],
    [asked(0, false), "Asked for a key: 503, put on", "bad"],
    [came(0, 600), "A key came, good for 600 s", "good"],
    [came(0), "A key came that never ends", "good"],
    [
      { at: 0, type: "retrying", code: "network", attempt: 2, delaySeconds: 1.25 },
      "Failed (network), attempt 2: asks again in 1.3 s",
      "bad",
    ],
    [
      { at: 0, type: "stopped", code: "forbidden_uid" },
      "Refused for good: forbidden_uid. Nothing more is asked.",
      "bad",
    ],
  ];
  for (const [entry, text, tone] of entries)
    expect([sentence(entry), toneOf(entry)]).toEqual([text, tone]);
});
