// The figures as one picture: bars of medians. Each panel has its own scale.

import type { Result } from "./measure.ts";

interface Bar {
  label: string;
  value: number;
  text: string;
  isOurs: boolean;
}

interface Panel {
  title: string;
  bars: Bar[];
}

interface Table {
  title: string;
  results: readonly Result[];
}

interface HttpResult {
  name: string;
  isOurs?: true;
  requestsPerSecond: number;
  keysPerRequest: number;
}

/** What a section of the benchmark prints as JSON: the parts that are drawn. */
export interface Section {
  section: string;
  tables?: Table[];
  results?: HttpResult[];
}

const TABLES = [
  "One version-4 key",
  "One version-5 key",
  "A batch of 1000 version-4 keys, per key",
  "Version 5 inside workerd, per key",
];

const WIDTH = 760;
const LABELS = 290;
const BAR = 16;
const STEP = 24;
const PANEL_HEAD = 40;
const TITLE = "Latchkey beside other ways to make channel keys";
const FONT = 'font-family="system-ui, sans-serif" font-size="13"';
const STYLE = [
  "text{fill:#1b1f24}.ours{fill:#8a5a00}.bar{fill:#9aa4b2}",
  "@media(prefers-color-scheme:dark){",
  "text{fill:#e6e9ee}.ours{fill:#e0a33e}.bar{fill:#5b6472}}",
].join("");

/** An SVG that follows the reader's colour scheme. */
export function drawChart(sections: readonly Section[]): string {
  const tables = sections.flatMap(({ tables = [] }) => tables);
  const panels = TABLES.flatMap((title) =>
    tables.filter((table) => table.title === title).map(nanoseconds),
  );
  for (const { results } of sections) if (results) panels.push(keysPerSecond(results));
  let y = 0;
  const drawn = panels.map((panel) => {
    const top = y;
    y += PANEL_HEAD + panel.bars.length * STEP;
    return drawPanel(panel, top);
  });
  const box = `viewBox="0 0 ${WIDTH} ${y + 10}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${box} ${FONT} role="img" aria-label="${TITLE}">`,
    `<style>${STYLE}</style>`,
    ...drawn,
    "</svg>",
    "",
  ].join("\n");
}

function nanoseconds({ title, results }: Table): Panel {
  const bars = results.map(({ name, medianNs, isOurs = false }) => ({
    label: name,
    value: medianNs,
    text: `${medianNs.toFixed(0)} ns`,
    isOurs,
  }));
  return { title: `${title} (shorter is better)`, bars: bars.sort((a, b) => a.value - b.value) };
}

function keysPerSecond(results: readonly HttpResult[]): Panel {
  const bars = results
    .filter(({ keysPerRequest }) => keysPerRequest > 0)
    .map(({ name, requestsPerSecond, keysPerRequest, isOurs = false }) => {
      const value = requestsPerSecond * keysPerRequest;
      return { label: name, value, text: `${Math.round(value).toLocaleString("en")}/s`, isOurs };
    });
  return { title: "Keys a second over HTTP (longer is better)", bars };
}

function drawPanel({ title, bars }: Panel, top: number): string {
  const longest = Math.max(...bars.map(({ value }) => value));
  const rows = bars.map(({ label, value, text, isOurs }, i) => {
    const y = top + PANEL_HEAD + i * STEP;
    const width = Math.max(1, (value / longest) * (WIDTH - LABELS - 90));
    const kind = isOurs ? "ours" : "bar";
    const size = `width="${width.toFixed(1)}" height="${BAR}"`;
    return [
      `<text x="${LABELS - 8}" y="${y + 12}" text-anchor="end">${escaped(label)}</text>`,
      `<rect class="${kind}" x="${LABELS}" y="${y}" ${size} rx="2"/>`,
      `<text x="${(LABELS + width + 6).toFixed(1)}" y="${y + 12}">${text}</text>`,
    ].join("");
  });
  const head = `<text x="0" y="${top + 26}" font-weight="600" font-size="15">`;
  return [`${head}${escaped(title)}</text>`, ...rows].join("\n");
}

function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
}
