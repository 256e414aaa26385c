import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { askService, openConsole, useBrowser } from "./support/page.ts";

const browser = useBrowser();

async function startCall(
  page: Page,
  { expiresIn, speed, uid }: { expiresIn: string; speed: string; uid?: string },
): Promise<void> {
  await page.getByRole("tab", { name: "Renew" }).click();
  // A user of its own, so that no test uses up another's rate.
  await page
    .locator("#renew-uid")
    .fill(uid ?? String(crypto.getRandomValues(new Uint32Array(1))[0]));
  await page.locator("#renew-expires").fill(expiresIn);
  await page.locator("#renew-speed").selectOption(speed);
  await page.getByRole("button", { name: "Start the call" }).click();
}

/** Waits for as long as it takes, within the test's time limit. */
const shows = (page: Page, text: RegExp) =>
  page.locator("#renew-log li").filter({ hasText: text }).first().waitFor({ timeout: 90_000 });
/** By the keyboard: the page grows as the call goes on, and a click may land where the switch has been. */
async function flip(page: Page, name: string): Promise<void> {
  const checkbox = page.getByRole("checkbox", { name: new RegExp(`^${name}`) });
  const was = await checkbox.isChecked();
  await checkbox.press("Space");
  expect(await checkbox.isChecked()).toBe(!was);
}

test("a renewal is seen on the timeline", async () => {
  const { page, requests, complaints } = await openConsole(browser());
  await startCall(page, { expiresIn: "600", speed: "600" });
  await shows(page, /Joined the channel/);
  await shows(page, /renewToken/);
  await expect.poll(() => page.locator("#timeline path.renewed").count()).toBeGreaterThan(0);
  expect(await page.locator("#timeline rect.in-force").count()).toBeGreaterThan(1);
  expect(await page.locator("#timeline circle.answered").count()).toBeGreaterThan(1);
  expect(await page.locator("#latency rect.latency").count()).toBeGreaterThan(1);
  expect(await page.locator("#renew-count").textContent()).toMatch(/^[1-9]\d* renewals?$/);
  expect(await page.locator("#timeline svg").getAttribute("aria-label")).toMatch(
    /0 failed, 0 times without a key/,
  );
  await page.getByRole("button", { name: "Hang up" }).click();
  await page.getByRole("button", { name: "Start the call" }).waitFor();
  const asked = requests.filter((request) => request.url().endsWith("/v1/keys")).length;
  expect(asked).toBeGreaterThan(2);
  expect(complaints).toEqual([]);
  await page.context().close();
});

test.each([
  ["Offline", /no answer, put on/],
  ["5xx", /503, put on/],
  ["429", /429, put on/],
])("%s: it retries, and renews once that is over", async (name, seen) => {
  const { page } = await openConsole(browser());
  await startCall(page, { expiresIn: "600", speed: "60" });
  await shows(page, /Joined the channel/);
  await flip(page, name);
  await page.getByRole("button", { name: "SDK asks for a key" }).click();
  await shows(page, seen);
  await shows(page, /asks again in/);
  await expect.poll(() => page.locator("#timeline path.failed").count()).toBeGreaterThan(0);
  await expect.poll(() => page.locator("#timeline rect.waiting").count()).toBeGreaterThan(0);
  await flip(page, name);
  await shows(page, /renewToken/);
  await page.context().close();
});

test("a device clock that is wrong loses no renewal", async () => {
  const { page } = await openConsole(browser());
  await page.getByRole("tab", { name: "Renew" }).click();
  await flip(page, "Wrong clock");
  await startCall(page, { expiresIn: "600", speed: "600" });
  await shows(page, /renewToken/);
  expect(await page.locator("#timeline rect.gap").count()).toBe(0);
  await page.context().close();
});

test("a grant at its end is followed by a new one", async () => {
  const { page, requests } = await openConsole(browser());
  await startCall(page, { expiresIn: "600", speed: "60" });
  await shows(page, /Joined the channel/);
  const grants = () => requests.filter((request) => request.url().endsWith("/v1/grants")).length;
  const before = grants();
  await flip(page, "Grant about to end");
  await page.getByRole("button", { name: "SDK asks for a key" }).click();
  await shows(page, /Asked for a key: 401, put on/);
  // Its keys end with it, after a minute at most.
  await shows(page, /A key came, good for (60|59|58) s/);
  await shows(page, /renewToken/);
  expect(grants()).toBeGreaterThan(before);
  await page.context().close();
});

test("a grant alone suffices, and where it ends for good the call is told so once", async () => {
  const { grant } = await askService<{ grant: string }>("/v1/grants", {
    channels: ["room-1"],
    uid: 42,
    expiresIn: 3600,
  });
  const { page, requests } = await openConsole(browser());
  await page.getByRole("button", { name: "Forget it" }).click();
  await page.getByLabel("Service key or grant").fill(grant);
  await page.getByRole("button", { name: "Use it" }).click();
  await startCall(page, { expiresIn: "600", speed: "60", uid: "42" });
  await shows(page, /Joined the channel/);
  expect(requests.filter((request) => request.url().endsWith("/v1/grants"))).toEqual([]);
  await flip(page, "Grant about to end");
  await page.getByRole("button", { name: "SDK asks for a key" }).click();
  await shows(page, /Refused for good: grant_expired/);
  await page.getByRole("button", { name: "Start the call" }).waitFor();
  expect(await page.locator("#renew-log li").filter({ hasText: "Refused for good" }).count()).toBe(
    1,
  );
  await page.context().close();
});
