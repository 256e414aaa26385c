// What each segment of a channel key's text means. Whether the key is right is for the service's
// inspection to say.

export type SegmentKind =
  | "version"
  | "service"
  | "signature"
  | "appId"
  | "issuedAt"
  | "randomInt"
  | "channel"
  | "uid"
  | "expiresAt"
  | "permissions";

export interface Segment {
  readonly kind: SegmentKind;
  /** In place of the kind's name, where it is narrower. Then `value` is ready to be shown. */
  readonly label?: string;
  /**
   * In the key's text: from `start` up to, but not including, `end`. In version 5 a segment may
   * begin or end within a character.
   */
  readonly start: number;
  readonly end: number;
  /** In version 5 alone: where it is in the decoded bytes. */
  readonly bytes?: { readonly start: number; readonly end: number };
  /** Hexadecimal digits or a decimal number. */
  readonly value: string;
}

/** A piece of the text, and its segments: two where one base64 character has bits of both. */
export interface Run {
  readonly text: string;
  readonly segments: readonly [number] | readonly [number, number];
}

export interface SegmentedKey {
  readonly segments: readonly Segment[];
  readonly runs: readonly Run[];
}

type Layout = readonly (readonly [kind: SegmentKind, length: number])[];

const SIGNED: Layout = [
  ["signature", 40],
  ["appId", 32],
  ["issuedAt", 10],
  ["randomInt", 8],
];
/** By the length of the text, which is different in each version. */
const TEXT_LAYOUTS: ReadonlyMap<number, Layout> = new Map([
  [90, SIGNED],
  [110, [...SIGNED, ["uid", 10], ["expiresAt", 10]]],
  [113, [["version", 3], ...SIGNED, ["uid", 10], ["expiresAt", 10]]],
  [103, [["version", 3], ...SIGNED, ["expiresAt", 10]]],
]);

/** Undefined if the text has the form of no version. */
export function segmentKey(key: string): SegmentedKey | undefined {
  const layout = TEXT_LAYOUTS.get(key.length);
  if (layout) return segmentText(key, layout);
  return key.startsWith("005") ? segmentPacked(key) : undefined;
}

function segmentText(key: string, layout: Layout): SegmentedKey {
  let at = 0;
  const segments = layout.map(([kind, length]): Segment => {
    const start = at;
    at += length;
    return { kind, start, end: at, value: readText(kind, key.slice(start, at)) };
  });
  return {
    segments,
    runs: segments.map(({ start, end }, index) => ({
      text: key.slice(start, end),
      segments: [index],
    })),
  };
}

function readText(kind: SegmentKind, text: string): string {
  if (kind === "signature" || kind === "appId" || kind === "version") return text;
  return String(Number.parseInt(text, kind === "randomInt" ? 16 : 10));
}

// Version 5, in bytes. A string has its length before it, in two bytes.
const PACKED: Layout = [
  ["service", 2],
  ["signature", 2 + 40],
  ["appId", 2 + 16],
  ["issuedAt", 4],
  ["randomInt", 4],
  ["expiresAt", 4],
];
const PACKED_BYTES = PACKED.reduce((sum, [, length]) => sum + length, 0);
const PREFIX_LENGTH = 3;
const BITS_PER_CHARACTER = 6;

function segmentPacked(key: string): SegmentedKey | undefined {
  const bytes = decodeBase64(key.slice(PREFIX_LENGTH));
  if (!bytes || bytes.length < PACKED_BYTES + 2) return undefined;
  let at = 0;
  const packed = [...PACKED, ["permissions", bytes.length - PACKED_BYTES] as const].map(
    ([kind, length]): Segment => {
      const start = at;
      at += length;
      return {
        kind,
        start: PREFIX_LENGTH + (start * 8) / BITS_PER_CHARACTER,
        end: PREFIX_LENGTH + (at * 8) / BITS_PER_CHARACTER,
        bytes: { start, end: at },
        value: readBytes(kind, bytes.subarray(start, at)),
      };
    },
  );
  // The padding of base64 goes with the last segment.
  packed.push({ ...(packed.pop() as Segment), end: key.length });
  const segments: Segment[] = [
    { kind: "version", start: 0, end: PREFIX_LENGTH, value: "005" },
    ...packed,
  ];
  return { segments, runs: runsOf(key, segments) };
}

function readBytes(kind: SegmentKind, bytes: Uint8Array): string {
  const hex = (from: number) =>
    Array.from(bytes.subarray(from), (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (kind === "signature") return String.fromCharCode(...bytes.subarray(2));
  if (kind === "appId") return hex(2);
  if (kind === "permissions") return hex(0);
  return String(bytes.reduceRight((value, byte) => value * 256 + byte, 0));
}

/** The whole characters of each segment, and between two segments the one they share, if any. */
export function runsOf(key: string, segments: readonly Segment[]): Run[] {
  const runs: Run[] = [];
  for (const [index, { start, end }] of segments.entries()) {
    runs.push({ text: key.slice(Math.ceil(start), Math.floor(end)), segments: [index] });
    if (!Number.isInteger(end))
      runs.push({ text: key.charAt(Math.floor(end)), segments: [index, index + 1] });
  }
  return runs;
}

function decodeBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
