// How long each of the latest requests took, in real milliseconds: a bar each.

import { millisecondsText } from "../model/text.ts";
import { el, svg } from "./dom.ts";

const BARS_MAX = 60;
const HEIGHT = 48;
const STEP = 10;
const WIDTH = BARS_MAX * STEP;

export function latencyView(
  requests: readonly { readonly isOk: boolean; readonly latencyMs: number }[],
): Element[] {
  const shown = requests.slice(-BARS_MAX);
  const answered = requests.filter(({ isOk }) => isOk).map(({ latencyMs }) => latencyMs);
  if (answered.length === 0) return [el("p", { class: "hint" }, "No answer yet.")];
  const highest = Math.max(1, ...shown.map(({ latencyMs }) => latencyMs));
  const sorted = answered.toSorted((a, b) => a - b);
  const text = `median ${millisecondsText(sorted[Math.floor(sorted.length / 2)] ?? 0)} · longest ${millisecondsText(sorted.at(-1) ?? 0)} · ${answered.length} answered`;
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
