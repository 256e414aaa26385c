// What axe-core finds, and whether the page fits, at each width and in both themes.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { openConsole, useBrowser } from "./support/page.ts";
import { useEverything } from "./support/walk.ts";

const browser = useBrowser();
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const ALL_RULES = { resultTypes: ["violations"] };
/** A theme changes colours and nothing else. */
const CONTRAST_ALONE = { ...ALL_RULES, runOnly: ["color-contrast"] };

async function violations(page: Page, options: object): Promise<string[]> {
  const found = (await page.evaluate(
    `axe.run(document, ${JSON.stringify(options)})`,
  )) as AxeResults;
  expect(found.passes.map(({ id }) => id)).toContain("color-contrast");
  return found.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`,
  );
}

test.each([320, 390, 1280])(
  "%i pixels wide: no violation in either theme, and nothing is wider than the page",
  async (width) => {
    const { page, errors } = await openConsole(browser(), {
      viewport: { width, height: 800 },
      colorScheme: "light",
      reducedMotion: "reduce",
      timezoneId: "Europe/Berlin",
      shipped: true,
    });
    await page.evaluate(axe);
    await useEverything(page, async (name) => {
      expect(await page.evaluate(() => document.documentElement.scrollWidth), name).toBe(width);
      expect(await violations(page, ALL_RULES), name).toEqual([]);
      await page.emulateMedia({ colorScheme: "dark" });
      expect(await violations(page, CONTRAST_ALONE), `${name}, dark`).toEqual([]);
      await page.emulateMedia({ colorScheme: "light" });
    });
    expect(errors.filter((text) => !text.includes("400"))).toEqual([]);
    await page.context().close();
  },
);
