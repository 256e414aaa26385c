// What each segment of a channel key's text means. Whether the key is right is for the service's
// inspection to say.

import { LENGTH_SIZE, packedBytes, type SegmentName, segmentsOf } from "../../keys/layout.ts";

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

/** The page shows times by the names of the API. */
const KINDS: Readonly<Record<SegmentName, SegmentKind>> = {
  version: "version",
  service: "service",
  signature: "signature",
  appId: "appId",
  unixTs: "issuedAt",
  randomInt: "randomInt",
  uid: "uid",
  expiredTs: "expiresAt",
  permissions: "permissions",
};

/** Undefined if the text has the form of no version. */
export function segmentKey(key: string): SegmentedKey | undefined {
  const content = packedBytes(key);
  const segments = segmentsOf(key)?.map(({ name, start, end, bytes }): Segment => {
    const kind = KINDS[name];
    const value =
      bytes && content
        ? readBytes(kind, content.subarray(bytes.start, bytes.end))
        : readText(kind, key.slice(start, end));
    return { kind, start, end, ...(bytes && { bytes }), value };
  });
  return segments && { segments, runs: runsOf(key, segments) };
}

function readText(kind: SegmentKind, text: string): string {
  if (kind === "signature" || kind === "appId" || kind === "version") return text;
  return String(Number.parseInt(text, kind === "randomInt" ? 16 : 10));
}

/** In version 5 a text has its length before it. */
function readBytes(kind: SegmentKind, bytes: Uint8Array): string {
  const hex = (from: number) =>
    Array.from(bytes.subarray(from), (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (kind === "signature") return String.fromCharCode(...bytes.subarray(LENGTH_SIZE));
  if (kind === "appId") return hex(LENGTH_SIZE);
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
