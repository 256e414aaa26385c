import type { Page } from "playwright-core";
import { expect, inject, test } from "vitest";
import { askService, openConsole, signInWith, useBrowser } from "./support/page.ts";

const browser = useBrowser();

const openAdvanced = (page: Page) => page.locator("#keys-form summary").click();

test("makes a key of every version, and marks every segment of its text", async () => {
  const { page, errors } = await openConsole(browser());
  await openAdvanced(page);
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
    await page.locator("#keys-version").selectOption(version);
    await page.getByRole("button", { name: "Make key" }).click();
    await page.getByRole("heading", { name: `Key, version ${version}` }).waitFor();
    const legend = page.locator("#keys-segments .legend");
    expect(await legend.locator(".name").allTextContents()).toEqual(names);
    expect(await legend.locator('[data-kind="appId"] .value').textContent()).toBe(inject("appId"));
    const text = (await page.locator("#keys-text .segment").allTextContents()).join("");
    expect(text).toHaveLength({ 5: 107, 4: 103, 3: 113, 2: 110 }[version]);
  }
  expect(errors).toEqual([]);
  await page.context().close();
});

test("makes a token for an account and an SDK, and hands both on to the inspector", async () => {
  const { page, errors } = await openConsole(browser());
  await page.locator("#keys-uid").fill("");
  await page.locator("#keys-account").fill("alice");
  await openAdvanced(page);
  await page.locator("#keys-role").selectOption("subscriber");
  await page.locator("#keys-sdkVersion").fill("4.24.8");
  await page.locator("#keys-platform").selectOption("web");
  await page.getByRole("button", { name: "Make key" }).click();
  await page.getByRole("heading", { name: "Token, version 7" }).waitFor();
  expect(await page.locator("#keys-status").textContent()).toMatch(/account alice in room-1/);
  await page.getByRole("button", { name: "Inspect it" }).click();
  await page.getByRole("heading", { name: "Agora would take it now" }).waitFor();
  expect(await page.locator("#inspect-account").inputValue()).toBe("alice");
  expect(await page.locator("#inspect-status").textContent()).toMatch(/signature is valid/);
  await page.getByRole("tab", { name: "Keys" }).click();
  await page.locator("#keys-version").selectOption("6");
  await page.getByRole("button", { name: "Make key" }).click();
  await page.getByRole("heading", { name: "Token, version 6" }).waitFor();
  expect(errors).toEqual([]);
  await page.context().close();
});

test("counts down the join window and the call", async () => {
  const { page } = await openConsole(browser());
  await page.locator("#keys-expiresIn").fill("7200");
  await page.getByRole("button", { name: "Make key" }).click();
  const figures = page.locator("#keys-countdown dd.figure");
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
  await page.locator("#keys-channel").fill("no/slash");
  await page.locator("#keys-uid").fill("4294967296");
  await openAdvanced(page);
  await page.locator("#keys-permission").selectOption("noUpload");
  // What is folded away is opened where it is wrong.
  await page.locator("summary").first().click();
  await page.getByRole("button", { name: "Make key" }).click();
  for (const [id, message] of [
    ["keys-channel", /must/],
    ["keys-uid", /must be/],
    ["keys-permission", /inChannelPermission/],
  ] as const) {
    const input = page.locator(`#${id}`);
    await expect.poll(() => input.getAttribute("aria-invalid")).toBe("true");
    expect(await page.locator(`#${id}-error`).textContent()).toMatch(message);
    expect(await input.getAttribute("aria-describedby")).toContain(`${id}-error`);
  }
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("keys-channel");
  expect(await page.getByRole("alert").filter({ hasText: "invalid_request" }).isVisible()).toBe(
    true,
  );

  await page.locator("#keys-channel").fill("room-1");
  await page.locator("#keys-uid").fill("7");
  await page.locator("#keys-permission").selectOption("");
  await page.getByRole("button", { name: "Make key" }).click();
  await page.locator("#keys-result").waitFor();
  expect(await page.locator(".field-error, [aria-invalid]").count()).toBe(0);
  await page.context().close();
});

test("makes one token for a channel, RTM and chat", async () => {
  const { page, requests, errors } = await openConsole(browser());
  await openAdvanced(page);
  await page.getByRole("checkbox", { name: "RTM" }).check();
  await page.getByRole("checkbox", { name: "Chat" }).check();
  await page.getByRole("button", { name: "Make key" }).click();
  await page.getByRole("heading", { name: "Token, version 7" }).waitFor();
  const values = await page.locator("#keys-segments .legend .value").allTextContents();
  expect(values).toEqual(expect.arrayContaining(["1 rtc", "2 rtm", "5 chat"]));
  expect(requests.some((request) => request.url().endsWith("/v1/tokens"))).toBe(true);
  expect(errors).toEqual([]);
  await page.context().close();
});

test("the request is there to copy, as curl, fetch and join(), without the credential", async () => {
  const { page } = await openConsole(browser());
  const { origin } = new URL(page.url());
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"], { origin });
  await page.getByRole("button", { name: "Make key" }).click();
  const card = page.locator("article").filter({ hasText: "In your code" }).first();
  for (const [name, text] of [
    ["curl", `curl -s ${origin}/v1/keys`],
    ["fetch", `await fetch("${origin}/v1/keys"`],
    ["join()", 'client.join(appId, "room-1", key'],
  ] as const) {
    await card.getByRole("button", { name }).click();
    expect(await card.getByRole("button", { name }).getAttribute("aria-pressed")).toBe("true");
    await card.locator(".copy").click();
    const copied = () => page.evaluate(() => navigator.clipboard.readText());
    await expect.poll(copied).toContain(text);
    expect(await copied()).not.toContain(inject("serviceKey"));
  }
  expect(await card.textContent()).toContain("$SERVICE_KEY stands for your credential");
  await page.context().close();
});

test("a grant fills in its channel, and the key is for its user", async () => {
  const { grant } = await askService<{ grant: string }>("/v1/grants", {
    channels: ["team-*"],
    uid: 7,
    expiresIn: 600,
  });
  const { page } = await openConsole(browser());
  await signInWith(page, grant);
  expect(await page.locator("#keys-channel").inputValue()).toBe("team-1");
  expect(await page.locator("#keys-uid").inputValue()).toBe("");
  await page.getByRole("button", { name: "Make key" }).click();
  await expect
    .poll(() => page.locator("#keys-status").textContent())
    .toBe("Made for uid 7 in team-1.");
  expect(await page.locator("#keys-code").textContent()).toContain("Bearer $GRANT");
  await page.context().close();
});

test("while a request is under way the form says so and sends no other; old errors are gone", async () => {
  const { page, requests } = await openConsole(browser());
  await page.locator("#keys-channel").fill("no/slash");
  await page.getByRole("button", { name: "Make key" }).click();
  await page.locator("#keys-channel-error").waitFor();
  let answer = () => {};
  const isHeld = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await page.route("**/v1/keys", async (route) => {
    await isHeld;
    await route.continue();
  });
  await page.locator("#keys-channel").fill("room-1");
  const before = requests.length;
  await page.getByRole("button", { name: "Make key" }).click();
  await page.getByText("Waiting for the service…").first().waitFor();
  expect(
    await page.locator("#keys-form .problem, #keys-form .field-error").allTextContents(),
  ).toEqual([""]);
  await page.getByRole("button", { name: "Make key" }).click();
  answer();
  await page.locator("#keys-result").waitFor();
  expect(await page.getByText("Waiting for the service…").first().isVisible()).toBe(false);
  expect(requests.length - before).toBe(1);
  await page.context().close();
});
