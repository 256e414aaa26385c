import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { askService, openConsole, signInWith, useBrowser } from "./support/page.ts";

const browser = useBrowser();

async function startCall(
  page: Page,
  { expiresIn, speed, uid }: { expiresIn: string; speed: string; uid?: string },
): Promise<void> {
  await page.getByRole("tab", { name: "Renew" }).click();
  // Each test has its own uid, so that they do not share a rate limit.
  await page
    .locator("#renew-uid")
    .fill(uid ?? String(crypto.getRandomValues(new Uint32Array(1))[0]));
  await page.locator("#renew-expiresIn").fill(expiresIn);
  await page.locator("#renew-speed").selectOption(speed);
  await page.getByRole("button", { name: "Start the call" }).click();
}

/** Waits until the log has this text. */
const shows = (page: Page, text: RegExp) =>
  page.locator("#renew-log li").filter({ hasText: text }).first().waitFor({ timeout: 90_000 });
/** With the keyboard: the page grows during the call, so a click may miss the switch. */
async function flip(page: Page, name: string): Promise<void> {
  const checkbox = page.getByRole("checkbox", { name: new RegExp(`^${name}`) });
  const was = await checkbox.isChecked();
  await checkbox.press("Space");
  expect(await checkbox.isChecked()).toBe(!was);
}

test("the timeline shows a renewal", async () => {
  const { page, requests, errors } = await openConsole(browser());
  await startCall(page, { expiresIn: "600", speed: "600" });
  await shows(page, /Joined the channel/);
  await shows(page, /renewToken/);
  await expect.poll(() => page.locator("#timeline path.renewed").count()).toBeGreaterThan(0);
  expect(await page.locator("#timeline rect.valid").count()).toBeGreaterThan(1);
  expect(await page.locator("#timeline circle.succeeded").count()).toBeGreaterThan(1);
  expect(await page.locator("#latency rect.latency").count()).toBeGreaterThan(1);
  expect(await page.locator("#renew-count").textContent()).toMatch(/^[1-9]\d* renewals?$/);
  expect(await page.locator("#timeline svg").getAttribute("aria-label")).toMatch(
    /0 failed, 0 times without a key/,
  );
  await page.getByRole("button", { name: "Hang up" }).click();
  await page.getByRole("button", { name: "Start the call" }).waitFor();
  const keyRequests = requests.filter((request) => request.url().endsWith("/v1/keys")).length;
  expect(keyRequests).toBeGreaterThan(2);
  expect(errors).toEqual([]);
  await page.context().close();
});

test.each([
  ["Offline", /no response, simulated/],
  ["5xx", /503, simulated/],
  ["429", /429, simulated/],
])("%s: it retries, and renews after the fault", async (name, seen) => {
  const { page } = await openConsole(browser());
  await startCall(page, { expiresIn: "600", speed: "60" });
  await shows(page, /Joined the channel/);
  await flip(page, name);
  await page.getByRole("button", { name: "SDK asks for a key" }).click();
  await shows(page, seen);
  await shows(page, /Attempt \d+ failed/);
  await expect.poll(() => page.locator("#timeline path.failed").count()).toBeGreaterThan(0);
  // In sight, not only in the document.
  await page.locator("#timeline rect.waiting:visible").first().waitFor();
  await flip(page, name);
  await shows(page, /renewToken/);
  await page.context().close();
});

test("a wrong clock of the device does no harm", async () => {
  const { page } = await openConsole(browser());
  await page.getByRole("tab", { name: "Renew" }).click();
  await flip(page, "Wrong clock");
  await startCall(page, { expiresIn: "600", speed: "600" });
  await shows(page, /renewToken/);
  expect(await page.locator("#timeline rect.gap").count()).toBe(0);
  await page.context().close();
});

test("a grant that expires is followed by a new one", async () => {
  const { page, requests } = await openConsole(browser());
  await startCall(page, { expiresIn: "600", speed: "60" });
  await shows(page, /Joined the channel/);
  const grants = () => requests.filter((request) => request.url().endsWith("/v1/grants")).length;
  const before = grants();
  await flip(page, "Grant expires");
  await page.getByRole("button", { name: "SDK asks for a key" }).click();
  await shows(page, /Requested a key: 401, simulated/);
  // The new grant lasts a minute, and its keys no longer than that.
  await shows(page, /Received a key, valid for (60|59|58) s/);
  await shows(page, /renewToken/);
  expect(grants()).toBeGreaterThan(before);
  await page.context().close();
});

test("a grant is enough, and when it expires the call stops with one message", async () => {
  const { grant } = await askService<{ grant: string }>("/v1/grants", {
    channels: ["room-1"],
    uid: 42,
    expiresIn: 3600,
  });
  const { page, requests } = await openConsole(browser());
  await signInWith(page, grant);
  await startCall(page, { expiresIn: "600", speed: "60", uid: "42" });
  await shows(page, /Joined the channel/);
  expect(requests.filter((request) => request.url().endsWith("/v1/grants"))).toEqual([]);
  await flip(page, "Grant expires");
  await page.getByRole("button", { name: "SDK asks for a key" }).click();
  await shows(page, /Refused: grant_expired/);
  await page.getByRole("button", { name: "Start the call" }).waitFor();
  expect(await page.locator("#renew-log li").filter({ hasText: "Refused:" }).count()).toBe(1);
  await page.context().close();
});

test("before a call, the chart has the card's width and room for one key", async () => {
  const { page } = await openConsole(browser(), { viewport: { width: 1280, height: 800 } });
  await page.getByRole("tab", { name: "Renew" }).click();
  const ticks = page.locator("#timeline .tick-text");
  await expect.poll(() => ticks.last().textContent()).toBe("10:00");
  const scaleOf = () =>
    page.locator("#timeline svg").evaluate((svg: SVGSVGElement) => svg.getScreenCTM()?.a);
  // A pixel of the drawing is a pixel of the page, so that its text has the size of other text.
  expect(await scaleOf()).toBeCloseTo(1, 1);
  await page.locator("#renew-expiresIn").fill("60");
  await expect.poll(() => ticks.last().textContent()).toBe("1:00");
  await page.setViewportSize({ width: 390, height: 800 });
  await expect.poll(scaleOf).toBeCloseTo(1, 1);
  await page.context().close();
});
