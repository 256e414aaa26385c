// A page of the console in a fresh browser context, with a record of every request that leaves it.

import {
  type Browser,
  type BrowserContextOptions,
  chromium,
  type Page,
  type Request,
} from "playwright-core";
import { afterAll, beforeAll, inject } from "vitest";
import { countCoverage } from "./coverage.ts";

/** Connects before a file's tests, to the browser that all files share. */
export function useBrowser(): () => Browser {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await chromium.connect(inject("browserEndpoint"));
  });
  afterAll(() => browser?.close());
  return () => browser as Browser;
}

export interface OpenConsole {
  readonly page: Page;
  readonly requests: Request[];
  /** Errors that the page threw or logged, and what its policy refused. */
  readonly errors: string[];
}

interface OpenOptions extends BrowserContextOptions {
  /** The script exactly as it ships; left out: the same script, which also counts coverage. */
  readonly shipped?: boolean;
}

/** Signs in with another credential than the one of the link. */
export async function signInWith(page: Page, credential: string): Promise<void> {
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByLabel("Service key or grant").fill(credential);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.locator("#signed-in").waitFor();
}

/** Opens the console with the link that `npm start` prints. */
export async function openConsole(
  browser: Browser,
  { shipped = false, ...options }: OpenOptions = {},
): Promise<OpenConsole> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const requests: Request[] = [];
  const errors: string[] = [];
  context.on("request", (request) => requests.push(request));
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  if (!shipped) await countCoverage(context, page);
  await page.goto(`${inject("origin")}/#key=${inject("serviceKey")}`);
  return { page, requests, errors };
}

/** A request to the Worker with its service key, not through the page. */
export async function askService<Body>(path: string, body: unknown): Promise<Body> {
  const response = await fetch(inject("origin") + path, {
    method: "POST",
    headers: {
      authorization: `Bearer ${inject("serviceKey")}`,
      "content-type": "application/json",
    },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: status ${response.status}`);
  return (await response.json()) as Body;
}
