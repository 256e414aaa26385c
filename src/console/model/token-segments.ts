// What each segment of an access token means. The library's reader finds the segments; whether the
// token is right is for the inspection to say.

import type { TokenSegment, TokenSegmentName } from "../../keys/token/byte-reader.ts";
import { CONTENT_STARTS, type ReadToken, readToken } from "../../keys/token/read-token.ts";
import { isRtm006 } from "../../keys/token/ways-in.ts";
import { runsOf, type Segment, type SegmentedKey, type SegmentKind } from "./key-segments.ts";
import { instantText } from "./time-text.ts";

export interface SegmentedToken {
  readonly version: 6 | 7;
  readonly text: SegmentedKey;
  /** Of 007, which is compressed: the content in hexadecimal digits. */
  readonly content?: SegmentedKey & { readonly hex: string };
}

const KINDS: Readonly<Record<TokenSegmentName, readonly [SegmentKind, label: string]>> = {
  signature: ["signature", "Signature"],
  appId: ["appId", "App ID"],
  issueTs: ["issuedAt", "Issue time"],
  expire: ["expiresAt", "Lifetime"],
  ts: ["expiresAt", "Expiry"],
  salt: ["randomInt", "Salt"],
  channelCrc32: ["channel", "Channel, CRC-32"],
  userCrc32: ["uid", "User, CRC-32"],
  serviceCount: ["service", "Services"],
  service: ["service", "Service"],
  privileges: ["permissions", "Privileges"],
  channel: ["channel", "Channel"],
  account: ["uid", "User"],
  userId: ["uid", "User"],
  roomUuid: ["channel", "Room"],
  userUuid: ["uid", "User"],
  role: ["permissions", "Role"],
  permissions: ["permissions", "Permissions"],
  rest: ["version", "Not understood"],
};

/** RTM's 006 has its user in the place of the channel. */
const RTM_KINDS: Partial<typeof KINDS> = {
  channelCrc32: ["uid", "User, CRC-32"],
  userCrc32: ["version", "No user"],
};

/** Strangers write tokens: the page shows this many segments, and the last one covers the rest. */
const SEGMENTS_MAX = 100;
const BITS_PER_CHARACTER = 6;
const DIGITS_PER_BYTE = 2;

/** Undefined if the text is no access token. */
export function segmentToken(text: string): SegmentedToken | undefined {
  const result = readToken(text);
  if (!result.ok) return undefined;
  const { value: read } = result;
  const shown = shownSegments(read);
  const version: Segment = { kind: "version", start: 0, end: 3, value: text.slice(0, 3) };
  if (read.version === 6) {
    const start = CONTENT_STARTS[6];
    const appId: Segment = { kind: "appId", start: 3, end: start, value: read.token.appId };
    const inText = (byte: number) => start + (byte * 8) / BITS_PER_CHARACTER;
    const packed = shown.map((segment) => ({
      ...segment,
      start: inText(segment.start),
      // The padding of base64 goes with the last segment.
      end: segment.end === read.content.length ? text.length : inText(segment.end),
      bytes: { start: segment.start, end: segment.end },
    }));
    const segments = [version, appId, ...packed];
    return { version: 6, text: { segments, runs: runsOf(text, segments) } };
  }
  const compressed: Segment = {
    kind: "service",
    label: "Content",
    start: 3,
    end: text.length,
    value: `${read.content.length} bytes, compressed`,
  };
  const hex = Array.from(read.content, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const segments = shown.map((segment) => ({
    ...segment,
    start: segment.start * DIGITS_PER_BYTE,
    end: segment.end * DIGITS_PER_BYTE,
    bytes: { start: segment.start, end: segment.end },
  }));
  return {
    version: 7,
    text: { segments: [version, compressed], runs: runsOf(text, [version, compressed]) },
    content: { hex, segments, runs: runsOf(hex, segments) },
  };
}

function shownSegments({ segments, content, token }: ReadToken): Segment[] {
  const isRtm = token.version === 6 && isRtm006(token);
  const shown = segments.slice(0, SEGMENTS_MAX).map((segment): Segment => {
    const { name, start, end } = segment;
    const [kind, label] = (isRtm && RTM_KINDS[name]) || KINDS[name];
    const value = isRtm && name === "userCrc32" ? "not used" : meaning(segment, token.version);
    return { kind, label, start, end, value };
  });
  const last = shown.at(-1);
  if (segments.length > SEGMENTS_MAX && last)
    shown.push({
      kind: "version",
      label: "More",
      start: last.end,
      end: content.length,
      value: `${segments.length - SEGMENTS_MAX} more parts`,
    });
  return shown;
}

function meaning({ name, value }: TokenSegment, version: 6 | 7): string {
  switch (name) {
    case "issueTs":
    case "ts":
      return `${value} · ${instantText(Number(value))}`;
    case "expire":
      return `${value} s after issue`;
    case "privileges":
      if (value === "") return "none";
      return version === 7 ? `${value} (s after issue)` : value;
    case "userCrc32":
    case "channelCrc32": {
      const digits = Number(value).toString(16).padStart(8, "0");
      return name === "userCrc32" && value === "0" ? `${digits} · anyone` : digits;
    }
    case "account":
      return value || "empty · anyone";
    case "channel":
      return value === "" || value === "*" ? `${value || "empty"} · any channel` : value;
    default:
      return value;
  }
}
