// Grants, revocations and the status of the deployment.

import type { Page } from "playwright-core";
import { expect, inject, test } from "vitest";
import { askService, openConsole, useBrowser } from "./support/page.ts";

const browser = useBrowser();

const openTab = (page: Page, name: string) => page.getByRole("tab", { name }).click();
const entries = (page: Page) => page.locator("#revocations-list .target").allTextContents();

test("a grant is made, stays masked, and can be copied and used", async () => {
  const { page, errors } = await openConsole(browser());
  const { origin } = new URL(page.url());
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"], { origin });
  await openTab(page, "Grants");
  await page.locator("#grants-channels").fill("room-1\nteam-*");
  await page.locator("#grants-form summary").click();
  await page.locator("#grants-subject").fill("user-7");
  await page.getByRole("checkbox", { name: "Media channel" }).check();
  await page.getByRole("checkbox", { name: "RTM" }).check();
  await page.getByRole("button", { name: "Make grant" }).click();
  const card = page.locator("#grants-result");
  await card.waitFor();
  expect(await card.locator("dd").last().textContent()).toBe("user-7");
  const field = card.getByLabel("For the client");
  expect(await field.getAttribute("type")).toBe("password");
  const grant = await field.inputValue();
  await card.getByRole("button", { name: "Copy" }).click();
  await card.getByRole("button", { name: "Copied" }).waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(grant);
  expect(await page.content()).not.toContain(grant);
  await card.getByRole("button", { name: "Show" }).click();
  expect(await field.getAttribute("type")).toBe("text");

  await card.getByRole("button", { name: "Sign in with it" }).click();
  await expect
    .poll(() => page.locator("#signed-in").textContent())
    .toMatch(/Channelsroom-1, team-\*ServicesmediaChannel, rtm/);
  expect(page.url()).toBe(`${inject("origin")}/#keys`);
  expect(errors).toEqual([]);
  await page.context().close();
});

test("a channel with a comma in its name is pointed out, and taken", async () => {
  const { page, errors } = await openConsole(browser());
  await openTab(page, "Grants");
  const channels = page.locator("#grants-channels");
  const note = page.getByText("This is one channel with a comma in its name. Write one on a line.");
  expect(await note.count()).toBe(0);
  await channels.fill("room-1, room-2");
  await note.waitFor();
  await page.getByRole("button", { name: "Make grant" }).click();
  await page.locator("#grants-result").waitFor();
  await channels.fill("room-1\nroom-2");
  expect(await note.count()).toBe(0);
  expect(errors).toEqual([]);
  await page.context().close();
});

test("a wrong channel of a grant is said at the field", async () => {
  const { page } = await openConsole(browser());
  await openTab(page, "Grants");
  await page.locator("#grants-channels").fill("room-1\nno/slash");
  await page.locator("#grants-form summary").click();
  await page.locator("#grants-maxKeyExpiresIn").fill("soon");
  await page.locator("#grants-form summary").click();
  await page.getByRole("button", { name: "Make grant" }).click();
  await page.locator("#grants-channels-error").waitFor();
  // What is folded away is opened where it is wrong.
  await page.locator("#grants-maxKeyExpiresIn-error").waitFor();
  await page.context().close();
});

test("access is revoked, listed, and given back after a second press", async () => {
  const { page, errors } = await openConsole(browser());
  await openTab(page, "Revocations");
  await page.locator("#revocations-uid").fill("4711");
  await page.locator("#revocations-channel").fill("team-1");
  await page.locator("#revocations-form summary").click();
  await page.locator("#revocations-until").fill(tomorrow());
  await page.getByRole("button", { name: "Revoke access" }).click();
  const row = page.locator("#revocations-list li").filter({ hasText: "uid 4711 · channel team-1" });
  await row.waitFor();
  // What is typed while one waits must not be lost: the next entry would be broader than it looks.
  expect(await page.locator("#revocations-uid").inputValue()).toBe("4711");

  const end = row.getByRole("button");
  await end.click();
  expect(await end.textContent()).toBe("Really end?");
  await page.getByRole("button", { name: "Refresh" }).focus();
  expect(await end.textContent()).toBe("End");
  await end.click();
  await end.click();
  await expect.poll(() => entries(page)).not.toContain("uid 4711 · channel team-1");
  expect(await page.locator("#revocations-status").textContent()).toBe(
    "Ended: uid 4711 · channel team-1.",
  );
  expect(errors).toEqual([]);

  await page.locator("#revocations-uid").fill("");
  await page.locator("#revocations-channel").fill("");
  await page.getByRole("button", { name: "Revoke access" }).click();
  await page.locator("#revocations-form .problem").filter({ hasText: "at least one" }).waitFor();
  await page.context().close();
});

/** As the field has it, in the device's time. */
function tomorrow(): string {
  const date = new Date(Date.now() + 20 * 3_600_000);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

test("a grant that was made is revoked from its card", async () => {
  const { page } = await openConsole(browser());
  await openTab(page, "Grants");
  await page.getByRole("button", { name: "Make grant" }).click();
  await page.locator("#grants-result").waitFor();
  const jti = (await page.locator("#grants-result code").first().textContent()) ?? "";
  await page.getByRole("button", { name: "Revoke it" }).click();
  expect(await page.locator("#revocations-jti").inputValue()).toBe(jti);
  await page.getByRole("button", { name: "Revoke access" }).click();
  await expect.poll(() => entries(page)).toContain(`grant ${jti}`);
  await page.getByRole("button", { name: "Sign out" }).click();
  // The list is not for the next one to see.
  expect(await entries(page)).toEqual([]);
  await page.context().close();
});

test("a long list comes page by page", async () => {
  await Promise.all(
    Array.from({ length: 101 }, (_, i) => askService("/v1/revocations", { sub: `of-many-${i}` })),
  );
  const { page } = await openConsole(browser());
  await openTab(page, "Revocations");
  await page.getByRole("button", { name: "Show more" }).click();
  await expect.poll(async () => (await entries(page)).length).toBeGreaterThan(100);
  const many = (await entries(page)).filter((text) => text.startsWith("subject of-many-"));
  expect(new Set(many).size).toBe(101);
  await page.context().close();
});

test("a revocation can also remove its user from the call, and the list says how far that is", async () => {
  const { page } = await openConsole(browser());
  const entry = { id: "1", uid: 7, channel: "room-1", until: 1_900_000_000 };
  const made = { ...entry, ejection: { state: "pending" } };
  const bodies: unknown[] = [];
  await page.route("**/v1/revocations", (route) => {
    if (route.request().method() === "GET") return route.fulfill({ json: { revocations: [made] } });
    bodies.push(route.request().postDataJSON());
    return route.fulfill({ status: 201, json: made });
  });
  await openTab(page, "Revocations");
  await page.locator("#revocations-uid").fill("7");
  await page.locator("#revocations-channel").fill("room-1");
  await page.locator("#revocations-form summary").click();
  await page.getByRole("checkbox", { name: "Remove the user from the call" }).check();
  await page.getByRole("button", { name: "Revoke access" }).click();
  await page.locator("[data-ejection]").filter({ hasText: "is being removed" }).waitFor();
  expect(bodies).toEqual([{ uid: 7, channel: "room-1", eject: true }]);
  await page.context().close();
});

test("the list shows whatever an entry has, and why it can't be read", async () => {
  const { page } = await openConsole(browser());
  const until = 1_900_000_000;
  const ejection = { state: "failed", reason: "no credentials" };
  const revocations = [{ id: "1", issuedBefore: 1_800_000_000, until, ejection }];
  await page.route("**/v1/revocations", (route) => route.fulfill({ json: { revocations } }));
  await openTab(page, "Revocations");
  const row = page.locator("#revocations-list li");
  await row.filter({ hasText: "grants made before 2027-01-15 08:00:00 UTC" }).waitFor();
  expect(await row.textContent()).toContain("could not be removed from the call: no credentials");

  await page.unroute("**/v1/revocations");
  await page.route("**/v1/revocations", (route) => route.abort());
  await page.getByRole("button", { name: "Refresh" }).click();
  await page.getByRole("alert").filter({ hasText: "No response" }).waitFor();
  await page.context().close();
});

test("the status says whether keys can be made, by anyone and without a credential", async () => {
  const { page, requests } = await openConsole(browser());
  await page.getByRole("button", { name: "Sign out" }).click();
  await openTab(page, "Status");
  // The deployment of the tests has EXACT_TIMES on.
  await page.getByRole("heading", { name: /^Ready, with \d+ warnings?$/ }).waitFor();
  expect(await page.locator("#status-problems").textContent()).toContain("EXACT_TIMES");
  expect(await page.locator("#status-facts").textContent()).toMatch(/Processanswers in/);
  const asked = requests.filter((request) => /\/(ready|health)$/.test(request.url()));
  expect(asked).toHaveLength(2);
  for (const request of asked) expect(await request.headerValue("authorization")).toBeNull();

  const problems = [{ name: "APP_ID", message: "is missing" }];
  await page.route("**/ready", (route) =>
    route.fulfill({ status: 503, json: { status: "not_ready", problems } }),
  );
  await page.getByRole("button", { name: "Refresh" }).click();
  await page.getByRole("heading", { name: "Not ready" }).waitFor();
  expect(await page.locator("#status-problems").textContent()).toContain("APP_IDis missing");
  await page.unroute("**/ready");
  await page.route("**/ready", (route) => route.abort());
  await page.getByRole("button", { name: "Refresh" }).click();
  await page.getByRole("heading", { name: "No response" }).waitFor();
  await page.context().close();
});
