// Where each field is in the text of a channel key. The parser reads by it, and the console shows
// it.

import type { Version } from "./versions.ts";

export type SegmentName =
  | "version"
  | "service"
  | "signature"
  | "appId"
  | "unixTs"
  | "randomInt"
  | "uid"
  | "expiredTs"
  | "permissions";

/** Where a key's text shows a field: from `start` up to, but not including, `end`. */
export interface KeySegment {
  readonly name: SegmentName;
  readonly start: number;
  readonly end: number;
  /**
   * Version 5 only: where its bytes are under the base64. A character has 6 of their bits, so
   * `start` and `end` may be fractions: within a character.
   */
  readonly bytes?: { readonly start: number; readonly end: number };
}

export type Layout = readonly (readonly [name: SegmentName, size: number])[];

// Versions 1 to 4, in characters.
const ALWAYS_SHOWN: Layout = [
  ["signature", 40],
  ["appId", 32],
  ["unixTs", 10],
  ["randomInt", 8],
];
/**
 * By the length of the text, which no two versions share. A text is not told by how it begins: the
 * signature that opens a key of version 1 or 2 may begin with any digits, "005" too.
 */
export const TEXT_LAYOUTS: ReadonlyMap<number, { version: Version; layout: Layout }> = new Map([
  [90, { version: 1, layout: ALWAYS_SHOWN }],
  [110, { version: 2, layout: [...ALWAYS_SHOWN, ["uid", 10], ["expiredTs", 10]] }],
  [113, { version: 3, layout: [["version", 3], ...ALWAYS_SHOWN, ["uid", 10], ["expiredTs", 10]] }],
  [103, { version: 4, layout: [["version", 3], ...ALWAYS_SHOWN, ["expiredTs", 10]] }],
]);

// Version 5: a prefix, then base64 of packed bytes. Numbers are little-endian, and a string has its
// length before it.
export const PREFIX_5 = "005";
export const LENGTH_SIZE = 2;
const SIGNATURE_SIZE = 40;
const APP_ID_SIZE = 16;
export const PACKED_LAYOUT: Layout = [
  ["service", 2],
  ["signature", LENGTH_SIZE + SIGNATURE_SIZE],
  ["appId", LENGTH_SIZE + APP_ID_SIZE],
  ["unixTs", 4],
  ["randomInt", 4],
  ["expiredTs", 4],
];
/** Then the permissions, a map: first the number of its entries. */
const MAP_COUNT_SIZE = 2;
/** The size of the map with no entry, or with one: a u16 and a string of one digit. */
export const MAP_SIZES = [MAP_COUNT_SIZE, MAP_COUNT_SIZE + 2 + LENGTH_SIZE + 1] as const;
const BITS_PER_CHARACTER = 6;

/**
 * Where each field is in a text with the shape of a channel key, in order. What the fields say may
 * still be wrong: `inspect` checks that. Undefined if the text has the shape of no version.
 */
export function segmentsOf(key: string): KeySegment[] | undefined {
  const text = TEXT_LAYOUTS.get(key.length);
  if (text) return place(text.layout);
  const bytes = key.startsWith(PREFIX_5) ? packedBytes(key) : undefined;
  const packed = place(PACKED_LAYOUT);
  const permissionsStart = packed.at(-1)?.end ?? 0;
  if (!bytes || bytes.length < permissionsStart + MAP_SIZES[0]) return undefined;
  packed.push({ name: "permissions", start: permissionsStart, end: bytes.length });
  const inText = (byte: number) => PREFIX_5.length + (byte * 8) / BITS_PER_CHARACTER;
  return [
    { name: "version", start: 0, end: PREFIX_5.length },
    ...packed.map(({ name, start, end }) => ({
      name,
      start: inText(start),
      // The padding says nothing. It goes with the last segment.
      end: end === bytes.length ? key.length : inText(end),
      bytes: { start, end },
    })),
  ];
}

export function place(layout: Layout): KeySegment[] {
  let end = 0;
  return layout.map(([name, size]) => {
    const start = end;
    end += size;
    return { name, start, end };
  });
}

/** The bytes of version 5; undefined if what follows the prefix is not base64. */
export function packedBytes(key: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(key.slice(PREFIX_5.length)), (character) =>
      character.charCodeAt(0),
    );
  } catch {
    return undefined;
  }
}
