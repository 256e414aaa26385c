// The figures as one picture: bars of medians, ours first, each panel with its own scale.

interface Bar {
  label: string;
  value: number;
  text: string;
}

interface Table {
  title: string;
  results: { name: string; medianNs: number }[];
}

interface Section {
  section: string;
  tables?: Table[];
  results?: { id: string; name: string; requestsPerSecond: number; keysPerRequest: number }[];
}

const WIDTH = 760;
const LABELS = 290;
const BAR = 16;
const STEP = 24;
const PANEL_HEAD = 40;

/** An SVG that adapts to the reader's theme. */
export function drawChart(sections: readonly Section[]): string {
  const tables = sections.flatMap(({ section, tables = [] }) =>
    tables.map((table) => ({ section, ...table })),
  );
  const wanted = [
    "One version-4 key",
    "One version-5 key",
    "A batch of 1000 version-4 keys, per key",
    "Version 5 inside workerd, per key",
  ];
  const panels = wanted.flatMap((title) =>
    tables.filter((table) => table.title === title).map(nanoseconds),
  );
  const http = sections.find(({ results }) => results)?.results;
  if (http)
    panels.push({
      title: "Keys a second over HTTP (longer is better)",
      bars: http.filter(({ keysPerRequest }) => keysPerRequest > 0).map(keysPerSecond),
    });
  let y = 0;
  const drawn = panels.map(({ title, bars }) => {
    const panel = drawPanel(title, bars, y);
    y += PANEL_HEAD + bars.length * STEP;
    return panel;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y + 10}" font-family="system-ui, sans-serif" font-size="13" role="img" aria-label="Latchkey beside other ways to make channel keys">
<style>text{fill:#1b1f24}.ours{fill:#8a5a00}.bar{fill:#9aa4b2}@media(prefers-color-scheme:dark){text{fill:#e6e9ee}.ours{fill:#e0a33e}.bar{fill:#5b6472}}</style>
${drawn.join("\n")}
</svg>
`;
}

function nanoseconds({ title, results }: Table): { title: string; bars: Bar[] } {
  const bars = results.map(({ name, medianNs }) => ({
    label: name,
    value: medianNs,
    text: `${medianNs.toFixed(0)} ns`,
  }));
  return { title: `${title} (shorter is better)`, bars: bars.sort((a, b) => a.value - b.value) };
}

function keysPerSecond({
  name,
  requestsPerSecond,
  keysPerRequest,
}: NonNullable<Section["results"]>[number]): Bar {
  const value = requestsPerSecond * keysPerRequest;
  return { label: name, value, text: `${Math.round(value).toLocaleString("en")}/s` };
}

function drawPanel(title: string, bars: readonly Bar[], top: number): string {
  const longest = Math.max(...bars.map(({ value }) => value));
  const rows = bars.map(({ label, value, text }, i) => {
    const y = top + PANEL_HEAD + i * STEP;
    const width = Math.max(1, (value / longest) * (WIDTH - LABELS - 90));
    const kind =
      /express|peer|vendor/i.test(label) || !/latchkey|key by|batch of/i.test(label)
        ? "bar"
        : "ours";
    return `<text x="${LABELS - 8}" y="${y + 12}" text-anchor="end">${escaped(label)}</text><rect class="${kind}" x="${LABELS}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" rx="2"/><text x="${(LABELS + width + 6).toFixed(1)}" y="${y + 12}">${text}</text>`;
  });
  return `<text x="0" y="${top + 26}" font-weight="600" font-size="15">${escaped(title)}</text>\n${rows.join("\n")}`;
}

function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
}
