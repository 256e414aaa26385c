// The chart of a call: valid keys, requests, and waits. Each has a shape of its own, not only a
// colour.

import { clockText } from "../model/time-text.ts";
import type { Chart, Span } from "../model/timeline.ts";
import { el, svg } from "./dom.ts";

const LANES = { keys: 14, requests: 56, axis: 88 };
const MARGIN = 6;
const TICK_WIDTH_MIN = 80;
const STEPS = [5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400];

/** From seconds of the call to pixels, limited to the chart's width. */
function scale({ from, to }: Span, width: number): (seconds: number) => number {
  return (seconds) => Math.min(1, Math.max(0, (seconds - from) / (to - from))) * width;
}

/** `outerWidth`: in pixels, so that text and marks keep their size on a phone. */
export function timelineView(chart: Chart, now: number, outerWidth: number): SVGElement {
  const { range } = chart;
  const width = Math.max(200, outerWidth - 2 * MARGIN);
  const x = scale(range, width);
  const isSeen = (at: number) => at >= range.from;
  const bar =
    (className: string, y: number, height: number) =>
    ({ from, to }: Span) =>
      svg("rect", {
        class: className,
        x: x(from),
        y,
        width: Math.max(0, x(to) - x(from) - 1),
        height,
        rx: 3,
      });
  const failed = chart.requests.filter(({ isOk }) => !isOk).length;
  const label = [
    `${chart.renewals.length} renewals`,
    `${chart.requests.length} requests of which ${failed} failed`,
    `${chart.gaps.length} times without a key`,
    `in ${clockText(now)}`,
  ].join(", ");

  return svg(
    "svg",
    {
      viewBox: `${-MARGIN} 0 ${width + 2 * MARGIN} 112`,
      class: "chart",
      role: "img",
      "aria-label": label,
    },
    ...chart.valid.filter(({ to }) => isSeen(to)).map(bar("valid", LANES.keys, 20)),
    ...chart.gaps.filter(({ to }) => isSeen(to)).map(bar("gap", LANES.keys + 4, 12)),
    svg("line", { class: "rail", x1: 0, x2: width, y1: LANES.requests, y2: LANES.requests }),
    ...chart.waits.filter(({ to }) => isSeen(to)).map(bar("waiting", LANES.requests - 2, 4)),
    ...chart.renewals.filter(isSeen).map((at) => diamond(x(at), LANES.keys + 10)),
    ...chart.requests
      .filter(({ at }) => isSeen(at))
      .map(({ at, isOk }) => (isOk ? dot(x(at)) : cross(x(at)))),
    ...axis(range, x, width),
    svg("line", { class: "now", x1: x(now), x2: x(now), y1: 4, y2: LANES.axis }),
  );
}

const MARKS = [
  ["valid", "valid key"],
  ["renewed", "renewed"],
  ["succeeded", "succeeded"],
  ["failed", "failed"],
  ["waiting", "waiting to retry"],
] as const;

export function chartLegend(): HTMLElement {
  const marks = MARKS.map(([name, text]) => el("li", {}, el("i", { class: `mark ${name}` }), text));
  return el("ul", { class: "chart-legend", "aria-label": "Marks" }, ...marks);
}

function diamond(x: number, y: number): SVGElement {
  return svg("path", { class: "renewed", d: `M${x} ${y - 7}l7 7-7 7-7-7z` });
}

function dot(x: number): SVGElement {
  return svg("circle", { class: "succeeded", cx: x, cy: LANES.requests, r: 4.5 });
}

function cross(x: number): SVGElement {
  const y = LANES.requests;
  return svg("path", { class: "failed", d: `M${x - 4} ${y - 4}l8 8m0-8l-8 8` });
}

function axis(range: Span, x: (seconds: number) => number, width: number): SVGElement[] {
  const step =
    STEPS.find(
      (seconds) => (range.to - range.from) / seconds <= Math.max(2, width / TICK_WIDTH_MIN),
    ) ?? 86_400;
  const ticks: SVGElement[] = [];
  for (let at = Math.ceil(range.from / step) * step; at <= range.to; at += step) {
    ticks.push(
      svg("line", { class: "tick", x1: x(at), x2: x(at), y1: LANES.axis - 3, y2: LANES.axis + 3 }),
      svg(
        "text",
        {
          class: "tick-text",
          x: x(at),
          y: LANES.axis + 18,
          "data-edge": x(at) < 12 ? "start" : x(at) > width - 16 ? "end" : undefined,
        },
        clockText(at),
      ),
    );
  }
  return [
    svg("line", { class: "rail", x1: 0, x2: width, y1: LANES.axis, y2: LANES.axis }),
    ...ticks,
  ];
}
