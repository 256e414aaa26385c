// The web SDK itself (agora-rtc-sdk-ng), in a real browser, with our keys and our client library. No request reaches Agora's servers:
// all are caught on their way out. The legacy SDK (before 2.1) is not on npm: an object with its three methods is its fake. The
// tests run at the same time, each in a page of its own: most of their time the client library waits.

import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { test as base, inject } from "vitest";
import { askService, useBrowser } from "./support/page.ts";

const test = base.concurrent;
const browser = useBrowser();
const sdk = createRequire(import.meta.url).resolve("agora-rtc-sdk-ng");
const client = fileURLToPath(new URL("../../dist/client.js", import.meta.url));

const CHANNEL = "room-1";
const UID = 42;

const APP = `<!doctype html><title>An app</title>
<script type="module">import * as latchkey from "/client.js"; window.latchkey = latchkey;</script>`;

/** As much of the page's world as the tests touch there. */
interface App {
  AgoraRTC: {
    VERSION: string;
    setLogLevel(level: number): void;
    createClient(config: { mode: "rtc"; codec: "vp8" }): SdkClient;
  };
  latchkey: typeof import("../../src/client.ts");
  keys: ReturnType<typeof import("../../src/client.ts").createKeySource>;
  client: SdkClient;
  renewed: string[];
}

interface SdkClient {
  join(appId: string, channel: string, key: string | null, uid: number): Promise<unknown>;
  renewToken(key: string): Promise<void>;
  emit(event: string): void;
  on(event: string, listener: () => void): void;
  off(event: string, listener: () => void): void;
  readonly connectionState: string;
}

interface OpenApp {
  readonly page: Page;
  /** Of the SDK's requests to its gateway: the address, and what it asks with. */
  readonly gateway: { url: string; cname: string; key: string; uid: number }[];
}

/** An app's page: the SDK, the client library as it is published, and a grant that outlives its keys. */
async function openApp(): Promise<OpenApp> {
  const { grant } = await askService<{ grant: string }>("/v1/grants", {
    channels: [CHANNEL],
    uid: UID,
    expiresIn: 14_400,
    subject: crypto.randomUUID(),
  });
  const context = await browser().newContext();
  const gateway: OpenApp["gateway"] = [];
  await context.routeWebSocket(/.*/, (socket) => socket.close());
  await context.route("**/*", async (route) => {
    const request = route.request();
    const { origin, pathname } = new URL(request.url());
    if (origin !== inject("origin")) {
      if (pathname.includes("/transpond/webrtc"))
        gateway.push({ url: request.url(), ...askedWith(request.postData() ?? "") });
      return route.abort();
    }
    if (pathname === "/app") return route.fulfill({ contentType: "text/html", body: APP });
    if (pathname === "/client.js")
      return route.fulfill({ contentType: "text/javascript", path: client });
    return route.continue();
  });
  const page = await context.newPage();
  await page.goto(`${inject("origin")}/app`);
  await page.addScriptTag({ path: sdk });
  await page.evaluate(
    ([grantText, channel]) => {
      const app = window as unknown as App;
      app.keys = app.latchkey.createKeySource({
        endpoint: "",
        grant: grantText as string,
        channel: channel as string,
      });
      app.renewed = [];
      app.AgoraRTC.setLogLevel(4);
    },
    [grant, CHANNEL],
  );
  return { page, gateway };
}

/** The SDK posts a form whose field `request` is JSON: a list of what it asks, each with the channel, the key and the uid. */
function askedWith(form: string): { cname: string; key: string; uid: number } {
  const request = JSON.parse(/\{.*\}/s.exec(form)?.[0] ?? "{}");
  return request.request_bodies[0].buffer;
}

/** A client of the SDK whose renewToken is noted down: outside of a channel the SDK has no server to pass the key on to. */
async function attachClient(page: Page): Promise<void> {
  await page.evaluate(() => {
    const app = window as unknown as App;
    app.client = app.AgoraRTC.createClient({ mode: "rtc", codec: "vp8" });
    app.client.renewToken = async (key) => {
      app.renewed.push(key);
    };
    app.keys.attach(app.client);
  });
}

const renewed = (page: Page) => page.evaluate(() => (window as unknown as App).renewed);

test("it is the SDK that we say it is", async ({ expect }) => {
  const { page } = await openApp();
  expect(await page.evaluate(() => (window as unknown as App).AgoraRTC.VERSION)).toBe("4.24.8");
  await page.context().close();
});

test("join is called with our key, and the SDK's own gateway request carries it", async ({
  expect,
}) => {
  const { page, gateway } = await openApp();
  const key = await page.evaluate(
    async ([appId, channel, uid]) => {
      const app = window as unknown as App;
      const joinKey = await app.keys.get();
      app.client = app.AgoraRTC.createClient({ mode: "rtc", codec: "vp8" });
      // It never joins: nobody answers it.
      app.client.join(appId as string, channel as string, joinKey, uid as number).catch(() => {});
      return joinKey;
    },
    [inject("appId"), CHANNEL, UID],
  );
  expect(key).toMatch(/^005/);
  await expect.poll(() => gateway.length).toBeGreaterThan(0);
  for (const { url, cname, key: carried, uid } of gateway) {
    expect(url).toMatch(/^https:\/\/[^/]+\.(agora\.io|sd-rtn\.com)\//);
    expect({ cname, key: carried, uid }).toEqual({ cname: CHANNEL, key, uid: UID });
  }
  // And it is a key that Agora's servers would take: signed for this channel and uid, with nothing to object to.
  const { signature, findings } = await askService<{ signature: string; findings: unknown[] }>(
    "/v1/keys/inspect",
    {
      key,
      channel: CHANNEL,
      uid: UID,
    },
  );
  expect({ signature, findings }).toEqual({ signature: "valid", findings: [] });
  await page.context().close();
});

test.for(["token-privilege-will-expire", "token-privilege-did-expire"])(
  "%s leads to exactly one renewToken with a fresh key",
  async (event, { expect }) => {
    const { page } = await openApp();
    const requests: string[] = [];
    page.on("request", (request) => requests.push(new URL(request.url()).pathname));
    const first = await page.evaluate(() => (window as unknown as App).keys.get());
    await attachClient(page);
    await page.evaluate((name) => (window as unknown as App).client.emit(name), event);
    await expect.poll(() => renewed(page)).toHaveLength(1);

    // A second event leads to a second key: if the first had led to more than one, there would be more than two by then.
    await page.evaluate((name) => (window as unknown as App).client.emit(name), event);
    await expect.poll(async () => (await renewed(page)).length).toBeGreaterThan(1);
    const keys = await renewed(page);
    expect(keys).toHaveLength(2);
    expect(new Set([first, ...keys]).size).toBe(3);
    expect(requests.filter((path) => path === "/v1/keys")).toHaveLength(3);
    await page.context().close();
  },
);

test("both events at once lead to one renewToken", async ({ expect }) => {
  const { page } = await openApp();
  await page.evaluate(() => (window as unknown as App).keys.get());
  await attachClient(page);
  const emitBoth = () =>
    page.evaluate(() => {
      const { client: agora } = window as unknown as App;
      agora.emit("token-privilege-will-expire");
      agora.emit("token-privilege-did-expire");
    });
  await emitBoth();
  await expect.poll(() => renewed(page)).toHaveLength(1);
  await emitBoth();
  await expect.poll(async () => (await renewed(page)).length).toBeGreaterThan(1);
  expect(await renewed(page)).toHaveLength(2);
  await page.context().close();
});

test("the legacy SDK's error event leads to renewChannelKey with a fresh key", async ({
  expect,
}) => {
  const { page } = await openApp();
  const first = await page.evaluate(() => (window as unknown as App).keys.get());
  await page.evaluate(() => {
    const app = window as unknown as App;
    const listeners: ((event: { reason: string }) => void)[] = [];
    const legacy = {
      on: (name: string, listener: (event: { reason: string }) => void) =>
        name === "error" && listeners.push(listener),
      off: () => {},
      renewChannelKey: (key: string, onSuccess: () => void) => {
        app.renewed.push(key);
        onSuccess();
      },
    };
    app.keys.attach(legacy);
    // What is not about the key is the app's to deal with.
    for (const listener of listeners) listener({ reason: "SOCKET_DISCONNECTED" });
    for (const listener of listeners) listener({ reason: "DYNAMIC_KEY_TIMEOUT" });
  });
  await expect.poll(() => renewed(page)).toHaveLength(1);
  const [key] = await renewed(page);
  expect(key).toMatch(/^005/);
  expect(key).not.toBe(first);
  await page.context().close();
});
