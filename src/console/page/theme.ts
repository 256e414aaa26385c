// Light, dark, or the system's theme. Kept in memory only: the page stores nothing.

import { byId } from "./dom.ts";

const THEMES = ["system", "light", "dark"] as const;

export function setUpTheme(): void {
  const name = byId("theme-name", HTMLElement);
  let current = 0;
  byId("theme", HTMLButtonElement).addEventListener("click", () => {
    current = (current + 1) % THEMES.length;
    const theme = THEMES[current] as (typeof THEMES)[number];
    name.textContent = theme;
    if (theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  });
}
