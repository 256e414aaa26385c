// The API reference as it ships, in a browser that lets no request go elsewhere.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { BrowserContextOptions, Page } from "playwright-core";
import { expect, inject, test } from "vitest";
import { useBrowser } from "./support/page.ts";

const browser = useBrowser();
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface OpenReference {
  readonly page: Page;
  /** The paths that were asked for, of this deployment. */
  readonly paths: string[];
  /** Requests to anyone else. */
  readonly foreign: string[];
  /** Errors that the page threw or logged, and what its policy refused. */
  readonly errors: string[];
}

async function openReference(
  path: string,
  { origin = inject("origin"), ...options }: BrowserContextOptions & { origin?: string } = {},
): Promise<OpenReference> {
  const context = await browser().newContext(options);
  const paths: string[] = [];
  const foreign: string[] = [];
  const errors: string[] = [];
  await context.route(/^(?!data:)/, (route) => {
    const url = new URL(route.request().url());
    if (url.origin === origin) {
      paths.push(url.pathname);
      return route.continue();
    }
    foreign.push(url.href);
    return route.abort();
  });
  const page = await context.newPage();
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") errors.push(message.text());
  });
  await page.goto(origin + path);
  return { page, paths, foreign, errors };
}

const FIRST_OPERATION = /^A channel key or RTC token for one user/;

/** Types a credential, and opens the window of a request for a key. */
async function openRequest(page: Page, credential: string): Promise<void> {
  await page.getByPlaceholder("Token").first().fill(credential);
  await page.getByRole("link", { name: FIRST_OPERATION }).click();
  await page.getByRole("button", { name: /^Test Request.*\/v1\/keys\)?$/ }).click();
}

test("a tried request answers with a key, and nothing asks another server", async () => {
  const { page, foreign, errors } = await openReference("/docs");
  await openRequest(page, inject("serviceKey"));
  const [response] = await Promise.all([
    page.waitForResponse((answer) => answer.url().endsWith("/v1/keys")),
    page.getByRole("button", { name: /^Send post request/ }).click(),
  ]);
  const { key } = (await response.json()) as { key: string };
  expect(key).toMatch(/^005/);
  await page
    .getByText(`"${key.slice(0, 20)}`)
    .first()
    .waitFor();
  expect(foreign).toEqual([]);
  expect(errors).toEqual([]);

  // The test can fail: a request to elsewhere is seen, and the policy refuses it.
  await page.evaluate(() => fetch("https://example.com/").catch(() => undefined));
  await expect.poll(() => errors.join()).toMatch(/connect-src 'self'/);
  await page.context().close();
});

test("the credential is in no storage, and a reload forgets it", async () => {
  const { page } = await openReference("/docs");
  const serviceKey = inject("serviceKey");
  await openRequest(page, serviceKey);
  await page.getByRole("button", { name: /^Send post request/ }).click();
  await page.getByText(/^"005/).first().waitFor();
  const kept = await page.evaluate(async () => ({
    storage: [{ ...localStorage }, { ...sessionStorage }],
    databases: await indexedDB.databases(),
    caches: await caches.keys(),
    cookies: document.cookie,
    state: history.state,
    name: window.name,
    address: location.href,
  }));
  expect(JSON.stringify(kept)).not.toContain(serviceKey);
  expect(kept).toMatchObject({ databases: [], caches: [], cookies: "", name: "" });
  // Which code sample was chosen last.
  expect(kept.storage).toEqual([{ "scalar-reference-selected-client-v2": "shell/curl" }, {}]);
  await page.reload();
  expect(await page.getByPlaceholder("Token").first().inputValue()).toBe("");
  await page.context().close();
});

test("operations are found by search, and have code samples", async () => {
  const { page } = await openReference("/docs");
  await page
    .getByRole("button", { name: /^Open Search/ })
    .first()
    .click();
  await page.getByRole("combobox", { name: "Enter search query" }).fill("end a revocation");
  await page
    .getByRole("option", { name: /End a revocation early/ })
    .first()
    .click();
  await expect.poll(() => page.url()).toContain("#tag/revocations/DELETE/v1/revocations/");
  const sample = page.getByRole("region", { name: /End a revocation early/ });
  await sample.getByText("curl").first().waitFor();
  await page.context().close();
});

test("an error is found by its code: the operations that send it, and the list of errors", async () => {
  const { page } = await openReference("/docs");
  const openSearch = page.getByRole("button", { name: /^Open Search/ }).first();
  await openSearch.click();
  await page.getByRole("combobox", { name: "Enter search query" }).fill("grant_expired");
  await page.getByRole("option", { name: /\/v1\/keys$/ }).waitFor();
  await page.getByRole("option", { name: /Errors/ }).click();
  await page.getByRole("link", { name: "Errors", exact: true }).nth(1).waitFor();
  await page.getByRole("link", { name: "grant_expired" }).click();
  await page.getByRole("region", { name: /^grant_expired/ }).waitFor();
  expect(page.url()).toMatch(/\/docs#grant_expired$/);
  await page.context().close();
});

test("in a narrow window a tried request's response comes into view, and no button hides the page's bar", async () => {
  const viewport = { width: 390, height: 844 };
  const { page, errors } = await openReference("/docs", { viewport });
  await page.getByPlaceholder("Token").first().fill(inject("serviceKey"));
  await page.goto(`${inject("origin")}/docs#tag/keys/POST/v1/keys`);
  await page.getByRole("button", { name: /^Test Request.*\/v1\/keys\)?$/ }).click();
  const dialog = page.getByRole("dialog").filter({ hasText: "Request Body" });
  const bar = await page.locator(".bar").evaluate((element) => element.getBoundingClientRect());
  const buttons = [/^Close Client/, /^Show sidebar|^Hide sidebar/i];
  for (const name of buttons) {
    const box = await dialog.getByRole("button", { name }).boundingBox();
    expect(box?.y, String(name)).toBeGreaterThanOrEqual(bar.bottom);
  }
  await page.getByRole("button", { name: /^Send post request/ }).click();
  const key = dialog.getByText(/^"005/).first();
  await key.waitFor();
  await expect
    .poll(async () => (await key.boundingBox())?.y ?? Number.NaN)
    .toBeLessThan(viewport.height);
  expect(errors).toEqual([]);
  await page.context().close();
});

test("an error's address shows its cause and remedy, and loads no more than the page", async () => {
  const { page, paths } = await openReference("/docs#grant_revoked");
  const section = page.getByRole("region", { name: /^grant_revoked/ });
  await section.getByText("Remedy.").waitFor();
  const top = await section.evaluate((element) => element.getBoundingClientRect().top);
  expect(top).toBeGreaterThan(0);
  expect(top).toBeLessThan(200);
  expect(paths).not.toContain("/docs/scalar.js");
  await page.getByRole("link", { name: "Operations" }).click();
  await page.getByRole("heading", { name: "Latchkey" }).waitFor();
  await expect.poll(() => section.isVisible()).toBe(false);
  await page.getByRole("link", { name: "Errors", exact: true }).first().click();
  await section.waitFor();
  await page.context().close();
});

test("where Scalar can't be loaded, the page says so, and the errors are there", async () => {
  const context = await browser().newContext();
  await context.route("**/docs/scalar.js", (route) => route.abort());
  const page = await context.newPage();
  await page.goto(`${inject("origin")}/docs`);
  await page.getByText("could not be loaded").waitFor();
  expect(await page.getByRole("heading", { name: /^grant_expired/ }).isVisible()).toBe(true);
  await context.close();
});

test("without JavaScript the errors are all there", async () => {
  const { page } = await openReference("/docs", { javaScriptEnabled: false });
  expect(await page.getByText("Remedy.").count()).toBeGreaterThan(15);
  expect(await page.getByRole("heading", { name: /^grant_expired/ }).isVisible()).toBe(true);
  expect(await page.locator(".notice").isVisible()).toBe(true);
  await page.context().close();
});

test("where there is no console, the reference stays and does not link it", async () => {
  const origin = inject("originWithoutConsole");
  const { page } = await openReference("/docs", { origin });
  await page.getByRole("link", { name: FIRST_OPERATION }).waitFor();
  await expect.poll(() => page.getByRole("link", { name: "Console" }).count()).toBe(0);
  await page.context().close();
  const beside = await openReference("/docs");
  await beside.page.getByRole("link", { name: "Console" }).click();
  await expect.poll(() => beside.page.title()).toMatch(/console/);
  await beside.page.getByRole("link", { name: "Reference" }).click();
  await expect.poll(() => beside.page.title()).toMatch(/reference/);
  await beside.page.context().close();
});

test.each([
  { colorScheme: "light", viewport: { width: 1280, height: 800 } },
  { colorScheme: "dark", viewport: { width: 1280, height: 800 } },
  { colorScheme: "dark", viewport: { width: 320, height: 640 } },
] as const)("axe-core finds no violation in the page: %j", async (options) => {
  const { page } = await openReference("/docs", options);
  await page.getByRole("heading", { name: "Latchkey" }).waitFor();
  for (const address of ["#tag/keys/POST/v1/keys", "#errors"]) {
    await page.goto(`${inject("origin")}/docs${address}`);
    await page.evaluate(axe);
    const { violations, passes } = (await page.evaluate("axe.run()")) as AxeResults;
    const found = violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join()}`,
    );
    expect(found, address).toEqual([]);
    expect(passes.map(({ id }) => id)).toContain("color-contrast");
    const widths = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    expect(widths[0]).toBeLessThanOrEqual(widths[1] ?? 0);
  }
  await page.context().close();
});
