// A key with each stretch of its text marked with what it says, and a legend. Colour helps, but every stretch also has a number, which
// the legend repeats.

import { type Anatomy, anatomyOf, type Stretch, type StretchKind } from "../model/stretches.ts";
import { instantText } from "../model/text.ts";
import { el } from "./dom.ts";

const NAMES: Readonly<Record<StretchKind, string>> = {
  version: "Version",
  service: "Service",
  signature: "Signature",
  appId: "App ID",
  issuedAt: "Issue time",
  randomInt: "Random number",
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

/** What the signature covers is not all to be seen: versions 4 and 5 sign the channel and the uid unseen. */
export function keyView(key: string): HTMLElement[] {
  const anatomy = anatomyOf(key);
  if (!anatomy) return [el("p", { class: "key" }, key)];
  return [markedKey(key, anatomy), legend(anatomy)];
}

function markedKey(key: string, { stretches, runs }: Anatomy): HTMLElement {
  const pieces = runs.map(({ text, stretches: [first, second] }, index) => {
    const isFirstPiece = index === 0 || runs[index - 1]?.stretches[0] !== first;
    return el(
      "span",
      {
        class: second === undefined ? "stretch" : "stretch shared",
        "data-kind": stretches[first]?.kind,
        "data-next": second === undefined ? undefined : stretches[second]?.kind,
        // Drawn by the style sheet, so that it is no part of what is copied.
        "data-mark": isFirstPiece && second === undefined ? first + 1 : undefined,
      },
      text,
    );
  });
  // Read out as what it is, not character by character; the legend has the parts.
  return el(
    "p",
    {
      class: "key",
      role: "img",
      "aria-label": `Channel key of ${key.length} characters, explained below`,
      translate: "no",
    },
    ...pieces,
  );
}

function legend({ stretches }: Anatomy): HTMLElement {
  const rows = stretches.map((stretch, index) =>
    el(
      "li",
      { "data-kind": stretch.kind },
      el("span", { class: "number" }, String(index + 1)),
      el("span", { class: "name" }, NAMES[stretch.kind]),
      el("span", { class: "value" }, meaning(stretch)),
      el("span", { class: "where" }, place(stretch)),
    ),
  );
  const list = el("ol", { class: "legend", "aria-label": "What each stretch says" }, ...rows);
  list.addEventListener("pointerover", (event) => point(event.target));
  list.addEventListener("pointerleave", () => point(null));
  return list;
}

/** Pointing at a line of the legend brings its stretch out. */
function point(target: EventTarget | null): void {
  const row = target instanceof Element ? target.closest("li") : null;
  for (const key of document.querySelectorAll<HTMLElement>(".key")) {
    key.classList.toggle("pointed", row !== null);
    for (const stretch of key.querySelectorAll<HTMLElement>(".stretch")) {
      const { kind, next } = stretch.dataset;
      stretch.classList.toggle(
        "at",
        row !== null && (kind === row.dataset.kind || next === row.dataset.kind),
      );
    }
  }
}

function meaning({ kind, value }: Stretch): string {
  if (kind === "issuedAt") return `${value} · ${instantText(Number(value))}`;
  if (kind === "expiresAt")
    return value === "0" ? "0 · never" : `${value} · ${instantText(Number(value))}`;
  if (kind === "uid") return value === "0" ? "0 · anyone" : value;
  if (kind === "service") return `${value} · ${SERVICES[Number(value)] ?? "unknown"}`;
  if (kind === "permissions") return PERMISSIONS[value] ?? value;
  return value;
}

function place({ start, end, bytes }: Stretch): string {
  const characters = `chars ${Math.floor(start) + 1}–${Math.ceil(end)}`;
  return bytes ? `bytes ${bytes.start}–${bytes.end - 1} · ${characters}` : characters;
}
