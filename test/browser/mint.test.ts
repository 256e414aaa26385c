import { expect, inject, test } from "vitest";
import { openConsole, useBrowser } from "./support/page.ts";

const browser = useBrowser();

test("mints a key of every version, and marks every segment of its text", async () => {
  const { page, errors } = await openConsole(browser());
  for (const [version, names] of [
    [
      "5",
      [
        "Version",
        "Service",
        "Signature",
        "App ID",
        "Issue time",
        "Random number",
        "Expiry",
        "Permissions",
      ],
    ],
    ["4", ["Version", "Signature", "App ID", "Issue time", "Random number", "Expiry"]],
    ["3", ["Version", "Signature", "App ID", "Issue time", "Random number", "uid", "Expiry"]],
    ["2", ["Signature", "App ID", "Issue time", "Random number", "uid", "Expiry"]],
  ] as const) {
    await page.getByLabel("Version", { exact: true }).selectOption(version);
    await page.getByRole("button", { name: "Mint key" }).click();
    await page.getByRole("heading", { name: `Key, version ${version}` }).waitFor();
    const legend = page.locator("#mint-key .legend");
    expect(await legend.locator(".name").allTextContents()).toEqual(names);
    expect(await legend.locator('[data-kind="appId"] .value').textContent()).toBe(inject("appId"));
    const text = (await page.locator("#mint-key .segment").allTextContents()).join("");
    expect(text).toHaveLength({ 5: 107, 4: 103, 3: 113, 2: 110 }[version]);
  }
  expect(errors).toEqual([]);
  await page.context().close();
});

test("mints a token for an account and an SDK, and hands both on to the inspector", async () => {
  const { page, errors } = await openConsole(browser());
  await page.locator("#mint-uid").fill("");
  await page.locator("#mint-account").fill("alice");
  await page.locator("#mint-role").selectOption("subscriber");
  await page.locator("#mint-sdk").fill("4.24.8");
  await page.locator("#mint-platform").selectOption("web");
  await page.getByRole("button", { name: "Mint key" }).click();
  await page.getByRole("heading", { name: "Key, version 7" }).waitFor();
  expect(await page.locator("#mint-status").textContent()).toMatch(/account alice in room-1/);
  await page.getByRole("button", { name: "Inspect it" }).click();
  await page.getByRole("heading", { name: "Agora would take it now" }).waitFor();
  expect(await page.locator("#inspect-account").inputValue()).toBe("alice");
  expect(await page.locator("#inspect-status").textContent()).toMatch(/signature is valid/);
  await page.getByRole("tab", { name: "Mint" }).click();
  await page.locator("#mint-version").selectOption("6");
  await page.getByRole("button", { name: "Mint key" }).click();
  await page.getByRole("heading", { name: "Key, version 6" }).waitFor();
  expect(errors).toEqual([]);
  await page.context().close();
});

test("counts down the join window and the call", async () => {
  const { page } = await openConsole(browser());
  await page.getByLabel("Expires in, s").first().fill("7200");
  await page.getByRole("button", { name: "Mint key" }).click();
  const figures = page.locator("#mint-countdown dd.figure");
  await expect
    .poll(() => figures.allTextContents())
    .toEqual([
      expect.stringMatching(/^(5:00|4:5\d)$/),
      expect.stringMatching(/^(2:00:00|1:59:5\d)$/),
    ]);
  // The ring gets emptier as time passes.
  const emptied = () => page.locator(".ring.join").getAttribute("stroke-dashoffset").then(Number);
  const before = await emptied();
  await expect.poll(emptied).toBeGreaterThan(before);
  await page.context().close();
});

test("shows each field's message beside the field, and moves the focus to the first", async () => {
  const { page } = await openConsole(browser());
  await page.locator("#mint-channel").fill("no/slash");
  await page.locator("#mint-uid").fill("4294967296");
  await page.locator("#mint-permission").selectOption("noUpload");
  await page.getByRole("button", { name: "Mint key" }).click();
  for (const [id, message] of [
    ["mint-channel", /must/],
    ["mint-uid", /must be/],
    ["mint-permission", /inChannelPermission/],
  ] as const) {
    const input = page.locator(`#${id}`);
    await expect.poll(() => input.getAttribute("aria-invalid")).toBe("true");
    expect(await page.locator(`#${id}-error`).textContent()).toMatch(message);
    expect(await input.getAttribute("aria-describedby")).toContain(`${id}-error`);
  }
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("mint-channel");
  expect(await page.getByRole("alert").filter({ hasText: "invalid_request" }).isVisible()).toBe(
    true,
  );

  await page.locator("#mint-channel").fill("room-1");
  await page.locator("#mint-uid").fill("7");
  await page.locator("#mint-permission").selectOption("");
  await page.getByRole("button", { name: "Mint key" }).click();
  await page.locator("#mint-result").waitFor();
  expect(await page.locator(".field-error, [aria-invalid]").count()).toBe(0);
  await page.context().close();
});

test("the arrow keys choose a tab, and a button the theme", async () => {
  const { page } = await openConsole(browser(), { colorScheme: "light" });
  await page.getByRole("tab", { name: "Mint" }).focus();
  await page.keyboard.press("ArrowRight");
  expect(await page.getByRole("tab", { name: "Inspect" }).getAttribute("aria-selected")).toBe(
    "true",
  );
  expect(await page.locator("#panel-inspect").isVisible()).toBe(true);
  expect(await page.locator("#panel-mint").isVisible()).toBe(false);
  await page.keyboard.press("End");
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("tab-renew");

  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.getByRole("button", { name: "Theme" }).click();
  await page.getByRole("button", { name: "Theme: light" }).click();
  await page.getByRole("button", { name: "Theme: dark" }).waitFor();
  expect(await ground()).not.toBe(light);
  await page.context().close();
});

test("every tab fits a phone of 360 pixels", async () => {
  const { page } = await openConsole(browser(), { viewport: { width: 360, height: 740 } });
  await page.getByRole("button", { name: "Mint key" }).click();
  await page.getByRole("button", { name: "Inspect it" }).click();
  await page.locator("#inspect-result").waitFor();
  for (const name of ["Mint", "Inspect", "Renew"]) {
    await page.getByRole("tab", { name }).click();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  }
  await page.context().close();
});
