// Tabs as in the ARIA Authoring Practices: one stop of the Tab key; arrow keys choose a tab.

import { byId } from "./dom.ts";

const NAMES = ["mint", "inspect", "renew"] as const;
export type TabName = (typeof NAMES)[number];

export interface Tabs {
  choose(name: TabName): void;
}

export function setUpTabs(): Tabs {
  const tabs = NAMES.map((name) => byId(`tab-${name}`, HTMLButtonElement));
  const panels = NAMES.map((name) => byId(`panel-${name}`, HTMLElement));

  const choose = (chosen: number) => {
    for (const [index, tab] of tabs.entries()) {
      tab.setAttribute("aria-selected", String(index === chosen));
      tab.tabIndex = index === chosen ? 0 : -1;
      (panels[index] as HTMLElement).hidden = index !== chosen;
    }
  };
  for (const [index, tab] of tabs.entries()) {
    tab.addEventListener("click", () => choose(index));
    tab.addEventListener("keydown", (event) => {
      const last = tabs.length - 1;
      const target = {
        ArrowRight: index === last ? 0 : index + 1,
        ArrowLeft: index === 0 ? last : index - 1,
        Home: 0,
        End: last,
      }[event.key];
      if (target === undefined) return;
      event.preventDefault();
      choose(target);
      tabs[target]?.focus();
    });
  }
  return { choose: (name) => choose(NAMES.indexOf(name)) };
}
