// `npm run chart:renewals`, after `npm run build`: simulates 100,000 clients that joined in the
// same second, with the shipped client library, and draws their requests into docs/renewals.svg.

import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { simulateCrowd } from "../test/client/simulation/crowd.ts";

const CLIENTS = Number(process.argv[2] ?? 100_000);
const EXPIRES_IN = 3600;
const RENEW_FROM = 1800;
/** The window in which renewals are planned. The last eleven minutes of a key are kept free. */
const WINDOW_SECONDS = 1800 - 660;
const MEAN = CLIENTS / WINDOW_SECONDS;

const WIDTH = 900;
const PANEL_HEIGHT = 200;
const LEFT = 60;
const RIGHT = 20;
const TOP = 56;
const FROM_SECOND = 1500;
const MOST = 3 * MEAN;

const scenarios = [
  { title: "No outage", outage: undefined },
  { title: "Five minutes of 503 for everybody", outage: { from: 2100, seconds: 300 } },
  { title: "Ten minutes of 503 for everybody", outage: { from: 2100, seconds: 600 } },
];

const x = (second: number) =>
  LEFT + ((second - FROM_SECOND) / (EXPIRES_IN - FROM_SECOND)) * (WIDTH - LEFT - RIGHT);
const round = (value: number) => Number(value.toFixed(1));

/** The time of the outage. */
function band(from: number, to: number, top: number): string {
  const place = `x="${round(from)}" y="${top}" width="${round(to - from)}"`;
  return `<rect ${place} height="${PANEL_HEIGHT}" fill="#e5e7eb"/>`;
}

function panel(
  { title, outage }: (typeof scenarios)[number],
  requests: number[],
  top: number,
): string {
  const y = (rate: number) => top + PANEL_HEIGHT * (1 - Math.min(rate, MOST) / MOST);
  const text = (at: number, height: number, words: string, more = "") =>
    `<text x="${at}" y="${round(height)}" ${more}>${words}</text>`;
  const level = (rate: number, words: string) =>
    [
      `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${round(y(rate))}" y2="${round(y(rate))}" `,
      'stroke="#c2410c" stroke-dasharray="4 4"/>',
      text(LEFT + 6, y(rate) - 5, words, 'fill="#c2410c"'),
    ].join("");
  const points = requests
    .slice(FROM_SECOND)
    .map((rate, index) => `${round(x(FROM_SECOND + index))},${round(y(rate))}`);
  const after = outage ? outage.from + outage.seconds : 0;
  const busiest = Math.max(...requests.slice(after));
  const where = outage ? "busiest second after it" : "busiest second";
  const summary = `${title}: ${where} ${busiest}, ${(busiest / MEAN).toFixed(2)} × the mean`;
  return [
    outage ? band(x(outage.from), x(after), top) : "",
    `<polyline fill="none" stroke="#1d4ed8" points="${points.join(" ")}"/>`,
    level(MEAN, `mean of the renewal window, ${Math.round(MEAN)} a second`),
    level(2 * MEAN, "twice the mean"),
    `<path d="M${LEFT} ${top}v${PANEL_HEIGHT}H${WIDTH - RIGHT}" fill="none" stroke="#111827"/>`,
    text(LEFT, top - 10, summary, 'font-weight="bold"'),
    ...[0, 1, 2, 3].map((times) =>
      text(LEFT - 8, y(times * MEAN) + 4, `${Math.round(times * MEAN)}`, 'text-anchor="end"'),
    ),
    ...[1500, 1800, 2100, 2400, 2700, 3000, 3300, 3600].map((second) =>
      text(round(x(second)), top + PANEL_HEIGHT + 16, `${second / 60} min`, 'text-anchor="middle"'),
    ),
  ].join("\n");
}

const panels: string[] = [];
for (const scenario of scenarios) {
  const { requestsBySecond, late } = await simulateCrowd({
    clients: CLIENTS,
    expiresIn: EXPIRES_IN,
    seed: 2026,
    outage: scenario.outage,
  });
  const after = scenario.outage ? scenario.outage.from + scenario.outage.seconds : RENEW_FROM;
  const busiest = Math.max(...requestsBySecond.slice(after));
  const ratio = `${(busiest / MEAN).toFixed(2)} × the mean of ${MEAN.toFixed(1)}`;
  const requests = requestsBySecond.reduce((sum, count) => sum + count, 0);
  console.log(
    `${scenario.title}: ${late} late; busiest second ${busiest}, ${ratio}; ${requests} requests`,
  );
  panels.push(panel(scenario, requestsBySecond, TOP + panels.length * (PANEL_HEIGHT + 70)));
}

const height = TOP + panels.length * (PANEL_HEIGHT + 70) - 20;
const crowd = `${CLIENTS.toLocaleString("en")} clients that joined in the same second`;
const heading = `Requests in each second: ${crowd}, keys of an hour`;
const frame = `xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}"`;
const style = 'font-family="system-ui, sans-serif" font-size="12"';
await writeFile(
  fileURLToPath(new URL("../docs/renewals.svg", import.meta.url).href),
  `<svg ${frame} ${style} role="img" aria-label="${heading}">
<rect width="${WIDTH}" height="${height}" fill="#fff"/>
<text x="${LEFT}" y="24" font-size="15">${heading}</text>
${panels.join("\n")}
</svg>
`,
);
