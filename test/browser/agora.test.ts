// Today's web SDK (agora-rtc-sdk-ng) in a real browser, with our keys and our client library.

import type { Page } from "playwright-core";
import { expect, inject, test } from "vitest";
import { type App, CHANNEL, openApp, UID } from "./support/app.ts";
import { askService, useBrowser } from "./support/page.ts";

const browser = useBrowser();

interface SdkApp extends App {
  AgoraRTC: {
    VERSION: string;
    setLogLevel(level: number): void;
    createClient(config: { mode: "rtc"; codec: "vp8" }): SdkClient;
  };
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

interface OpenSdk {
  readonly page: Page;
  /** The SDK's requests to its gateway. */
  readonly gateway: { url: string; cname: string; key: string; uid: number }[];
}

async function openSdk(): Promise<OpenSdk> {
  const gateway: OpenSdk["gateway"] = [];
  const page = await openApp(browser(), "agora-rtc-sdk-ng", (request) => {
    if (new URL(request.url()).pathname.includes("/transpond/webrtc"))
      gateway.push({ url: request.url(), ...joinRequestOf(request.postData() ?? "") });
  });
  await page.evaluate(() => {
    const app = window as unknown as SdkApp;
    app.renewed = [];
    app.AgoraRTC.setLogLevel(4);
  });
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
    const app = window as unknown as SdkApp;
    app.client = app.AgoraRTC.createClient({ mode: "rtc", codec: "vp8" });
    app.client.renewToken = async (key) => {
      app.renewed.push(key);
    };
    app.keys.attach(app.client);
  });
}

const renewed = (page: Page) => page.evaluate(() => (window as unknown as SdkApp).renewed);

test("the SDK is version 4.24.8", async () => {
  const { page } = await openSdk();
  expect(await page.evaluate(() => (window as unknown as SdkApp).AgoraRTC.VERSION)).toBe("4.24.8");
  await page.context().close();
});

test("the SDK joins with our key: its own request to the gateway has it", async () => {
  const { page, gateway } = await openSdk();
  const key = await page.evaluate(
    async ([appId, channel, uid]) => {
      const app = window as unknown as SdkApp;
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
    const { page } = await openSdk();
    const requests: string[] = [];
    page.on("request", (request) => requests.push(new URL(request.url()).pathname));
    const first = await page.evaluate(() => (window as unknown as SdkApp).keys.get());
    await attachClient(page);
    await page.evaluate((name) => (window as unknown as SdkApp).client.emit(name), event);
    await expect.poll(() => renewed(page)).toHaveLength(1);

    // After a second event there are two keys. Had the first led to two, there would be three.
    await page.evaluate((name) => (window as unknown as SdkApp).client.emit(name), event);
    await expect.poll(async () => (await renewed(page)).length).toBeGreaterThan(1);
    const keys = await renewed(page);
    expect(keys).toHaveLength(2);
    expect(new Set([first, ...keys]).size).toBe(3);
    expect(requests.filter((path) => path === "/v1/keys")).toHaveLength(3);
    await page.context().close();
  },
);

test("both events at once lead to one renewToken", async () => {
  const { page } = await openSdk();
  await page.evaluate(() => (window as unknown as SdkApp).keys.get());
  await attachClient(page);
  const emitBoth = () =>
    page.evaluate(() => {
      const { client: agora } = window as unknown as SdkApp;
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
