import { expect, test } from "vitest";
import {
  chartOf,
  type Entry,
  describe as sentence,
  toneOf,
} from "../../src/console/model/timeline.ts";

const request = (at: number, isOk = true): Entry => ({
  at,
  type: "request",
  what: "key",
  latencyMs: 12,
  outcome: isOk ? "200" : "503",
  isOk,
  isSimulated: !isOk,
});
const renewed = (at: number, lifeSeconds?: number): Entry => ({ at, type: "renewed", lifeSeconds });

test("a key is valid until the next one comes", () => {
  const chart = chartOf([request(0), renewed(0, 100), request(80), renewed(80, 100)], 90);
  expect(chart.valid).toEqual([
    { from: 0, to: 80 },
    { from: 80, to: 180 },
  ]);
  expect(chart.renewals).toEqual([80]);
  expect(chart.gaps).toEqual([]);
  expect(chart.range).toEqual({ from: 0, to: 180 });
});

test("there is a gap before a late renewal, and while it has not come yet", () => {
  expect(chartOf([renewed(0, 100), renewed(120, 100)], 150).gaps).toEqual([{ from: 100, to: 120 }]);
  expect(chartOf([renewed(0, 100)], 130).gaps).toEqual([{ from: 100, to: 130 }]);
  // After the call nobody needs a key.
  expect(chartOf([renewed(0, 100), { at: 50, type: "hungUp" }], 500).gaps).toEqual([]);
});

test("a wait ends with the next request, or when its delay has passed", () => {
  const retrying: Entry = {
    at: 10,
    type: "retrying",
    code: "internal",
    attempt: 1,
    delaySeconds: 20,
  };
  expect(chartOf([request(10, false), retrying, request(15)], 40).waits).toEqual([
    { from: 10, to: 15 },
  ]);
  expect(chartOf([request(10, false), retrying], 12).waits).toEqual([{ from: 10, to: 30 }]);
});

test("a full chart leaves out the oldest, and a key that never expires stays", () => {
  const entries = Array.from({ length: 20 }, (_, index) => renewed(index * 80, 100));
  const { range } = chartOf(entries, 1530);
  expect(range).toEqual({ from: 1120, to: 1620 });
  expect(chartOf([renewed(0)], 10).valid).toEqual([{ from: 0, to: 40 }]);
});

test("before the call the chart has room for one key", () => {
  expect(chartOf([], 0, 600).range).toEqual({ from: 0, to: 600 });
  expect(chartOf([], 0).range).toEqual({ from: 0, to: 30 });
  expect(chartOf([renewed(0, 600)], 1, 600).range).toEqual({ from: 0, to: 600 });
});

test("every entry has a text and a tone", () => {
  const entries: [Entry, string, string][] = [
    [{ at: 0, type: "joined" }, "Joined the channel with the first key", "good"],
    [{ at: 0, type: "renewToken" }, "Passed the new key to the SDK: renewToken", "plain"],
    [
      { at: 0, type: "token-privilege-will-expire" },
      "SDK event: token-privilege-will-expire",
      "plain",
    ],
    [{ at: 0, type: "token-privilege-did-expire" }, "SDK event: token-privilege-did-expire", "bad"],
    [{ at: 0, type: "hungUp" }, "Hung up: close()", "plain"],
    [request(0), "Requested a key: 200 in 12 ms", "plain"],
    [request(0, false), "Requested a key: 503, simulated", "bad"],
    [renewed(0, 600), "Received a key, valid for 600 s", "good"],
    [renewed(0), "Received a key that never expires", "good"],
    [
      { at: 0, type: "retrying", code: "network", attempt: 2, delaySeconds: 1.25 },
      "Attempt 2 failed (network): next in 1.3 s",
      "bad",
    ],
    [
      { at: 0, type: "stopped", code: "forbidden_uid" },
      "Refused: forbidden_uid. There are no more requests.",
      "bad",
    ],
  ];
  for (const [entry, text, tone] of entries)
    expect([sentence(entry), toneOf(entry)]).toEqual([text, tone]);
});
