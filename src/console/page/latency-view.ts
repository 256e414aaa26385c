// A bar for each of the latest requests: how long it took, in real milliseconds.

import { millisecondsText } from "../model/time-text.ts";
import { el, svg } from "./dom.ts";

const BARS_MAX = 60;
const HEIGHT = 48;
const STEP = 10;
const WIDTH = BARS_MAX * STEP;

export function latencyView(
  requests: readonly { readonly isOk: boolean; readonly latencyMs: number }[],
): Element[] {
  const shown = requests.slice(-BARS_MAX);
  const latencies = requests.filter(({ isOk }) => isOk).map(({ latencyMs }) => latencyMs);
  if (latencies.length === 0) return [el("p", { class: "hint" }, "No response yet.")];
  const highest = Math.max(1, ...shown.map(({ latencyMs }) => latencyMs));
  const sorted = latencies.toSorted((a, b) => a - b);
  const median = millisecondsText(sorted[Math.floor(sorted.length / 2)] ?? 0);
  const longest = millisecondsText(sorted.at(-1) ?? 0);
  const text = `median ${median} · longest ${longest} · ${latencies.length} succeeded`;
  const bars = shown.map(({ isOk, latencyMs }, index) => {
    const height = Math.max(2, (latencyMs / highest) * HEIGHT);
    return svg("rect", {
      class: isOk ? "latency" : "latency failed",
      x: index * STEP,
      y: HEIGHT - height,
      width: STEP - 3,
      height,
      rx: 1.5,
    });
  });
  return [
    svg(
      "svg",
      {
        viewBox: `0 0 ${WIDTH} ${HEIGHT + 1}`,
        class: "chart latencies",
        role: "img",
        "aria-label": `Latency: ${text}`,
        preserveAspectRatio: "none",
      },
      svg("line", { class: "rail", x1: 0, x2: WIDTH, y1: HEIGHT + 0.5, y2: HEIGHT + 0.5 }),
      ...bars,
    ),
    el("p", { class: "hint figure" }, text),
  ];
}
