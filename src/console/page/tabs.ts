// Tabs as in the ARIA Authoring Practices: one stop of the Tab key; arrow keys choose a tab. The
// address names the tab (`#inspect`), so a link leads to it, and it stays when the page is loaded
// again.

import { TABS, type TabName } from "../model/caller-text.ts";
import { byId } from "./dom.ts";

export interface Tabs {
  choose(name: TabName): void;
  /** The listener is called each time that this tab is opened. */
  onOpen(name: TabName, listener: () => void): void;
  /** Opens the tab that the address names: when all listeners are there. */
  start(): void;
}

export function setUpTabs(): Tabs {
  const tabs = TABS.map((name) => byId(`tab-${name}`, HTMLButtonElement));
  const panels = TABS.map((name) => byId(`panel-${name}`, HTMLElement));
  const listeners: [TabName, () => void][] = [];

  const show = (chosen: number) => {
    for (const [index, tab] of tabs.entries()) {
      tab.setAttribute("aria-selected", String(index === chosen));
      tab.tabIndex = index === chosen ? 0 : -1;
      (panels[index] as HTMLElement).hidden = index !== chosen;
    }
    document.title = `${tabs[chosen]?.textContent} · Latchkey console`;
    for (const [name, listener] of listeners) if (name === TABS[chosen]) listener();
  };
  const choose = (chosen: number) => {
    const hash = `#${TABS[chosen]}`;
    if (location.hash !== hash) history.pushState(null, "", hash);
    show(chosen);
  };
  const showAddressed = () => {
    const addressed = TABS.findIndex((name) => location.hash === `#${name}`);
    if (addressed >= 0 || location.hash === "") show(Math.max(0, addressed));
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
  addEventListener("popstate", showAddressed);
  // The link that skips to the content must not take the tab's name out of the address.
  byId("skip", HTMLAnchorElement).addEventListener("click", (event) => {
    event.preventDefault();
    byId("content", HTMLElement).focus();
  });
  return {
    choose: (name) => choose(TABS.indexOf(name)),
    onOpen(name, listener) {
      listeners.push([name, listener]);
    },
    start: showAddressed,
  };
}
