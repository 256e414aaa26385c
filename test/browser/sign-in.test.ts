import type { Page } from "playwright-core";
import { expect, inject, test } from "vitest";
import { askService, openConsole, signInWith, useBrowser } from "./support/page.ts";

const browser = useBrowser();

/** What the page says of who is signed in. */
const facts = (page: Page) => page.locator("#signed-in dl > div").allTextContents();
const problem = (page: Page) => page.locator("#sign-in-problem");

async function openSignedOut(): Promise<Page> {
  const { page } = await openConsole(browser());
  await page.getByRole("button", { name: "Sign out" }).click();
  return page;
}

test("a service key is checked at once: its project, and what it may use", async () => {
  const { page, requests, errors } = await openConsole(browser());
  await expect
    .poll(() => facts(page))
    .toEqual(["Service keySERVICE_KEY", `Project (App ID)${inject("appId")}`, "May useeverything"]);
  expect(requests.filter((request) => request.url().endsWith("/v1/caller"))).toHaveLength(1);
  expect(await page.locator("#sign-in-form").isVisible()).toBe(false);
  expect(errors).toEqual([]);
  await page.context().close();
});

test("of a grant it shows the user, the channels and the end, and which tabs are not for it", async () => {
  const { grant, jti } = await askService<{ grant: string; jti: string }>("/v1/grants", {
    channels: ["room-1", "team-*"],
    uid: 42,
    expiresIn: 3600,
  });
  const { page, requests } = await openConsole(browser(), { timezoneId: "Europe/Berlin" });
  await signInWith(page, grant);
  const shown = (await facts(page)).join("\n").replaceAll("\u00a0", " ");
  expect(shown).toContain(`Grant${jti}`);
  expect(shown).toContain("Useruid 42, publisher");
  expect(shown).toContain("May usekeys, tokens");
  expect(shown).toContain("Channelsroom-1, team-*");
  expect(shown).toMatch(/Ends\d{4}-\S+ \S+ UTC · .*your time · in (59:\d\d|1:00:00)$/m);

  for (const [tab, name] of [
    ["Grants", "This grant may not make grants."],
    ["Revocations", "This grant may not see and change revocations."],
  ] as const) {
    await page.getByRole("tab", { name: tab }).click();
    const panel = page.getByRole("tabpanel");
    expect(await panel.locator(".notice").textContent()).toContain(name);
    expect(await panel.getByRole("button").count()).toBe(0);
  }
  // A grant is not for the list, so nobody asks for it.
  expect(requests.filter((request) => request.url().includes("/v1/revocations"))).toEqual([]);
  await page.context().close();
});

test("a wrong credential is refused and forgotten, and a new try takes the problem away", async () => {
  const page = await openSignedOut();
  const wrong = `wrong-${"x".repeat(40)}`;
  const field = page.getByLabel("Service key or grant");
  await field.fill(wrong);
  await page.getByRole("button", { name: "Sign in" }).click();
  await problem(page).filter({ hasText: "unauthenticated" }).waitFor();
  expect(await field.inputValue()).toBe("");
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("credential");
  expect(await page.content()).not.toContain(wrong);
  await page.getByRole("button", { name: "Make key" }).click();
  await page.locator("#keys-form .problem").filter({ hasText: "no_credential" }).waitFor();
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("credential");

  await field.fill(inject("serviceKey"));
  await field.press("Enter");
  await page.locator("#signed-in").waitFor();
  expect(await problem(page).isVisible()).toBe(false);
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("sign-out");
  await page.context().close();
});

test("a credential that could not be checked waits for another try", async () => {
  const page = await openSignedOut();
  await page.route("**/v1/caller", (route) => route.abort());
  await page.getByLabel("Service key or grant").fill(inject("serviceKey"));
  await page.getByRole("button", { name: "Sign in" }).click();
  await problem(page).filter({ hasText: "network" }).waitFor();
  await page.unroute("**/v1/caller");
  await page.getByRole("button", { name: "Try again" }).click();
  await page.locator("#signed-in").waitFor();
  expect(await page.getByRole("button", { name: "Forget it" }).isVisible()).toBe(false);
  await page.context().close();
});

test("a credential that could not be checked can be forgotten before the next person comes", async () => {
  const page = await openSignedOut();
  await page.route("**/v1/caller", (route) => route.fulfill({ status: 502 }));
  await page.getByLabel("Service key or grant").fill(inject("serviceKey"));
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Forget it" }).click();
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("credential");
  expect(await problem(page).isVisible()).toBe(false);
  let asked = 0;
  await page.route("**/v1/caller", (route) => {
    asked++;
    return route.continue();
  });
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.evaluate(() => new Promise((done) => setTimeout(done, 100)));
  expect([asked, await page.locator("#signed-in").isVisible()]).toEqual([0, false]);
  await page.context().close();
});

test("a link's credential does not take the place of the one that is signed in", async () => {
  const { page, requests } = await openConsole(browser());
  await page.locator("#signed-in").waitFor();
  const { grant } = await askService<{ grant: string }>("/v1/grants", {
    channels: ["room-1"],
    uid: 42,
    expiresIn: 3600,
  });
  const follow = () => page.evaluate((hash) => location.assign(hash), `#key=${grant}`);
  await follow();
  await problem(page).filter({ hasText: "sign out, then open the link again" }).waitFor();
  expect(page.url()).not.toContain(grant);
  expect((await facts(page))[0]).toBe("Service keySERVICE_KEY");
  expect(requests.filter((request) => request.url().endsWith("/v1/caller"))).toHaveLength(1);
  await page.getByRole("button", { name: "Sign out" }).click();
  expect(await problem(page).isVisible()).toBe(false);
  await follow();
  await expect.poll(async () => (await facts(page))[0]).toMatch(/^Grant/);
  await page.context().close();
});

test("signing out takes away what the credential has made", async () => {
  const { page } = await openConsole(browser());
  await page.getByRole("button", { name: "Make key" }).click();
  await page.locator("#keys-result").waitFor();
  const key = (await page.locator("#keys-text").textContent()) ?? "";
  await page.getByRole("button", { name: "Inspect it" }).click();
  await page.locator("#inspect-result").waitFor();
  await page.getByRole("tab", { name: "Grants" }).click();
  await page.getByRole("button", { name: "Make grant" }).click();
  await page.locator("#grants-result").waitFor();
  await page.getByRole("button", { name: "Sign out" }).click();
  expect(await page.locator("#grants-text").inputValue()).toBe("");
  expect(await page.locator("#inspect-key").inputValue()).toBe("");
  expect(key).toHaveLength(107);
  expect(await page.content()).not.toContain(key);
  for (const name of ["keys", "inspect", "grants"])
    expect(await page.locator(`#${name}-result`).getAttribute("hidden")).toBe("");
  await page.context().close();
});
