// An app's page in a fresh browser context: a real SDK, the client library as it ships, and a
// grant. No request reaches Agora's servers.

import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { inject } from "vitest";
import { askService } from "./page.ts";

export const CHANNEL = "room-1";
export const UID = 42;

const { resolve } = createRequire(import.meta.url);
const client = fileURLToPath(new URL("../../../dist/client.min.js", import.meta.url));
const recipes = fileURLToPath(new URL("../../../docs/recipes/web", import.meta.url));

const APP = `<!doctype html><title>An app</title>
<script type="importmap">{ "imports": { "latchkey/client": "/client.js" } }</script>
<script type="module">
import * as latchkey from "/client.js";
window.latchkey = latchkey;
window.loadRecipe = (name) => import("/recipes/" + name);
</script>`;

type Client = typeof import("../../../src/client/client.ts");

/** The part of the page's `window` that the tests of every SDK use. */
export interface App {
  AgoraRTC: unknown;
  latchkey: Client;
  keys: ReturnType<Client["createKeySource"]>;
  /** The module of this name in docs/recipes/web. */
  loadRecipe(name: string): Promise<unknown>;
  /** As a business server answers its app: a grant for four hours. */
  fetchGrant(fields?: object): Promise<{ grant: string }>;
}

const fetchGrant = (fields: object = {}) =>
  askService<{ grant: string }>("/v1/grants", {
    channels: [CHANNEL],
    ...("account" in fields ? {} : { uid: UID }),
    expiresIn: 14_400,
    subject: crypto.randomUUID(),
    ...fields,
  });

/**
 * `wanted` are options of the key source that is there as `keys`, `granted` fields of its grant.
 * Requests to other servers than ours are aborted, and sockets closed.
 */
export async function openApp(
  browser: Browser,
  sdk: "agora-rtc-sdk-ng" | "agora-rtc-sdk",
  wanted: Partial<Parameters<Client["createKeySource"]>[0]> = {},
  granted: object = {},
): Promise<Page> {
  const { grant } = await fetchGrant(granted);
  const context = await browser.newContext();
  await context.routeWebSocket(/.*/, (socket) => socket.close());
  await context.route("**/*", async (route) => {
    const { origin, pathname } = new URL(route.request().url());
    if (origin !== inject("origin")) return route.abort();
    if (pathname === "/app") return route.fulfill({ contentType: "text/html", body: APP });
    if (pathname === "/client.js")
      return route.fulfill({ contentType: "text/javascript", path: client });
    if (pathname.startsWith("/recipes/"))
      return route.fulfill({ path: recipes + pathname.slice("/recipes".length) });
    return route.continue();
  });
  const page = await context.newPage();
  await page.exposeFunction("fetchGrant", fetchGrant);
  await page.goto(`${inject("origin")}/app`);
  await page.addScriptTag({ path: resolve(sdk) });
  await page.evaluate(
    (options) => {
      const app = window as unknown as App;
      app.keys = app.latchkey.createKeySource({ endpoint: "", ...options });
    },
    { grant, channel: CHANNEL, ...wanted },
  );
  return page;
}
