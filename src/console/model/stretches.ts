// Which stretch of a channel key's text says what. It shows, and judges nothing: the service's inspection does that.

export type StretchKind =
  | "version"
  | "service"
  | "signature"
  | "appId"
  | "issuedAt"
  | "randomInt"
  | "uid"
  | "expiresAt"
  | "permissions";

export interface Stretch {
  readonly kind: StretchKind;
  /** In the key's text: from `start` up to, but not including, `end`. In version 5 both ends may cut a character. */
  readonly start: number;
  readonly end: number;
  /** Version 5 alone: the bytes under the base64. */
  readonly bytes?: { readonly start: number; readonly end: number };
  /** As read: hexadecimal digits, or a decimal number. */
  readonly value: string;
}

/** A piece of the text, and the stretches it belongs to: two where a base64 character carries bits of both. */
export interface Run {
  readonly text: string;
  readonly stretches: readonly [number] | readonly [number, number];
}

export interface Anatomy {
  readonly stretches: readonly Stretch[];
  readonly runs: readonly Run[];
}

type Layout = readonly (readonly [kind: StretchKind, length: number])[];

const SIGNED: Layout = [
  ["signature", 40],
  ["appId", 32],
  ["issuedAt", 10],
  ["randomInt", 8],
];
/** By the length of the text, which no two versions share. */
const TEXT_LAYOUTS: ReadonlyMap<number, Layout> = new Map([
  [90, SIGNED],
  [110, [...SIGNED, ["uid", 10], ["expiresAt", 10]]],
  [113, [["version", 3], ...SIGNED, ["uid", 10], ["expiresAt", 10]]],
  [103, [["version", 3], ...SIGNED, ["expiresAt", 10]]],
]);

/** Undefined where the text has the shape of no version. */
export function anatomyOf(key: string): Anatomy | undefined {
  const layout = TEXT_LAYOUTS.get(key.length);
  if (layout) return textAnatomy(key, layout);
  return key.startsWith("005") ? packedAnatomy(key) : undefined;
}

function textAnatomy(key: string, layout: Layout): Anatomy {
  let at = 0;
  const stretches = layout.map(([kind, length]): Stretch => {
    const start = at;
    at += length;
    return { kind, start, end: at, value: readText(kind, key.slice(start, at)) };
  });
  return {
    stretches,
    runs: stretches.map(({ start, end }, index) => ({
      text: key.slice(start, end),
      stretches: [index],
    })),
  };
}

function readText(kind: StretchKind, text: string): string {
  if (kind === "signature" || kind === "appId" || kind === "version") return text;
  return String(Number.parseInt(text, kind === "randomInt" ? 16 : 10));
}

// The packing of version 5, in bytes. A string stands with the two bytes of length before it.
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

function packedAnatomy(key: string): Anatomy | undefined {
  const bytes = decodeBase64(key.slice(PREFIX_LENGTH));
  if (!bytes || bytes.length < PACKED_BYTES + 2) return undefined;
  let at = 0;
  const packed = [...PACKED, ["permissions", bytes.length - PACKED_BYTES] as const].map(
    ([kind, length]): Stretch => {
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
  // The padding carries nothing: it goes with the last stretch.
  packed.push({ ...(packed.pop() as Stretch), end: key.length });
  const stretches: Stretch[] = [
    { kind: "version", start: 0, end: PREFIX_LENGTH, value: "005" },
    ...packed,
  ];
  return { stretches, runs: runsOf(key, stretches) };
}

function readBytes(kind: StretchKind, bytes: Uint8Array): string {
  const hex = (from: number) =>
    Array.from(bytes.subarray(from), (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (kind === "signature") return String.fromCharCode(...bytes.subarray(2));
  if (kind === "appId") return hex(2);
  if (kind === "permissions") return hex(0);
  return String(bytes.reduceRight((value, byte) => value * 256 + byte, 0));
}

/** Whole characters of one stretch, and between two stretches the character that they share, if any. */
function runsOf(key: string, stretches: readonly Stretch[]): Run[] {
  const runs: Run[] = [];
  for (const [index, { start, end }] of stretches.entries()) {
    runs.push({ text: key.slice(Math.ceil(start), Math.floor(end)), stretches: [index] });
    if (!Number.isInteger(end))
      runs.push({ text: key.charAt(Math.floor(end)), stretches: [index, index + 1] });
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
