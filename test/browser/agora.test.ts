// Today's web SDK (agora-rtc-sdk-ng 4.24.8) in a real browser, with our access tokens, our client
// library and the recipe for a call. It speaks to a fake of Agora's servers.

import type { Page } from "playwright-core";
import { expect, inject, test } from "vitest";
import { readVendorToken } from "../support/vendor-token.ts";
import { type App, CHANNEL, openApp, UID } from "./support/app.ts";
import { type FakeGateway, fakeGateway, UID_OF_ACCOUNT } from "./support/fake-gateway.ts";
import { useBrowser } from "./support/page.ts";

const browser = useBrowser();

interface SdkApp extends App {
  AgoraRTC: {
    VERSION: string;
    setLogLevel(level: number): void;
    createClient(config: { mode: "rtc"; codec: "vp8" }): SdkClient;
  };
  client: SdkClient;
  /** Codes of what the library told, and what the recipe's onStopped was told. */
  told: string[];
  detach(): void;
  call: RecipeCall;
}

interface SdkClient {
  join(
    appId: string,
    channel: string,
    token: string | null,
    uid: number | string,
  ): Promise<unknown>;
  renewToken(token: string): Promise<void>;
  emit(event: string): void;
  on(event: string, listener: () => void): void;
  off(event: string, listener: () => void): void;
  readonly connectionState: string;
}

interface Recipe {
  startCall(options: object): Promise<RecipeCall>;
}

/** What docs/recipes/web/call.js gives. */
interface RecipeCall {
  client: SdkClient;
  speak(fetchGrant: () => unknown): Promise<void>;
  leave(): Promise<void>;
}

const JOIN = { joinChannel: 1, publishAudio: 2, publishVideo: 3, publishData: 4 };

/** What the vendor's code reads in a token for our channel and user, made a moment ago. */
function expectToken(
  token: string | null | undefined,
  role: "publisher" | "subscriber",
  seconds = 3600,
  user: string | number = UID,
): void {
  const { appId, expire, services } = readVendorToken(String(token), inject("appCertificate"));
  const numbers = role === "publisher" ? Object.values(JOIN) : [JOIN.joinChannel];
  const privileges = Object.fromEntries(numbers.map((number) => [number, expire]));
  expect({ appId, expire, services }).toEqual({
    appId: inject("appId"),
    expire: seconds,
    services: [{ type: 1, channel_name: CHANNEL, uid: String(user), privileges }],
  });
}

interface OpenSdk {
  readonly page: Page;
  readonly gateway: FakeGateway;
  /** Paths of the requests to our service. */
  readonly paths: string[];
}

async function openSdk(user: object = {}): Promise<OpenSdk> {
  const wanted = { sdkVersion: "4.24.8", platform: "web" } as const;
  const page = await openApp(browser(), "agora-rtc-sdk-ng", wanted, user);
  const gateway = await fakeGateway(page);
  const paths: string[] = [];
  page.on("request", (request) => {
    const { origin, pathname } = new URL(request.url());
    if (origin === inject("origin")) paths.push(pathname);
  });
  await page.evaluate(() => {
    const app = window as unknown as SdkApp;
    app.AgoraRTC.setLogLevel(4);
    app.told = [];
  });
  return { page, gateway, paths };
}

/** Joins with a token of the library, which renews it from then on. */
async function joinCall(user: { account: string } | { uid: number } = { uid: UID }) {
  const open = await openSdk(user);
  const token = await open.page.evaluate(
    async ([appId, channel, user]) => {
      const app = window as unknown as SdkApp;
      const joinToken = await app.keys.get();
      app.client = app.AgoraRTC.createClient({ mode: "rtc", codec: "vp8" });
      await app.client.join(appId as string, channel as string, joinToken, user as number);
      app.keys.on("retrying", ({ error }) => app.told.push(error.code));
      app.detach = app.keys.attach(app.client);
      return joinToken;
    },
    [inject("appId"), CHANNEL, ...Object.values(user)],
  );
  return { ...open, token: String(token) };
}

const state = (page: Page) =>
  page.evaluate(() => (window as unknown as SdkApp).client.connectionState);
const told = (page: Page) => page.evaluate(() => (window as unknown as SdkApp).told);

test("is version 4.24.8", async () => {
  const { page } = await openSdk();
  expect(await page.evaluate(() => (window as unknown as SdkApp).AgoraRTC.VERSION)).toBe("4.24.8");
  await page.context().close();
});

test("joins with a 007 token: every request of its join has it", async () => {
  const { page, gateway, token } = await joinCall();
  expectToken(token, "publisher");
  expect(await state(page)).toBe("CONNECTED");
  expect(gateway.lookups.length).toBeGreaterThan(0);
  for (const seen of [...gateway.lookups, ...gateway.joins])
    expect(seen).toEqual({ channel: CHANNEL, token, uid: UID });
  expect(gateway.joins).toHaveLength(1);
  await page.context().close();
});

test("joins by account, and renews with tokens for this account", async () => {
  const account = "alice of room-1";
  const { page, gateway, token } = await joinCall({ account });
  expectToken(token, "publisher", 3600, account);
  expect(gateway.joins).toEqual([{ channel: CHANNEL, token, uid: UID_OF_ACCOUNT, account }]);
  gateway.say("on_token_privilege_will_expire");
  await expect.poll(() => gateway.renewals).toHaveLength(1);
  expectToken(gateway.renewals[0], "publisher", 3600, account);
  expect(gateway.renewals[0]).not.toBe(token);
  expect(await told(page)).toEqual([]);
  await page.context().close();
});

test("renews once, with a new token, each time its gateway says that the old one will expire", async () => {
  const { page, gateway, paths, token } = await joinCall();
  gateway.say("on_token_privilege_will_expire");
  await expect.poll(() => gateway.renewals).toHaveLength(1);
  // After a second event there are two. Had the first led to two, there would be three.
  gateway.say("on_token_privilege_will_expire");
  await expect.poll(() => gateway.renewals.length).toBeGreaterThan(1);
  expect(gateway.renewals).toHaveLength(2);
  for (const renewed of gateway.renewals) expectToken(renewed, "publisher");
  expect(new Set([token, ...gateway.renewals]).size).toBe(3);
  expect(paths.filter((path) => path === "/v1/keys")).toHaveLength(3);
  expect(gateway.joins).toHaveLength(1);
  expect(await told(page)).toEqual([]);
  await page.context().close();
});

test("renews once when both of its events come at once", async () => {
  const { page, gateway } = await joinCall();
  const emitBoth = () =>
    page.evaluate(() => {
      const { client } = window as unknown as SdkApp;
      client.emit("token-privilege-will-expire");
      client.emit("token-privilege-did-expire");
    });
  await emitBoth();
  await expect.poll(() => gateway.renewals).toHaveLength(1);
  await emitBoth();
  await expect.poll(() => gateway.renewals.length).toBeGreaterThan(1);
  expect(gateway.renewals).toHaveLength(2);
  await page.context().close();
});

test("gets nothing once it is detached", async () => {
  const { page, gateway, paths } = await joinCall();
  await page.evaluate(() => {
    const app = window as unknown as SdkApp;
    app.client.on("token-privilege-will-expire", () => app.told.push("asked"));
    app.detach();
  });
  gateway.say("on_token_privilege_will_expire");
  await expect.poll(() => told(page)).toEqual(["asked"]);
  // A request would have been sent in the same turn.
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 100)));
  expect(gateway.renewals).toEqual([]);
  expect(paths.filter((path) => path === "/v1/keys")).toHaveLength(1);
  await page.context().close();
});

/** The recipe, with the grants of a listener. */
async function startRecipe({ channel = CHANNEL, maxKeyExpiresIn = 3600 } = {}) {
  const open = await openSdk();
  const failure = await open.page.evaluate(
    async (wanted) => {
      const app = window as unknown as SdkApp;
      const { startCall } = (await app.loadRecipe("call.js")) as Recipe;
      try {
        app.call = await startCall({
          AgoraRTC: app.AgoraRTC,
          endpoint: "",
          channel: wanted.channel,
          fetchGrant: () =>
            app.fetchGrant({ role: "subscriber", maxKeyExpiresIn: wanted.maxKeyExpiresIn }),
          onStopped: (reason: string) => app.told.push(reason),
        });
        app.client = app.call.client;
        return undefined;
      } catch (error) {
        return (error as { code: string }).code;
      }
    },
    { channel, maxKeyExpiresIn },
  );
  return { ...open, failure };
}

test("in the recipe, a listener joins with a token that can't publish, and renews it", async () => {
  const { page, gateway } = await startRecipe();
  expect(gateway.joins).toHaveLength(1);
  expectToken(gateway.joins[0]?.token, "subscriber");
  gateway.say("on_token_privilege_will_expire");
  await expect.poll(() => gateway.renewals).toHaveLength(1);
  expectToken(gateway.renewals[0], "subscriber");
  expect(await told(page)).toEqual([]);
  await page.context().close();
});

test("in the recipe, a listener becomes a speaker by a new grant and one renewal", async () => {
  const { page, gateway, paths } = await startRecipe();
  await page.evaluate(async () => {
    const app = window as unknown as SdkApp;
    await app.call.speak(() => app.fetchGrant({ role: "publisher" }));
  });
  expect(gateway.joins).toHaveLength(1);
  expect(gateway.renewals).toHaveLength(1);
  expectToken(gateway.renewals[0], "publisher");
  expect(gateway.roles).toEqual(["host"]);
  expect(paths.filter((path) => path === "/v1/keys")).toHaveLength(2);
  // From here on it is the speaker's token that is renewed.
  gateway.say("on_token_privilege_will_expire");
  await expect.poll(() => gateway.renewals).toHaveLength(2);
  expectToken(gateway.renewals[1], "publisher");
  expect(await told(page)).toEqual([]);
  await page.context().close();
});

test("in the recipe, a listener who may not speak goes on listening", async () => {
  const { page, gateway } = await startRecipe();
  const refused = await page.evaluate(() => {
    const app = window as unknown as SdkApp;
    const speaking = app.call.speak(() => app.fetchGrant({ channels: ["room-2"] }));
    return speaking.then(
      () => undefined,
      (error) => error.code,
    );
  });
  expect(refused).toBe("forbidden_channel");
  expect(gateway.renewals).toEqual([]);
  expect(gateway.roles).toEqual([]);
  gateway.say("on_token_privilege_will_expire");
  await expect.poll(() => gateway.renewals).toHaveLength(1);
  expectToken(gateway.renewals[0], "subscriber");
  expect(await told(page)).toEqual([]);
  await page.context().close();
});

test("in the recipe, a call whose token has expired joins again with a new one", async () => {
  const { page, gateway } = await startRecipe({ maxKeyExpiresIn: 2 });
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 2500)));
  gateway.say("on_token_privilege_did_expire");
  await expect.poll(() => gateway.joins).toHaveLength(2);
  const [first, second] = gateway.joins;
  expectToken(second?.token, "subscriber", 2);
  expect(second?.token).not.toBe(first?.token);
  await expect.poll(() => state(page)).toBe("CONNECTED");
  gateway.say("on_token_privilege_will_expire");
  await expect.poll(() => gateway.renewals).toHaveLength(1);
  expect(await told(page)).toEqual([]);
  await page.context().close();
});

test("in the recipe, a call that the grant does not allow says why, and does not join", async () => {
  const { page, gateway, failure } = await startRecipe({ channel: "room-2" });
  expect(failure).toBe("forbidden_channel");
  expect(await told(page)).toEqual(["forbidden_channel"]);
  expect(gateway.lookups).toEqual([]);
  await page.context().close();
});
