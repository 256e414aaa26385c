import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { askService, openConsole, useBrowser } from "./support/page.ts";

const browser = useBrowser();

async function inspect(page: Page, key: string, channel: string, uid: string): Promise<void> {
  await page.getByRole("tab", { name: "Inspect" }).click();
  await page.locator("#inspect-key").fill(key);
  await page.locator("#inspect-channel").fill(channel);
  await page.locator("#inspect-uid").fill(uid);
  const response = page.waitForResponse((received) => received.url().endsWith("/v1/keys/inspect"));
  await page.getByRole("button", { name: "Inspect key" }).click();
  await response;
  await page.locator("#inspect-result").waitFor();
}

const verdict = (page: Page) => page.locator("#inspect-verdict").textContent();
const findings = (page: Page) => page.locator(".findings li").allTextContents();

test("a good key, passed on from the Mint tab", async () => {
  const { page } = await openConsole(browser());
  await page.getByRole("button", { name: "Mint key" }).click();
  await page.getByRole("button", { name: "Inspect it" }).click();
  await expect.poll(() => verdict(page)).toBe("The signature is valid");
  expect(await findings(page)).toEqual([]);
  expect(await page.locator(".no-finding").textContent()).toContain("Nothing is wrong");
  expect(await page.locator("#inspect-parts").textContent()).toContain("Version 5, for uid 42");
  await page.context().close();
});

test("an expired key has a valid signature, and both its times lead to SDK error 109", async () => {
  const issuedAt = Math.floor(Date.now() / 1000) - 7200;
  const { key } = await askService<{ key: string }>("/v1/keys", {
    channel: "room-1",
    uid: 42,
    issuedAt,
    expiresAt: issuedAt + 3600,
  });
  const { page } = await openConsole(browser());
  await inspect(page, key, "room-1", "42");
  await expect.poll(() => verdict(page)).toBe("The signature is valid");
  const found = await findings(page);
  expect(found).toHaveLength(2);
  expect(found[0]).toMatch(
    /^join_window_closed.*SDK error 109.*Ask for a new key right before joining/,
  );
  expect(found[1]).toMatch(/^call_expired.*SDK error 109.*renewChannelKey/);
  await page.context().close();
});

test("a key for another uid has no valid signature, which leads to SDK error 110", async () => {
  const { key } = await askService<{ key: string }>("/v1/keys", { channel: "room-1", uid: 42 });
  const { page } = await openConsole(browser());
  await inspect(page, key, "room-1", "43");
  await expect.poll(() => verdict(page)).toBe("The signature is not valid");
  expect((await findings(page))[0]).toMatch(/^signed_for_other_uid_or_channel.*SDK error 110/);

  // The text of version 3 has the uid, so the finding can name it.
  const shown = await askService<{ key: string }>("/v1/keys", {
    channel: "room-1",
    uid: 42,
    version: 3,
  });
  await inspect(page, shown.key, "room-1", "43");
  await expect
    .poll(() => findings(page))
    .toEqual([expect.stringContaining("signed for uid 42, not 43")]);
  await page.context().close();
});

test("a text that is no key is malformed, and is not used as markup", async () => {
  const { page } = await openConsole(browser());
  await inspect(page, "<img src=x onerror=alert(1)>", "", "");
  await expect.poll(() => verdict(page)).toBe("The signature was not verified");
  expect((await findings(page))[0]).toMatch(/^malformed.*SDK error 110/);
  expect(await page.locator("#panel-inspect img").count()).toBe(0);
  await page.context().close();
});
