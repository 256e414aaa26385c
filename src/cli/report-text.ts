// Text for people: aligned names and values, and times both in UTC and from now.

/** Names are shorter. One that a deployment sends must not widen each line without end. */
const NAME_MAX_WIDTH = 24;

/** A name and its value; undefined: it is left out. */
export type Row = readonly [name: string, value: string | number | undefined];

/** Rows below each other, two spaces from the margin. */
export function rowsText(rows: readonly Row[]): string {
  const shown = rows.flatMap(([name, value]) =>
    value === undefined || value === "" ? [] : [[plain(name), plain(`${value}`)] as const],
  );
  const longest = Math.max(...shown.map(([name]) => name.length));
  const width = Math.min(longest, NAME_MAX_WIDTH);
  return shown.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join("\n");
}

/**
 * One line, whatever a deployment sends. Control characters could rewrite the screen, and format
 * characters the order in which its text is read.
 */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ");
}

/** The same, but line breaks stay. */
export function plainLines(text: string): string {
  return text.split("\n").map(plain).join("\n");
}

/** 2026-11-25 13:06:52 UTC (in 1 h). null is never. */
export function timeText(unixSeconds: number | null, nowSeconds: number): string {
  if (unixSeconds === null) return "never";
  const date = new Date(unixSeconds * 1000);
  if (Number.isNaN(date.getTime())) return String(unixSeconds);
  const utc = date
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/, " UTC");
  const seconds = unixSeconds - nowSeconds;
  if (seconds === 0) return `${utc} (now)`;
  const apart = durationText(Math.abs(seconds));
  return seconds > 0 ? `${utc} (in ${apart})` : `${utc} (${apart} ago)`;
}

/** What is allowed, each with how long: joinChannel 1 h, publishAudio 10 min. */
export function privilegesText(privileges: Readonly<Record<string, number | undefined>>): string {
  return Object.entries(privileges)
    .map(([name, seconds = 0]) => {
      // Of the vendor: 0 is "no end of its own".
      return `${name} ${seconds === 0 ? "as long as the token" : durationText(seconds)}`;
    })
    .join(", ");
}

const UNITS = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
  ["s", 1],
] as const;

/** The two largest units: 1 h 30 min. */
export function durationText(seconds: number): string {
  const first = UNITS.findIndex(([, size]) => seconds >= size);
  if (first < 0) return "0 s";
  let left = seconds;
  const parts = UNITS.slice(first, first + 2).flatMap(([unit, size]) => {
    const count = Math.floor(left / size);
    left -= count * size;
    return count === 0 ? [] : [`${count} ${unit}`];
  });
  return parts.join(" ");
}
