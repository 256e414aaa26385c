// The panel of a tab: what it is for, a notice where the caller may not use it, a form, and its
// results.

import type { CallerState } from "../model/caller-state.ts";
import { accessTo, type TabName } from "../model/caller-text.ts";
import { byId, el, prefersStill } from "./dom.ts";

export interface PanelTexts {
  readonly title: string;
  readonly lead: string;
}

export function setUpPanel(
  name: TabName,
  { title, lead }: PanelTexts,
  state: CallerState,
  form: HTMLElement,
  ...results: readonly HTMLElement[]
): void {
  const notice = el("p", { class: "notice", id: `${name}-notice` });
  const columns = el("div", { class: "columns" }, form, el("div", { class: "result" }, ...results));
  byId(`panel-${name}`, HTMLElement).replaceChildren(
    el("h2", {}, title),
    el("p", { class: "lead" }, lead),
    notice,
    columns,
  );
  state.onChange((signIn) => {
    const access = accessTo(name, signIn);
    notice.hidden = access.notice === undefined;
    notice.textContent = access.notice ?? "";
    columns.hidden = !access.isOpen;
  });
}

/** Read aloud by screen readers: others see the same in the page. */
export const announcer = (id: string) => el("p", { class: "announce", id, role: "status" });

/** Stands where a result will appear: a short sentence, and one more. */
export function emptyCard(id: string, what: string, rest: string): HTMLElement {
  return el("div", { class: "card empty", id }, el("p", {}, el("strong", {}, what), rest));
}

/** Shows a result in the place of `empty`. On a phone it may be below, and the page moves there. */
export function reveal(card: HTMLElement, empty: HTMLElement): void {
  empty.hidden = true;
  card.hidden = false;
  if (card.getBoundingClientRect().top > innerHeight * 0.75) {
    card.scrollIntoView({ behavior: prefersStill() ? "auto" : "smooth", block: "start" });
  }
}

/** Takes a result away: it is the one of another caller. */
export function conceal(card: HTMLElement, empty: HTMLElement): void {
  empty.hidden = false;
  card.hidden = true;
}

/** Names and what they are. */
export function factList(
  facts: readonly (readonly [string, string | Node])[],
  id?: string,
): HTMLElement {
  const rows = facts.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)));
  return el("dl", { class: "fact-list", id }, ...rows);
}
