import type { Page } from "playwright-core";
import { expect, inject, test } from "vitest";
import { text as packed, service, token006, token007 } from "../support/packed-token.ts";
import { askService, openConsole, useBrowser } from "./support/page.ts";

const browser = useBrowser();

async function inspect(page: Page, key: string, channel: string, uid: string): Promise<void> {
  await page.getByRole("tab", { name: "Inspect" }).click();
  await page.locator("#inspect-key").fill(key);
  await page.locator("#inspect-channel").fill(channel);
  await page.locator("#inspect-uid").fill(uid);
  const response = page.waitForResponse((received) => received.url().endsWith("/v1/keys/inspect"));
  await page.getByRole("button", { name: "Inspect", exact: true }).click();
  await response;
  await page.locator("#inspect-result").waitFor();
}

const ICONS = { accepted: "l3.5 3.5", refused: "m0-8l-8 8", unknown: "a3 3" };

/** Words, icon and colour tell the same. */
async function expectVerdict(page: Page, name: keyof typeof ICONS, text: string): Promise<void> {
  await expect.poll(() => verdict(page)).toBe(text);
  expect(await page.locator("#inspect-verdict path").getAttribute("d")).toContain(ICONS[name]);
  const token = { accepted: "--good", refused: "--bad", unknown: "--accent" }[name];
  const [shown, expected] = await page.locator("#inspect-verdict").evaluate((heading, colour) => {
    const probe = heading.appendChild(document.createElement("i"));
    probe.style.color = `var(${colour})`;
    const colours = [getComputedStyle(heading).color, getComputedStyle(probe).color];
    probe.remove();
    return colours;
  }, token);
  expect(shown).toBe(expected);
}

const signature = (page: Page) => page.locator("#inspect-signature").textContent();
const verdict = (page: Page) => page.locator("#inspect-verdict").textContent();
const findings = (page: Page) => page.locator(".findings li").allTextContents();

test("a good key, passed on from the Keys tab", async () => {
  const { page } = await openConsole(browser());
  await page.getByRole("button", { name: "Make key" }).click();
  await page.getByRole("button", { name: "Inspect it" }).click();
  await expectVerdict(page, "accepted", "Agora would take it now");
  expect(await signature(page)).toBe("The signature is valid.");
  expect(await findings(page)).toEqual([]);
  expect(await page.locator(".no-finding").textContent()).toContain("Nothing is wrong");
  expect(await page.locator("#inspect-parts").textContent()).toContain("Version 5, for uid 42");
  expect(await page.locator("#inspect-parts .fact-list dt").allTextContents()).toEqual([
    "Issued",
    "Join before",
    "Expires",
  ]);
  await page.context().close();
});

test("an expired key is refused though its signature is valid, and both times lead to SDK error 109", async () => {
  const issuedAt = Math.floor(Date.now() / 1000) - 7200;
  const { key } = await askService<{ key: string }>("/v1/keys", {
    channel: "room-1",
    uid: 42,
    issuedAt,
    expiresAt: issuedAt + 3600,
  });
  const { page } = await openConsole(browser());
  await inspect(page, key, "room-1", "42");
  await expectVerdict(page, "refused", "Agora would refuse it");
  expect(await signature(page)).toBe("The signature is valid.");
  const found = await findings(page);
  expect(found).toHaveLength(2);
  expect(found[0]).toMatch(
    /^join_window_closed.*SDK error 109.*Ask for a new key right before joining/,
  );
  expect(found[1]).toMatch(
    /^call_expired.*SDK error 109.*SDK error 118 · ERR_DYNAMIC_KEY_EXPIRED.*renewChannelKey/,
  );
  await page.context().close();
});

test("a key for another uid has no valid signature, which leads to SDK error 110", async () => {
  const { key } = await askService<{ key: string }>("/v1/keys", { channel: "room-1", uid: 42 });
  const { page } = await openConsole(browser());
  await inspect(page, key, "room-1", "43");
  await expectVerdict(page, "refused", "Agora would refuse it");
  expect(await signature(page)).toBe("The signature is not valid.");
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
  await expectVerdict(page, "refused", "Agora would refuse it");
  expect(await signature(page)).toContain("The signature was not verified.");
  expect((await findings(page))[0]).toMatch(/^malformed.*SDK error 110/);
  expect(await page.locator("#panel-inspect img").count()).toBe(0);
  await page.context().close();
});

test("a key that can't be verified is neither accepted nor refused, and the page says why", async () => {
  const { key } = await askService<{ key: string }>("/v1/keys", { channel: "room-1", uid: 42 });
  const { page } = await openConsole(browser());
  await inspect(page, key, "", "");
  await expectVerdict(page, "unknown", "Can't tell yet whether Agora would take it");
  expect(await signature(page)).toContain("Name the channel");
  await page.context().close();
});

test("a key in quotes is refused, named, and shown without them, segment by segment", async () => {
  const { key } = await askService<{ key: string }>("/v1/keys", { channel: "room-1", uid: 42 });
  const { page } = await openConsole(browser());
  await inspect(page, `"${key}"`, "room-1", "42");
  await expectVerdict(page, "refused", "Agora would refuse it");
  expect(await findings(page)).toEqual([
    expect.stringMatching(/^malformed/),
    expect.stringMatching(/^quoted/),
  ]);
  expect(await page.locator("#inspect-parts .key").textContent()).toBe(key);
  expect(await page.locator("#inspect-parts .legend li").count()).toBe(8);
  await page.context().close();
});

const HOUR = 3600;
const now = () => Math.floor(Date.now() / 1000);
const publisher = (end: number): [number, number][] => [1, 2, 3, 4].map((key) => [key, end]);

function tokenOf007(): string {
  const services = [service(1, publisher(HOUR), packed("room-1"), packed("42"))];
  const appCertificate = "b".repeat(32);
  return token007({
    appId: inject("appId"),
    appCertificate,
    issueTs: now(),
    expire: HOUR,
    services,
  });
}

test("a 007 token is shown with its content, segment by segment, and its signature is judged", async () => {
  const { page } = await openConsole(browser());
  const token = tokenOf007();
  await inspect(page, token, "room-1", "42");
  await expectVerdict(page, "refused", "Agora would refuse it");
  expect(await findings(page)).toEqual([expect.stringMatching(/^certificate_mismatch/)]);
  const [shown, content] = await page.locator("#inspect-parts .key").allTextContents();
  expect(shown).toBe(token);
  expect(content).toMatch(/^2000[0-9a-f]{64}2000/);
  const legends = page.locator("#inspect-parts .legend");
  expect(await legends.count()).toBe(2);
  expect(await legends.nth(1).textContent()).toContain("joinChannel 3600");
  expect(await legends.nth(1).textContent()).toContain("room-1");
  expect(await page.locator("#inspect-parts").textContent()).toContain("Version 7, for uid 42");
  await page.context().close();
});

test("a token is decoded without a credential, and no request leaves the page", async () => {
  const { page, requests } = await openConsole(browser());
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("tab", { name: "Inspect" }).click();
  expect(await page.locator("#inspect-notice").textContent()).toMatch(
    /^Nobody is signed in: .*sends it nowhere/,
  );
  const token = token006({
    appId: inject("appId"),
    appCertificate: "b".repeat(32),
    channel: "room-1",
    user: "alice",
    ts: now() + HOUR,
    privileges: publisher(now() + HOUR),
  });
  await page.locator("#inspect-key").fill(token);
  await page.locator("#inspect-channel").fill("room-1");
  await page.locator("#inspect-account").fill("bob");
  await page.getByRole("button", { name: "Inspect", exact: true }).click();
  await expectVerdict(page, "refused", "Agora would refuse it");
  expect(await findings(page)).toEqual([expect.stringMatching(/^signed_for_other_user/)]);
  expect(await signature(page)).toContain("needs a service key");
  await page.locator("#inspect-account").fill("alice");
  await page.getByRole("button", { name: "Inspect", exact: true }).click();
  await expectVerdict(page, "unknown", "Can't tell yet whether Agora would take it");
  expect(await page.locator("#inspect-parts .key").textContent()).toBe(token);
  expect(await page.locator("#inspect-parts .legend li").count()).toBe(8);
  expect(requests.filter((request) => request.method() === "POST")).toEqual([]);
  await page.locator("#inspect-account").fill("\u00e9");
  await page.getByRole("button", { name: "Inspect", exact: true }).click();
  await page.locator("#inspect-account-error").waitFor();
  await page.context().close();
});
