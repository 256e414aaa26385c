// A page at an origin of its own, with the client library as one file. It asks for a key.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { chromium } from "playwright-core";
import { launchBrowser } from "../../test/browser/support/browser.ts";

const page = (options) => `<!doctype html><title>An app</title>
<script type="module">
  import { createKeySource } from "/client.min.js";
  const keys = createKeySource(${JSON.stringify(options)});
  document.body.append(await keys.get());
</script>`;

/** The key that the page got. */
export async function openPage({ script, endpoint, grant }) {
  const html = page({ endpoint, grant, channel: "room-1" });
  const server = createServer(({ url }, response) => {
    const isPage = url === "/";
    response.setHeader("Content-Type", isPage ? "text/html" : "text/javascript");
    response.end(isPage ? html : readFileSync(script));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const browsers = await launchBrowser();
  try {
    const browser = await chromium.connect(browsers.wsEndpoint());
    const opened = await browser.newPage();
    await opened.goto(`http://127.0.0.1:${server.address().port}/`);
    const text = opened.locator("body", { hasText: /\w/ });
    return (await text.innerText({ timeout: 30_000 })).trim();
  } finally {
    await browsers.close();
    server.closeAllConnections();
    server.close();
  }
}
