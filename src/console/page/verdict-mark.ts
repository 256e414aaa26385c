// The mark beside a verdict: a check mark, a cross, or a question mark. They are drawn: not every
// font has them.

import type { Verdict } from "../../keys/verdict.ts";
import { svg } from "./dom.ts";

const MARKS: Readonly<Record<Verdict, string>> = {
  accepted: "M5 10.5l3.5 3.5L15 6.5",
  refused: "M6 6l8 8m0-8l-8 8",
  unknown: "M7 7.2a3 3 0 1 1 4.6 2.6c-1 .6-1.6 1.2-1.6 2.4m0 3.3v.1",
};

/** Fills a heading: words, mark and colour tell the same. */
export function showVerdict(heading: HTMLElement, verdict: Verdict, text: string): void {
  heading.dataset.verdict = verdict;
  const mark = svg("path", { d: MARKS[verdict] });
  heading.replaceChildren(
    svg("svg", { class: "verdict-mark", viewBox: "0 0 20 20", "aria-hidden": "true" }, mark),
    text,
  );
}
