// A key or token with each segment of its text marked, and a legend. Besides its colour, each
// segment has a number, which the legend repeats.

import {
  type Segment,
  type SegmentedKey,
  type SegmentKind,
  segmentKey,
} from "../model/key-segments.ts";
import { instantText } from "../model/time-text.ts";
import { segmentToken } from "../model/token-segments.ts";
import { el } from "./dom.ts";

const NAMES: Readonly<Record<SegmentKind, string>> = {
  version: "Version",
  service: "Service",
  signature: "Signature",
  appId: "App ID",
  issuedAt: "Issue time",
  randomInt: "Random number",
  channel: "Channel",
  uid: "uid",
  expiresAt: "Expiry",
  permissions: "Permissions",
};
const SERVICES = ["", "media channel", "recording", "public sharing", "in-channel permission"];
const PERMISSIONS: Readonly<Record<string, string>> = {
  "0000": "none",
  "01000100010030": "no upload",
  "01000100010033": "audio and video upload",
};

/**
 * Of a channel key, not all that is signed can be seen: the text has no channel and, in versions 4
 * and 5, no uid. Of a 007 token, which is compressed, the content is shown as well.
 */
export function keyView(key: string): HTMLElement[] {
  const segmented = segmentKey(key);
  if (segmented)
    return [marked(segmented, `Channel key of ${key.length} characters`), legend(segmented)];
  const token = segmentToken(key);
  if (!token) return [el("p", { class: "key" }, key)];
  const { text, content } = token;
  const views = [marked(text, `Access token of ${key.length} characters`), legend(text)];
  if (!content) return views;
  const title = el("h4", { class: "key-content" }, "Its content, in hexadecimal");
  const name = `Content of ${content.hex.length / 2} bytes in hexadecimal`;
  return [...views, title, marked(content, name), legend(content, "bytes")];
}

function marked({ segments, runs }: SegmentedKey, name: string): HTMLElement {
  const pieces = runs.map(({ text: piece, segments: [first, second] }, index) => {
    const isFirstPiece = index === 0 || runs[index - 1]?.segments[0] !== first;
    return el(
      "span",
      {
        class: second === undefined ? "segment" : "segment shared",
        "data-kind": segments[first]?.kind,
        "data-next": second === undefined ? undefined : segments[second]?.kind,
        // Drawn by the style sheet, so that it is not copied with the key.
        "data-mark": isFirstPiece && second === undefined ? first + 1 : undefined,
      },
      piece,
    );
  });
  // Screen readers read this label in place of the characters. The legend has the parts.
  return el(
    "p",
    {
      class: "key",
      role: "img",
      "aria-label": `${name}, explained below`,
      translate: "no",
    },
    ...pieces,
  );
}

/** `unit`: where a segment is, in characters of the text, or in bytes of the content alone. */
function legend({ segments }: SegmentedKey, unit: "chars" | "bytes" = "chars"): HTMLElement {
  const rows = segments.map((segment, index) =>
    el(
      "li",
      { "data-kind": segment.kind },
      el("span", { class: "number" }, String(index + 1)),
      el("span", { class: "name" }, segment.label ?? NAMES[segment.kind]),
      el("span", { class: "value" }, meaning(segment)),
      el("span", { class: "where" }, place(segment, unit)),
    ),
  );
  const list = el("ol", { class: "legend", "aria-label": "What each segment means" }, ...rows);
  list.addEventListener("pointerover", (event) => point(event.target));
  list.addEventListener("pointerleave", () => point(null));
  return list;
}

/** Pointing at a line of the legend highlights its segment. */
function point(target: EventTarget | null): void {
  const row = target instanceof Element ? target.closest("li") : null;
  for (const key of document.querySelectorAll<HTMLElement>(".key")) {
    key.classList.toggle("pointed", row !== null);
    for (const segment of key.querySelectorAll<HTMLElement>(".segment")) {
      const { kind, next } = segment.dataset;
      segment.classList.toggle(
        "at",
        row !== null && (kind === row.dataset.kind || next === row.dataset.kind),
      );
    }
  }
}

function meaning({ kind, label, value }: Segment): string {
  if (label !== undefined) return value;
  if (kind === "issuedAt") return `${value} · ${instantText(Number(value))}`;
  if (kind === "expiresAt")
    return value === "0" ? "0 · never" : `${value} · ${instantText(Number(value))}`;
  if (kind === "uid") return value === "0" ? "0 · anyone" : value;
  if (kind === "service") return `${value} · ${SERVICES[Number(value)] ?? "unknown"}`;
  if (kind === "permissions") return PERMISSIONS[value] ?? value;
  return value;
}

function place({ start, end, bytes }: Segment, unit: "chars" | "bytes"): string {
  const characters = `chars ${Math.floor(start) + 1}–${Math.ceil(end)}`;
  if (!bytes) return characters;
  const inBytes = `bytes ${bytes.start}–${bytes.end - 1}`;
  return unit === "bytes" ? inBytes : `${inBytes} · ${characters}`;
}
