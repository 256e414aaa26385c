// Two rings that empty: the outer one shows the time left to join, the inner one the time until the
// key expires.

import type { KeyTimes } from "../../contract/responses.ts";
import { clockText, instantText } from "../model/time-text.ts";
import { el, svg } from "./dom.ts";

const OUTER = 54;
const INNER = 43;
const TICK_MS = 250;

/**
 * Returns what counts down in `place` until it is called again. It starts at the service's time, so
 * that a wrong clock of the device does not matter.
 */
export function createCountdown(
  place: HTMLElement,
  announce: (text: string) => void,
): (issued: (KeyTimes & { readonly serverTime: number }) | undefined) => void {
  let timer: ReturnType<typeof setInterval> | undefined;
  return (issued) => {
    clearInterval(timer);
    place.replaceChildren();
    if (!issued) return;
    const { issuedAt, joinBefore, expiresAt, serverTime } = issued;
    const start = performance.now();
    const outer = ring(OUTER, "join");
    const inner = ring(INNER, "call");
    const joinText = el("dd", { class: "figure" });
    const callText = el("dd", { class: "figure" });
    const center = svg("text", { x: 64, y: 60, class: "ring-figure" });
    const caption = svg("text", { x: 64, y: 80, class: "ring-caption" });
    place.replaceChildren(
      svg(
        "svg",
        { viewBox: "0 0 128 128", class: "rings", "aria-hidden": "true" },
        ...outer.parts,
        ...inner.parts,
        center,
        caption,
      ),
      el(
        "dl",
        { class: "facts" },
        el(
          "div",
          { "data-ring": "join" },
          el("dt", {}, "Left to join"),
          joinText,
          el("dd", { class: "hint" }, `until ${instantText(joinBefore)}`),
        ),
        el(
          "div",
          { "data-ring": "call" },
          el("dt", {}, "Left of the call"),
          callText,
          el(
            "dd",
            { class: "hint" },
            expiresAt === null ? "it never expires" : `until ${instantText(expiresAt)}`,
          ),
        ),
      ),
    );
    let wasOpen = true;
    const tick = () => {
      const now = serverTime + (performance.now() - start) / 1000;
      const join = Math.max(0, joinBefore - now);
      const call = expiresAt === null ? undefined : Math.max(0, expiresAt - now);
      outer.set(join / (joinBefore - issuedAt));
      inner.set(call === undefined ? 1 : call / Math.max(1, (expiresAt as number) - issuedAt));
      joinText.textContent = join > 0 ? clockText(Math.ceil(join)) : "closed";
      callText.textContent =
        call === undefined ? "never expires" : call > 0 ? clockText(Math.ceil(call)) : "expired";
      center.textContent = joinText.textContent;
      center.toggleAttribute("data-long", joinText.textContent.length > 5);
      caption.textContent = join > 0 ? "to join" : "join window";
      if (join === 0 && wasOpen) announce("The join window of this key has closed.");
      wasOpen = join > 0;
      if (join === 0 && !call) clearInterval(timer);
    };
    timer = setInterval(tick, TICK_MS);
    tick();
  };
}

function ring(radius: number, name: string) {
  const length = 2 * Math.PI * radius;
  const shape = { cx: 64, cy: 64, r: radius };
  const left = svg("circle", {
    ...shape,
    class: `ring ${name}`,
    transform: "rotate(-90 64 64)",
    "stroke-dasharray": length,
  });
  return {
    parts: [svg("circle", { ...shape, class: "ring track" }), left],
    /** From 1 (full) to 0. */
    set: (share: number) =>
      left.setAttribute(
        "stroke-dashoffset",
        String(length * (1 - Math.min(1, Math.max(0, share)))),
      ),
  };
}
