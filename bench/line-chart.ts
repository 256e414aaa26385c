// Lines as a picture, both scales logarithmic. It follows the reader's colour scheme.

export interface LineChart {
  readonly title: string;
  /** What the scales are of. */
  readonly x: string;
  readonly y: string;
  readonly lines: readonly {
    readonly label: string;
    readonly points: readonly (readonly [x: number, y: number])[];
    readonly isOurs?: boolean;
  }[];
  /** Values of y that are drawn across. */
  readonly levels: readonly { readonly value: number; readonly label: string }[];
}

const WIDTH = 760;
const HEIGHT = 420;
const LEFT = 60;
const RIGHT = 100;
const TOP = 50;
const BOTTOM = 50;
const FONT = 'font-family="system-ui, sans-serif" font-size="13"';
const STYLE = [
  "text{fill:#1b1f24}.axis{stroke:#1b1f24}.ours{stroke:#8a5a00}.line{stroke:#5b6472}",
  ".grid{stroke:#d6dae0}.level{stroke:#b42318}circle.ours{fill:#8a5a00}circle.line{fill:#5b6472}",
  "@media(prefers-color-scheme:dark){",
  "text{fill:#e6e9ee}.axis{stroke:#e6e9ee}.ours{stroke:#e0a33e}.line{stroke:#9aa4b2}",
  ".grid{stroke:#333a44}.level{stroke:#f97066}circle.ours{fill:#e0a33e}circle.line{fill:#9aa4b2}}",
].join("");

type Scale = (value: number) => number;

export function drawLines({ title, x, y, lines, levels }: LineChart): string {
  const points = lines.flatMap((line) => line.points);
  const xs = powersAround(points.map(([value]) => value));
  const ys = powersAround(points.map(([, value]) => value));
  const toX = scale(xs, LEFT, WIDTH - RIGHT);
  const toY = scale(ys, HEIGHT - BOTTOM, TOP);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" ${FONT} role="img"`,
    ` aria-label="${title}"><style>${STYLE}</style>`,
    text(0, 20, title, 'font-weight="600" font-size="15"'),
    ...xs.map((value) => rule("grid", toX(value), TOP, toX(value), HEIGHT - BOTTOM)),
    ...ys.map((value) => rule("grid", LEFT, toY(value), WIDTH - RIGHT, toY(value))),
    ...xs.map((value) =>
      text(toX(value), HEIGHT - BOTTOM + 20, value.toLocaleString("en"), 'text-anchor="middle"'),
    ),
    ...ys.map((value) => text(LEFT - 8, toY(value) + 4, String(value), 'text-anchor="end"')),
    text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, x, 'text-anchor="middle"'),
    text(LEFT, TOP - 10, y, 'text-anchor="end"'),
    ...levels.flatMap(({ value, label }) => [
      rule("level", LEFT, toY(value), WIDTH - RIGHT, toY(value), 'stroke-dasharray="4 4"'),
      text(LEFT + 6, toY(value) - 6, label),
    ]),
    ...lines.map((line) => drawLine(line, toX, toY)),
    "</svg>",
    "",
  ].join("\n");
}

function drawLine(
  { label, points, isOurs = false }: LineChart["lines"][number],
  toX: Scale,
  toY: Scale,
): string {
  const kind = isOurs ? "ours" : "line";
  const places = points.map(([x, y]) => [toX(x), toY(y)] as const);
  const path = places.map(([x, y]) => `${round(x)},${round(y)}`).join(" ");
  const dots = places.map(
    ([x, y]) => `<circle class="${kind}" cx="${round(x)}" cy="${round(y)}" r="3"/>`,
  );
  const [x, y] = places.at(-1) as readonly [number, number];
  const last = (points.at(-1) as readonly [number, number])[1];
  const anchor = 'text-anchor="end"';
  return [
    `<polyline class="${kind}" fill="none" stroke-width="2" points="${path}"/>`,
    ...dots,
    text(x + 8, y + 4, `${Number(last.toPrecision(2))} ms`),
    text(x - 8, y - 16, label, anchor),
  ].join("");
}

/** The powers of ten from the one below all values to the one above. */
function powersAround(values: readonly number[]): number[] {
  const first = Math.floor(Math.log10(Math.min(...values)));
  const last = Math.ceil(Math.log10(Math.max(...values)));
  return Array.from({ length: last - first + 1 }, (_, i) => 10 ** (first + i));
}

function scale(powers: readonly number[], from: number, to: number): Scale {
  const [first, last] = [Math.log10(powers[0] as number), Math.log10(powers.at(-1) as number)];
  return (value) => from + ((Math.log10(value) - first) / (last - first)) * (to - from);
}

function rule(kind: string, x1: number, y1: number, x2: number, y2: number, more = ""): string {
  const [a, b, c, d] = [x1, y1, x2, y2].map(round);
  return `<line class="${kind}" x1="${a}" y1="${b}" x2="${c}" y2="${d}" ${more}/>`;
}

function text(x: number, y: number, words: string, more = ""): string {
  return `<text x="${round(x)}" y="${round(y)}" ${more}>${words}</text>`;
}

function round(value: number): number {
  return Number(value.toFixed(1));
}
