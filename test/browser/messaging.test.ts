// Today's RTM SDK (agora-rtm-sdk 2.3.0) in a real browser, with the recipe for messaging. Only
// Agora's servers can accept a login, so here they are silent: what the SDK sends them has the
// token. That they announce its end, and take a new one, is faked.

import { createRequire } from "node:module";
import { expect, inject, test } from "vitest";
import { readVendorToken } from "../support/vendor-token.ts";
import { type App, openApp, UID } from "./support/app.ts";
import { useBrowser } from "./support/page.ts";

const browser = useBrowser();
const { resolve } = createRequire(import.meta.url);

interface Link {
  readonly reasonCode: string;
}

interface RtmClient {
  login(options: { token: string }): Promise<unknown>;
  renewToken(token: string): Promise<unknown>;
  addEventListener(event: string, listener: (link: Link) => void): void;
}

interface RtmApp extends App {
  AgoraRTM: { VERSION: string; RTM: new (appId: string, userId: string) => RtmClient };
  /** The recipe's listener for the end of a token. */
  ask(): void;
  links: string[];
  renewed: string[];
}

interface Recipe {
  createTokens(options: object): { get(): Promise<{ token: string }>; close(): void };
  loginRtm(tokens: object, sdk: object): Promise<unknown>;
}

function expectRtmToken(token: string | undefined): void {
  const { services } = readVendorToken(String(token), inject("appCertificate"));
  expect(services).toEqual([{ type: 2, user_id: String(UID), privileges: { 1: 3600 } }]);
}

test("logs in with our token, which it reads itself, and asks the recipe for the next one", async () => {
  const page = await openApp(browser(), "agora-rtc-sdk-ng");
  const logins: { key: string; cname: string }[] = [];
  page.on("request", (request) => {
    const { hostname, pathname } = new URL(request.url());
    if (!/\.(agora\.io|sd-rtn\.com)$/.test(hostname) || pathname !== "/api/v1") return;
    const body = JSON.parse(request.postData() ?? "{}");
    if (body.key) logins.push(body);
  });
  await page.addScriptTag({ path: resolve("agora-rtm-sdk") });
  const { version, token } = await page.evaluate(async () => {
    const app = window as unknown as RtmApp;
    const { createTokens, loginRtm } = (await app.loadRecipe("messaging.js")) as Recipe;
    app.links = [];
    app.renewed = [];
    /** The real SDK, but for what needs a response of Agora's servers. */
    class Rtm extends app.AgoraRTM.RTM {
      constructor(appId: string, userId: string) {
        super(appId, userId);
        super.addEventListener("linkState", ({ reasonCode }) => app.links.push(reasonCode));
      }
      override addEventListener(event: string, listener: (link: Link) => void) {
        if (event === "tokenPrivilegeWillExpire") app.ask = listener as () => void;
        super.addEventListener(event, listener);
      }
      override async renewToken(next: string) {
        app.renewed.push(next);
      }
    }
    const tokens = createTokens({
      endpoint: "",
      services: [{ type: "rtm" }],
      fetchGrant: async () => (await app.fetchGrant({ services: ["rtm"] })).grant,
    });
    // The login never ends: there is no response.
    loginRtm(tokens, { RTM: Rtm }).catch((error) => app.links.push(String(error)));
    return { version: app.AgoraRTM.VERSION, token: (await tokens.get()).token };
  });
  expect(version).toBe("2.3.0");
  expectRtmToken(token);
  await expect.poll(() => logins.length).toBeGreaterThan(0);
  for (const { key, cname } of logins) expect({ key, cname }).toEqual({ key: token, cname: "42" });
  // The SDK refuses by itself what it can't read: INVALID_TOKEN.
  expect(await page.evaluate(() => (window as unknown as RtmApp).links)).toEqual(["LOGIN"]);

  await page.evaluate(() => (window as unknown as RtmApp).ask());
  const renewed = () => page.evaluate(() => (window as unknown as RtmApp).renewed);
  await expect.poll(renewed).toHaveLength(1);
  const [next] = await renewed();
  expectRtmToken(next);
  expect(next).not.toBe(token);
  await page.context().close();
});

test("refuses a token that it can't read, before it asks anybody", async () => {
  const page = await openApp(browser(), "agora-rtc-sdk-ng");
  await page.addScriptTag({ path: resolve("agora-rtm-sdk") });
  const error = await page.evaluate(async (appId) => {
    const { AgoraRTM } = window as unknown as RtmApp;
    const login = new AgoraRTM.RTM(appId, "alice").login({ token: "007eJxT" });
    return login.then(String, (reason) => reason.reason);
  }, inject("appId"));
  expect(error).toBe("Invalid token.");
  await page.context().close();
});
