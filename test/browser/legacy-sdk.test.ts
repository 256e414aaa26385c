// The legacy web SDK (agora-rtc-sdk 2.3.1, which takes channel keys alone) in a real browser, with
// our keys and our client library. What only Agora's servers can do, to accept a join and to refuse
// a key that has expired, is done by a fake of its gateway.

import type { Page, WebSocketRoute } from "playwright-core";
import { expect, inject, test } from "vitest";
import { type App, CHANNEL, openApp, UID } from "./support/app.ts";
import { useBrowser } from "./support/page.ts";

const browser = useBrowser();

interface LegacyApp extends App {
  AgoraRTC: LegacySdk;
  legacy: LegacyClient;
  /** Of the SDK's errors. */
  reasons: string[];
  detach(): void;
}

interface LegacySdk {
  VERSION: string;
  Logger: { setLogLevel(level: number): void };
  createClient(config: { mode: "interop" }): LegacyClient;
}

interface LegacyClient {
  init(appId: string, onSuccess: () => void): void;
  join(
    key: string | null,
    channel: string,
    uid: number,
    onSuccess: () => void,
    onFailure: (reason: string) => void,
  ): void;
  on(event: string, listener: (event: { reason: string }) => void): void;
  removeEventListener(event: string, listener: (event: { reason: string }) => void): void;
  renewChannelKey(key: string, onSuccess: () => void, onFailure: (error: unknown) => void): void;
}

/** A fake of the gateway: it accepts every key but those that the test says have expired. */
async function fakeGateway(page: Page) {
  const joins: { key: string; channel: string; uid: number }[] = [];
  const expired = new Set<string>();
  const sockets = new Set<WebSocketRoute>();
  await page.route(/getwebgw/, (route) =>
    route.fulfill({
      headers: { "access-control-allow-origin": "*" },
      json: { gateway_addr: ["gateway.example:4443"], cid: 1, uid: UID, uni_lbs_ip: "" },
    }),
  );
  await page.routeWebSocket(/gateway\.example/, (socket) => {
    sockets.add(socket);
    socket.onMessage((text) => {
      const { _id, _type, message } = JSON.parse(String(text));
      if (_type === "join1") joins.push(message);
      const isRefused = _type === "join1" && expired.has(message.key);
      // 109: the SDK calls it ERR_DYNAMIC_KEY_TIMEOUT.
      const response = isRefused
        ? { _id, _result: "failed", message: 109 }
        : { _id, _result: "success", message: { vid: 1 } };
      socket.send(JSON.stringify(response));
    });
  });
  const disconnect = async () => {
    await Promise.all([...sockets].map((socket) => socket.close()));
    sockets.clear();
  };
  return { joins, expired, disconnect };
}

async function joinLegacy() {
  const page = await openApp(browser(), "agora-rtc-sdk");
  const gateway = await fakeGateway(page);
  const key = await page.evaluate(
    async ([appId, channel, uid]) => {
      const app = window as unknown as LegacyApp;
      const sdk = app.AgoraRTC;
      sdk.Logger.setLogLevel(4);
      const joinKey = await app.keys.get();
      app.legacy = sdk.createClient({ mode: "interop" });
      app.reasons = [];
      app.legacy.on("error", ({ reason }) => app.reasons.push(reason));
      await new Promise<void>((done) => app.legacy.init(appId as string, done));
      await new Promise<void>((done, fail) =>
        app.legacy.join(joinKey, channel as string, uid as number, done, fail),
      );
      app.detach = app.keys.attach(app.legacy);
      return joinKey;
    },
    [inject("appId"), CHANNEL, UID],
  );
  return { page, gateway, key: String(key) };
}

const reasons = (page: Page) => page.evaluate(() => (window as unknown as LegacyApp).reasons);

test("is version 2.3.1, and joins with our key", async () => {
  const { page, gateway, key } = await joinLegacy();
  expect(await page.evaluate(() => (window as unknown as LegacyApp).AgoraRTC.VERSION)).toBe(
    "2.3.1",
  );
  expect(key).toMatch(/^005/);
  expect(gateway.joins).toEqual([
    expect.objectContaining({ key, channel: CHANNEL, uid: UID, appId: inject("appId") }),
  ]);
  await page.context().close();
});

test("when its key has expired, its own error leads to a new key and a second join", async () => {
  const { page, gateway, key } = await joinLegacy();
  gateway.expired.add(key);
  await gateway.disconnect();
  // The SDK tries its old key once more, is refused, and gets a new key from the library.
  await expect.poll(() => gateway.joins.length).toBeGreaterThan(2);
  expect(await reasons(page)).toEqual(["SOCKET_DISCONNECTED", "ERR_DYNAMIC_KEY_TIMEOUT"]);
  const [, second, third] = gateway.joins;
  expect(second?.key).toBe(key);
  expect(third).toMatchObject({ channel: CHANNEL, uid: UID });
  expect(third?.key).toMatch(/^005/);
  expect(third?.key).not.toBe(key);
  await page.context().close();
});

test("gets nothing once it is detached: the library's listeners are gone", async () => {
  const { page, gateway, key } = await joinLegacy();
  const requests: string[] = [];
  page.on("request", (request) => requests.push(new URL(request.url()).pathname));
  await page.evaluate(() => (window as unknown as LegacyApp).detach());
  gateway.expired.add(key);
  await gateway.disconnect();
  await expect.poll(() => reasons(page)).toContain("ERR_DYNAMIC_KEY_TIMEOUT");
  // A request would have been sent in the same turn.
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 100)));
  expect(gateway.joins.map((join) => join.key)).toEqual([key, key]);
  expect(requests).not.toContain("/v1/keys");
  await page.context().close();
});

test("refuses a key before it has joined: the library retries, and says so", async () => {
  const page = await openApp(browser(), "agora-rtc-sdk");
  const retrying = await page.evaluate(async () => {
    const app = window as unknown as LegacyApp;
    const sdk = app.AgoraRTC;
    sdk.Logger.setLogLevel(4);
    const client = sdk.createClient({ mode: "interop" });
    app.keys.attach(client);
    const told = new Promise<unknown>((resolve) =>
      app.keys.on("retrying", ({ error }) => resolve([error.code, String(error.cause)])),
    );
    // Its own way to pass an event on.
    (
      client as unknown as { gatewayClient: { dispatchEvent(event: object): void } }
    ).gatewayClient.dispatchEvent({ type: "error", reason: "DYNAMIC_KEY_TIMEOUT" });
    return told;
  });
  expect(retrying).toEqual(["sdk", "Error: INVALID_OPERATION"]);
  await page.context().close();
});
