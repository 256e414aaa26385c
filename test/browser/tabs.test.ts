import { expect, inject, test } from "vitest";
import { openConsole, useBrowser } from "./support/page.ts";

const browser = useBrowser();

const TABS = ["Keys", "Grants", "Revocations", "Inspect", "Renew", "Status"];

test("a link leads to each tab, a reload keeps it, and Back returns to the one before", async () => {
  const { page, errors } = await openConsole(browser());
  const chosen = () => page.locator('[role="tab"][aria-selected="true"]').textContent();
  expect(await chosen()).toBe("Keys");
  for (const name of TABS.slice(1)) {
    await page.getByRole("tab", { name }).click();
    expect(page.url()).toBe(`${inject("origin")}/#${name.toLowerCase()}`);
    expect(await page.title()).toBe(`${name} · Latchkey console`);
    expect(await page.locator(".panel:visible").getAttribute("id")).toBe(
      `panel-${name.toLowerCase()}`,
    );
  }
  await page.reload();
  expect(await chosen()).toBe("Status");
  await page.goBack();
  expect(await chosen()).toBe("Renew");
  await page.goto(`${inject("origin")}/#inspect`);
  expect(await chosen()).toBe("Inspect");
  // The link that skips to the content leaves the tab's name in the address.
  await page.locator("#skip").press("Enter");
  expect(page.url()).toBe(`${inject("origin")}/#inspect`);
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("content");
  await page.goto("about:blank");
  await page.goto(`${inject("origin")}/#revocations`);
  expect(await chosen()).toBe("Revocations");
  expect(errors).toEqual([]);
  await page.context().close();
});

test("the arrow keys choose a tab, and a button the theme", async () => {
  const { page } = await openConsole(browser(), { colorScheme: "light" });
  await page.getByRole("tab", { name: "Keys" }).focus();
  await page.keyboard.press("ArrowRight");
  expect(await page.getByRole("tab", { name: "Grants" }).getAttribute("aria-selected")).toBe(
    "true",
  );
  expect(await page.locator("#panel-grants").isVisible()).toBe(true);
  expect(await page.locator("#panel-keys").isVisible()).toBe(false);
  await page.keyboard.press("End");
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("tab-status");
  await page.keyboard.press("ArrowRight");
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("tab-keys");

  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.getByRole("button", { name: "Theme" }).click();
  await page.getByRole("button", { name: "Theme: light" }).click();
  await page.getByRole("button", { name: "Theme: dark" }).waitFor();
  expect(await ground()).not.toBe(light);
  await page.context().close();
});

test("on a laptop the main button of every tab is in sight, and what few need is folded", async () => {
  const { page } = await openConsole(browser(), { viewport: { width: 1280, height: 800 } });
  await page.getByRole("button", { name: "Sign out" }).waitFor();
  for (const name of TABS.slice(0, 5)) {
    await page.getByRole("tab", { name }).click();
    const box = await page.getByRole("tabpanel").locator("button.primary").boundingBox();
    expect((box?.y ?? 1e9) + (box?.height ?? 0), name).toBeLessThanOrEqual(800);
  }
  expect(await page.locator("details[open]").count()).toBe(0);
  expect(await page.locator("details").count()).toBe(3);
  await page.context().close();
});
