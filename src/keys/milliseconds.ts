// Milliseconds where Unix seconds belong: what JavaScript and Java give for the time.

import {
  DAY_SECONDS,
  EARLIEST_KEY_UNIX_SECONDS,
  MAX_U32,
  MILLISECONDS_PER_SECOND,
  YEAR_SECONDS,
} from "../platform/limits.ts";
import { type Layout, place, TEXT_LAYOUTS } from "./layout.ts";
import { parseKey } from "./parse.ts";

const TIME_SEGMENTS: readonly string[] = ["unixTs", "expiredTs"];
/** Digits that the milliseconds of a time have more than its seconds. */
const EXTRA_DIGITS = 3;

/** Whether the text becomes a key of version 1 to 4 once times of 13 digits are cut to seconds. */
export function hasMilliseconds(text: string): boolean {
  return Array.from(TEXT_LAYOUTS.values()).some(({ layout }) =>
    wideTimes(layout).some((wide) => {
      const segments = place(
        layout.map(([name, size]) => [name, size + (wide.includes(name) ? EXTRA_DIGITS : 0)]),
      );
      if (segments.at(-1)?.end !== text.length) return false;
      const areMilliseconds = segments.every(
        ({ name, start, end }) => !wide.includes(name) || isMilliseconds(text.slice(start, end)),
      );
      const inSeconds = segments
        .map(({ name, start, end }) =>
          text.slice(start, wide.includes(name) ? end - EXTRA_DIGITS : end),
        )
        .join("");
      return areMilliseconds && parseKey(inSeconds).ok;
    }),
  );
}

function isMilliseconds(digits: string): boolean {
  return (
    /^\d+$/.test(digits) && Number(digits) >= EARLIEST_KEY_UNIX_SECONDS * MILLISECONDS_PER_SECOND
  );
}

/** Which times of a layout may be wide: each alone, and all of them. */
function wideTimes(layout: Layout): readonly (readonly string[])[] {
  const times = layout.flatMap(([name]) => (TIME_SEGMENTS.includes(name) ? [name] : []));
  return [...times.map((name) => [name]), ...(times.length > 1 ? [times] : [])];
}

/**
 * Whether a u32 can't be a time of a key, and is what remains in 32 bits of a time within a day of
 * `now` in milliseconds. Version 5 packs whatever it is given.
 */
export function isWrappedMilliseconds(time: number, now: number): boolean {
  const isPlausible = time >= EARLIEST_KEY_UNIX_SECONDS && time <= now + YEAR_SECONDS;
  if (time === 0 || isPlausible) return false;
  const period = MAX_U32 + 1;
  const distance = (((time - now * MILLISECONDS_PER_SECOND) % period) + period) % period;
  const dayMilliseconds = DAY_SECONDS * MILLISECONDS_PER_SECOND;
  return distance <= dayMilliseconds || period - distance <= dayMilliseconds;
}
