// `npm run screenshots`: the console in both themes, for the README. docs/console-light.png and
// docs/console-dark.png.
import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { launchBrowser } from "../test/browser/support/browser.ts";
import { SECRETS, settings } from "../test/support/settings.ts";
import { bundleWorker, removeBundle } from "../test/support/worker/bundle.ts";
import { startWorker } from "../test/support/worker/worker.ts";

const docs = fileURLToPath(new URL("../docs", import.meta.url));
const VIEWPORT = { width: 1280, height: 800 };

mkdirSync(docs, { recursive: true });
giveFonts();
const bundle = await bundleWorker();
const [worker, server] = await Promise.all([
  startWorker(bundle, { settings: settings() }),
  launchBrowser(),
]);
try {
  const browser = await chromium.connect(server.wsEndpoint());
  for (const theme of ["light", "dark"]) {
    const context = await browser.newContext({
      viewport: VIEWPORT,
      colorScheme: theme,
      timezoneId: "Asia/Kolkata",
    });
    const page = await context.newPage();
    await page.goto(`${worker.url}/#key=${SECRETS.SERVICE_KEY}`);
    await page.getByRole("button", { name: "Make key" }).click();
    await page.locator("#keys-result").waitFor();
    // Lets some of the join window pass, so that the picture shows it.
    await page.waitForTimeout(4000);
    await page.getByRole("tab", { name: "Keys" }).hover();
    await page.screenshot({ path: `${docs}/console-${theme}.png`, fullPage: true });
    await renew(page);
    await page.screenshot({ path: `${docs}/console-renew-${theme}.png`, fullPage: true });
    await context.close();
  }
} finally {
  await Promise.all([server.close(), worker.stop()]);
  await removeBundle(bundle);
}

/** A call of ten-minute keys with an outage in it. */
async function renew(page) {
  await page.getByRole("tab", { name: "Renew" }).click();
  await page.locator("#renew-speed").selectOption("600");
  await page.getByRole("button", { name: "Start the call" }).click();
  await renewals(page, 2);
  await page.locator("#renew-speed").selectOption("60");
  const outage = page.getByRole("checkbox", { name: /^5xx/ });
  await outage.check({ force: true });
  await page.locator("#renew-log li").filter({ hasText: "Attempt 1" }).first().waitFor();
  await page.locator("#renew-speed").selectOption("10");
  await page.locator("#renew-log li").filter({ hasText: "Attempt 2" }).first().waitFor();
  await outage.uncheck({ force: true });
  await renewals(page, 3);
  await page.locator("#renew-speed").selectOption("600");
  await renewals(page, 4);
  await page.locator("#renew-speed").selectOption("1");
}

function renewals(page, count) {
  return page
    .locator("#renew-count")
    .filter({ hasText: `${count} renewals` })
    .waitFor();
}

/** The Chromium from npm has one font, and none for code: it gets the fonts of the system too. */
function giveFonts() {
  const prefer = (family, font) =>
    `<alias><family>${family}</family><prefer><family>${font}</family></prefer></alias>`;
  const path = `${tmpdir()}/latchkey-fonts.conf`;
  writeFileSync(
    path,
    `<?xml version="1.0"?><fontconfig><dir>${tmpdir()}/fonts</dir><dir>/usr/share/fonts</dir><dir prefix="xdg">fonts</dir>
${prefer("system-ui", "Open Sans")}${prefer("sans-serif", "Open Sans")}${prefer("ui-monospace", "DejaVu Sans Mono")}</fontconfig>`,
  );
  process.env.FONTCONFIG_FILE ??= path;
}
