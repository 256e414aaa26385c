// An app's page in a fresh browser context: a real SDK, the client library as it ships, and a
// grant. No request reaches Agora's servers.

import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { Browser, Page, Request } from "playwright-core";
import { inject } from "vitest";
import { askService } from "./page.ts";

export const CHANNEL = "room-1";
export const UID = 42;

const { resolve } = createRequire(import.meta.url);
const client = fileURLToPath(new URL("../../../dist/client.min.js", import.meta.url));

const APP = `<!doctype html><title>An app</title>
<script type="module">import * as latchkey from "/client.js"; window.latchkey = latchkey;</script>`;

/** The part of the page's `window` that the tests of every SDK use. */
export interface App {
  AgoraRTC: unknown;
  latchkey: typeof import("../../../src/client/client.ts");
  keys: ReturnType<typeof import("../../../src/client/client.ts").createKeySource>;
}

/**
 * The grant is for four hours. Requests to other servers than ours are aborted, sockets are closed;
 * `onOutside` is told of the requests.
 */
export async function openApp(
  browser: Browser,
  sdk: "agora-rtc-sdk-ng" | "agora-rtc-sdk",
  onOutside: (request: Request) => void = () => {},
): Promise<Page> {
  const { grant } = await askService<{ grant: string }>("/v1/grants", {
    channels: [CHANNEL],
    uid: UID,
    expiresIn: 14_400,
    subject: crypto.randomUUID(),
  });
  const context = await browser.newContext();
  await context.routeWebSocket(/.*/, (socket) => socket.close());
  await context.route("**/*", async (route) => {
    const { origin, pathname } = new URL(route.request().url());
    if (origin !== inject("origin")) {
      onOutside(route.request());
      return route.abort();
    }
    if (pathname === "/app") return route.fulfill({ contentType: "text/html", body: APP });
    if (pathname === "/client.js")
      return route.fulfill({ contentType: "text/javascript", path: client });
    return route.continue();
  });
  const page = await context.newPage();
  await page.goto(`${inject("origin")}/app`);
  await page.addScriptTag({ path: resolve(sdk) });
  await page.evaluate(
    ([grantText, channel]) => {
      const app = window as unknown as App;
      app.keys = app.latchkey.createKeySource({
        endpoint: "",
        grant: grantText as string,
        channel: channel as string,
      });
    },
    [grant, CHANNEL],
  );
  return page;
}
