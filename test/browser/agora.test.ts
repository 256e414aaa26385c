// The real web SDK (agora-rtc-sdk-ng) in a real browser, with our keys and our client library. No
// request reaches Agora's servers: the test catches each one. The legacy SDK is a fake with its
// three methods.

import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { expect, inject, test } from "vitest";
import { askService, useBrowser } from "./support/page.ts";

const browser = useBrowser();
const sdk = createRequire(import.meta.url).resolve("agora-rtc-sdk-ng");
const client = fileURLToPath(new URL("../../dist/client.js", import.meta.url));

const CHANNEL = "room-1";
const UID = 42;

const APP = `<!doctype html><title>An app</title>
<script type="module">import * as latchkey from "/client.js"; window.latchkey = latchkey;</script>`;

/** The part of the page's `window` that the tests use. */
interface App {
  AgoraRTC: {
    VERSION: string;
    setLogLevel(level: number): void;
    createClient(config: { mode: "rtc"; codec: "vp8" }): SdkClient;
  };
  latchkey: typeof import("../../src/client/client.ts");
  keys: ReturnType<typeof import("../../src/client/client.ts").createKeySource>;
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
  /** The SDK's requests to its gateway. */
  readonly gateway: { url: string; cname: string; key: string; uid: number }[];
}

/** An app's page, with the SDK, the client library as it ships, and a grant of four hours. */
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
        gateway.push({ url: request.url(), ...joinRequestOf(request.postData() ?? "") });
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

/** The SDK posts a form. Its field `request` is JSON, and has the channel, the key and the uid. */
function joinRequestOf(form: string): { cname: string; key: string; uid: number } {
  const request = JSON.parse(/\{.*\}/s.exec(form)?.[0] ?? "{}");
  return request.request_bodies[0].buffer;
}

/** A client of the SDK that records its keys: outside of a channel there is no server for them. */
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

test("the SDK is version 4.24.8", async () => {
  const { page } = await openApp();
  expect(await page.evaluate(() => (window as unknown as App).AgoraRTC.VERSION)).toBe("4.24.8");
  await page.context().close();
});

test("the SDK joins with our key: its own request to the gateway has it", async () => {
  const { page, gateway } = await openApp();
  const key = await page.evaluate(
    async ([appId, channel, uid]) => {
      const app = window as unknown as App;
      const joinKey = await app.keys.get();
      app.client = app.AgoraRTC.createClient({ mode: "rtc", codec: "vp8" });
      // The join never ends: there is no response.
      app.client.join(appId as string, channel as string, joinKey, uid as number).catch(() => {});
      return joinKey;
    },
    [inject("appId"), CHANNEL, UID],
  );
  expect(key).toMatch(/^005/);
  await expect.poll(() => gateway.length).toBeGreaterThan(0);
  for (const { url, cname, key: sent, uid } of gateway) {
    expect(url).toMatch(/^https:\/\/[^/]+\.(agora\.io|sd-rtn\.com)\//);
    expect({ cname, key: sent, uid }).toEqual({ cname: CHANNEL, key, uid: UID });
  }
  // Agora's servers would accept the key: it is signed for this channel and uid.
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

test.each(["token-privilege-will-expire", "token-privilege-did-expire"])(
  "%s leads to exactly one renewToken with a new key",
  async (event) => {
    const { page } = await openApp();
    const requests: string[] = [];
    page.on("request", (request) => requests.push(new URL(request.url()).pathname));
    const first = await page.evaluate(() => (window as unknown as App).keys.get());
    await attachClient(page);
    await page.evaluate((name) => (window as unknown as App).client.emit(name), event);
    await expect.poll(() => renewed(page)).toHaveLength(1);

    // After a second event there are two keys. Had the first led to two, there would be three.
    await page.evaluate((name) => (window as unknown as App).client.emit(name), event);
    await expect.poll(async () => (await renewed(page)).length).toBeGreaterThan(1);
    const keys = await renewed(page);
    expect(keys).toHaveLength(2);
    expect(new Set([first, ...keys]).size).toBe(3);
    expect(requests.filter((path) => path === "/v1/keys")).toHaveLength(3);
    await page.context().close();
  },
);

test("both events at once lead to one renewToken", async () => {
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

test("the legacy SDK's error event leads to renewChannelKey with a new key", async () => {
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
    // This error is not about the key.
    for (const listener of listeners) listener({ reason: "SOCKET_DISCONNECTED" });
    for (const listener of listeners) listener({ reason: "DYNAMIC_KEY_TIMEOUT" });
  });
  await expect.poll(() => renewed(page)).toHaveLength(1);
  const [key] = await renewed(page);
  expect(key).toMatch(/^005/);
  expect(key).not.toBe(first);
  await page.context().close();
});
