// A walk through everything that the console shows.

import type { Page } from "playwright-core";
import { signInWith } from "./page.ts";

/** The vendor's own. */
const TOKEN =
  "007eJxTYBBbsMMnKq7p9Hf/HcIX5kce9b518kCiQgSr5Zrp4X1Tu6UUGCzNDZwdjU1TUs0Mkk1MzExMk5ISUy0SjQxNDcwMk4yN3b8IMEQwMTAwMoAwBIL4CgzmKeZGxmamqUmWFsYmFqbGluapxqnGaZYpJmYGSSkpiVwMRhYWRsYmhkbmxgDCaiTj";

/** Uses every tab, and calls `look` each time that there is something new to see. */
export async function useEverything(
  page: Page,
  look: (name: string) => Promise<void> = async () => {},
): Promise<void> {
  const press = (name: string) => page.getByRole("button", { name, exact: true }).click();
  const open = (name: string) => page.getByRole("tab", { name }).click();
  await page.locator("#signed-in").waitFor();
  await look("the page as it opens");
  await page.locator("#keys-channel").fill("no/slash");
  await page.locator("#keys-form summary").click();
  await press("Make key");
  await page.locator("#keys-channel-error").waitFor();
  await look("a problem");
  await page.locator("#keys-channel").fill("room-1");
  await press("Make key");
  await page.locator("#keys-result").waitFor();
  await look("a key");
  await press("Inspect it");
  await page.locator('[data-verdict="accepted"]').waitFor();
  await look("a good key");
  await page.locator("#inspect-key").fill(TOKEN);
  await press("Inspect");
  await page.locator('[data-verdict="refused"]').waitFor();
  await look("a token with findings");
  await open("Grants");
  await press("Make grant");
  await page.locator("#grants-result").waitFor();
  const grant = await page.locator("#grants-text").inputValue();
  await look("a grant");
  await open("Revocations");
  await page.locator("#revocations-sub").fill(`user-${Math.random()}`);
  await press("Revoke access");
  await page.locator("#revocations-list li").first().waitFor();
  await look("revocations");
  await open("Renew");
  await page.locator("#renew-uid").fill(String(crypto.getRandomValues(new Uint32Array(1))[0]));
  await page.locator("#renew-speed").selectOption("600");
  await press("Start the call");
  await page
    .locator("#renew-log li")
    .filter({ hasText: "renewToken" })
    .first()
    .waitFor({ timeout: 90_000 });
  await press("Hang up");
  await look("a call");
  await open("Status");
  await page.locator("#status-facts dl").waitFor();
  await look("the status");
  await signInWith(page, grant);
  await open("Revocations");
  await look("a tab that is not for a grant");
  await press("Sign out");
  await look("nobody signed in");
}
