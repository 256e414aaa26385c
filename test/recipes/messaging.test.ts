// The recipe for RTM and chat, against a real Worker, with fakes of the SDKs that have the names of
// the real ones. test/browser/messaging.test.ts has the real RTM SDK.

import { SignJWT } from "jose";
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test, vi } from "vitest";
import type { IssuedToken } from "../../src/contract/responses.ts";
import { APP_ID, SECRETS, settings } from "../support/settings.ts";
import { readVendorToken } from "../support/vendor-token.ts";
import { type RunningWorker, startWorker } from "../support/worker/worker.ts";
import { type Recorder, startRecorder } from "./recorder.ts";

interface Tokens {
  get(): Promise<IssuedToken>;
  renew(): Promise<IssuedToken>;
  onRenewed(listener: (token: string) => void): void;
  close(): void;
}

interface Messaging {
  createTokens(options: object): Tokens;
  loginRtm(tokens: Tokens, sdk: { RTM: typeof FakeRtm }): Promise<FakeRtm>;
  openChat(tokens: Tokens, chat: FakeChat): Promise<void>;
}

const messaging: Messaging = await import(
  new URL("../../docs/recipes/web/messaging.js", import.meta.url).href
);

/** Types 2 and 5 are RTM and chat; their privilege 1 is to log in, and to be a user. */
function expectToken(text: string | undefined): void {
  const { appId, expire, services } = readVendorToken(String(text), SECRETS.APP_CERTIFICATE);
  const privileges = { 1: expire };
  expect({ appId, services }).toEqual({
    appId: APP_ID,
    services: [
      { type: 2, user_id: "alice", privileges },
      { type: 5, user_id: "alice", privileges },
    ],
  });
}

type Listener = (event: { currentState?: string; reasonCode?: string }) => unknown;

/** A fake of agora-rtm-sdk's RTM, as far as the recipe uses it. */
class FakeRtm {
  readonly listeners = new Map<string, Listener>();
  readonly login = vi.fn(async (_options: { token: string }) => {});
  readonly renewToken = vi.fn(async (_token: string) => {});
  readonly appId: string;
  readonly userId: string;
  constructor(appId: string, userId: string) {
    this.appId = appId;
    this.userId = userId;
  }
  addEventListener(name: string, listener: Listener): void {
    this.listeners.set(name, listener);
  }
}

/** A fake of agora-chat's connection. */
class FakeChat {
  handler: Record<string, () => unknown> = {};
  readonly open = vi.fn(async (_options: { user: string; accessToken: string }) => {});
  readonly renewToken = vi.fn(async (_token: string) => {});
  addEventHandler(_id: string, handler: Record<string, () => unknown>): void {
    this.handler = handler;
  }
}

let worker: RunningWorker;
let recorder: Recorder;
let tokens: Tokens | undefined;

beforeAll(async () => {
  worker = await startWorker(inject("bundle"), { settings: settings() });
});
afterAll(() => worker?.stop());
beforeEach(async () => {
  recorder = await startRecorder(worker.url);
});
afterEach(async () => {
  tokens?.close();
  await recorder.end();
});

const now = () => Math.floor(Date.now() / 1000);

function grant(claims: { exp?: number; maxKeyExpiresIn?: number; services?: string[] } = {}) {
  const { exp = now() + 14_400, services = ["rtm", "chat"], ...rest } = claims;
  return new SignJWT({ channels: ["room-1"], account: "alice", services, ...rest })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setIssuer("business-server")
    .setAudience("latchkey")
    .setSubject("user-7")
    .setJti(crypto.randomUUID())
    .setIssuedAt(exp - 14_400)
    .setExpirationTime(exp)
    .sign(new TextEncoder().encode(SECRETS.GRANT_SECRET));
}

function create(...grants: (Promise<string> | null)[]) {
  const onStopped = vi.fn();
  const fetchGrant = vi.fn(async () => grants.shift() ?? null);
  tokens = messaging.createTokens({
    endpoint: `${recorder.url}/`,
    services: [{ type: "rtm" }, { type: "chat" }],
    fetchGrant,
    onStopped,
  });
  return { tokens, onStopped, fetchGrant };
}

/** A second later, a token expires later than the last one, and no new grant is needed. */
const nextSecond = () => new Promise((resolve) => setTimeout(resolve, 1001 - (Date.now() % 1000)));

test("logs in to RTM and chat with one token, and renews both once when either asks", async () => {
  const { tokens: source } = create(grant());
  const rtm = await messaging.loginRtm(source, { RTM: FakeRtm });
  const chat = new FakeChat();
  await messaging.openChat(source, chat);
  expect([rtm.appId, rtm.userId]).toEqual([APP_ID, "alice"]);
  const { token } = await source.get();
  expectToken(token);
  expect(rtm.login.mock.calls).toEqual([[{ token }]]);
  expect(chat.open.mock.calls).toEqual([[{ user: "alice", accessToken: token }]]);

  await nextSecond();
  await Promise.all([
    rtm.listeners.get("tokenPrivilegeWillExpire")?.({}),
    chat.handler.onTokenWillExpire?.(),
  ]);
  const [[renewed = ""] = []] = rtm.renewToken.mock.calls;
  expectToken(renewed);
  expect(renewed).not.toBe(token);
  expect(rtm.renewToken.mock.calls).toEqual([[renewed]]);
  expect(chat.renewToken.mock.calls).toEqual([[renewed]]);
  expect(recorder.exchanges).toHaveLength(2);
  for (const { path, body } of recorder.exchanges)
    expect({ path, body }).toEqual({
      path: "/v1/tokens",
      body: { services: [{ type: "rtm" }, { type: "chat" }] },
    });
});

test("renews by itself before the token expires", async () => {
  const { tokens: source, onStopped } = create(grant({ maxKeyExpiresIn: 4 }));
  const renewed = new Promise<string>((resolve) => source.onRenewed(resolve));
  const { expiresAt } = await source.get();
  expectToken(await renewed);
  expect(Date.now() / 1000).toBeLessThan(expiresAt);
  expect(onStopped).not.toHaveBeenCalled();
});

test("logs in again when an SDK says that its token has expired", async () => {
  const { tokens: source } = create(grant({ maxKeyExpiresIn: 30 }), grant());
  const rtm = await messaging.loginRtm(source, { RTM: FakeRtm });
  const chat = new FakeChat();
  await messaging.openChat(source, chat);
  const linkState = rtm.listeners.get("linkState");
  await linkState?.({ currentState: "FAILED", reasonCode: "SAME_UID_LOGIN" });
  await linkState?.({ currentState: "CONNECTED", reasonCode: "LOGIN_SUCCESS" });
  expect(rtm.login).toHaveBeenCalledTimes(1);
  await nextSecond();
  await linkState?.({ currentState: "FAILED", reasonCode: "TOKEN_EXPIRED" });
  await nextSecond();
  await chat.handler.onTokenExpired?.();
  const logins = rtm.login.mock.calls.map(([{ token }]) => token);
  expect(new Set(logins).size).toBe(2);
  expect(chat.open.mock.calls.map(([{ user }]) => user)).toEqual(
    Array(chat.open.mock.calls.length).fill("alice"),
  );
  expectToken(chat.open.mock.calls.at(-1)?.[0].accessToken);
});

test("fetches a new grant when the old one has expired, and stops when that is no better", async () => {
  const expired = () => grant({ exp: now() - 1 });
  const { tokens: source, onStopped, fetchGrant } = create(grant(), grant(), expired(), expired());
  await source.get();
  recorder.respondWith({ status: 401, code: "grant_expired" });
  expectToken((await source.renew()).token);
  expect(fetchGrant).toHaveBeenCalledTimes(2);
  recorder.respondWith({ status: 401, code: "grant_expired" });
  await expect(source.renew()).rejects.toThrow("grant_expired");
  expect(onStopped.mock.calls).toEqual([["grant_expired"]]);
});

test("fetches a new grant before the old one expires and takes its token along", async () => {
  const { tokens: source, fetchGrant } = create(grant({ exp: now() + 60 }), grant());
  await source.get();
  expectToken((await source.renew()).token);
  expect(fetchGrant).toHaveBeenCalledTimes(2);
});

test("stops at a refusal with its reason, and without a grant", async () => {
  const refused = create(grant({ services: ["rtm"] }));
  await expect(refused.tokens.get()).rejects.toThrow("forbidden_service");
  expect(refused.onStopped.mock.calls).toEqual([["forbidden_service"]]);
  const without = create();
  await expect(without.tokens.get()).rejects.toThrow("no grant");
  expect(without.onStopped.mock.calls).toEqual([["no grant"]]);
  expect(recorder.exchanges).toHaveLength(1);
});

test("tries again after a failure, and waits as long as Retry-After says", async () => {
  recorder.respondWith({ status: 503 }, { status: 429, headers: { "Retry-After": "1" } });
  const { tokens: source, onStopped } = create(grant());
  const start = performance.now();
  expectToken((await source.get()).token);
  expect(performance.now() - start).toBeGreaterThan(1000);
  expect(recorder.exchanges.map(({ status }) => status)).toEqual([503, 429, 200]);
  expect(onStopped).not.toHaveBeenCalled();
});

test("ends its request when it is closed, and says nothing", async () => {
  const held = recorder.holdNext();
  const { tokens: source, onStopped } = create(grant());
  const waiting = source.get();
  const release = await held;
  source.close();
  await expect(waiting).rejects.toThrow();
  release();
  expect(onStopped).not.toHaveBeenCalled();
});
