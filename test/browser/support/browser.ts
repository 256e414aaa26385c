// A real Chromium: the one that is installed, or else the one from npm (Linux on x64).

import { existsSync } from "node:fs";
import { type BrowserServer, chromium } from "playwright-core";

const INSTALLED = [
  process.env.CHROME_PATH,
  "/usr/bin/google-chrome",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/**
 * Root and most containers can't set up Chromium's sandbox. It opens our own pages and nothing
 * else.
 */
const ARGS = [
  "--no-sandbox",
  "--disable-dev-shm-usage",
  "--disable-gpu",
  "--force-color-profile=srgb",
];

/** One browser. Test files connect to its endpoint. */
export async function launchBrowser(): Promise<BrowserServer> {
  const executablePath = INSTALLED.find((path) => path && existsSync(path)) ?? (await fromNpm());
  return chromium.launchServer({ executablePath, headless: true, args: ARGS, host: "127.0.0.1" });
}

async function fromNpm(): Promise<string> {
  // The package unpacks the libraries that its Chromium needs only where it thinks that it runs on
  // Lambda.
  process.env.AWS_EXECUTION_ENV ??= "AWS_Lambda_nodejs22.x";
  const { default: packed } = await import("@sparticuz/chromium");
  return packed.executablePath();
}
